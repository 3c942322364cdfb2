"""Which counts add up: a hidden count that is a part of a known sum can be had by subtraction.

Sums are found from the keys alone, and only kept where the numbers do add up; what is missing to a total is a
part of its own (`rest`), which nobody published and everybody can compute.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from armwise.disclosure.cells import SHARES, Cell, Place, Row, cells_of

# What adds up within the flow of one arm, and within one source of data: total, then its parts.
FLOW = {
    "randomized": ("covered", "never_covered"),
    "covered": ("complete", "ended_by_death", "ended_by_coverage", "ended_by_data", "ended_by_later_lottery"),
}
SOURCE = {"rows_read": ("rows_kept", "rows_set_aside", "rows_not_included")}


@dataclass(frozen=True)
class Sum:
    """`total` = the sum of `parts` + `rest`; `total_first` when the total is what nobody will miss."""

    total: Cell
    parts: tuple[Cell, ...]
    rest: int
    total_first: bool = False


Found = dict[tuple[Place, str], Cell]


def sums_of(rows: Sequence[Row]) -> list[Sum]:
    """Return every sum among the counts of a dataset, in a fixed order."""
    cells = _by_place(rows)
    sums = {
        *_over_arms(cells),
        *_over_levels(cells, "subgroup", "all"),
        *_baseline_levels(cells),
        *_remainders(rows),
        *_stages(cells),
        *_sources(cells),
        *_reasons(cells),
    }
    return sorted(sums, key=lambda s: (s.total, s.parts))


def _by_place(rows: Iterable[Row]) -> Found:
    found: Found = {}
    for row in rows:
        for cell in cells_of(row).values():
            found.setdefault((cell.place, cell.what), cell)
    return found


def _sum(total: Cell | None, parts: Iterable[Cell | None], total_first: bool = False) -> Iterator[Sum]:
    """Yield the sum of the parts that exist, unless they exceed their total."""
    there = tuple(sorted({part for part in parts if part is not None}))
    if total is not None and there and sum(part.value for part in there) <= total.value:
        yield Sum(total, there, total.value - sum(part.value for part in there), total_first)


def _over_arms(cells: Found) -> Iterator[Sum]:
    """Both arms of a contrast make its total, and all arms make "all"."""
    arms: dict[tuple[Place, str], list[Cell]] = defaultdict(list)
    for (place, what), cell in cells.items():
        if place.contrast != "all" and " vs " not in place.contrast:
            arms[place._replace(contrast="all"), what].append(cell)
    for (place, what), total in cells.items():
        if place.contrast == "all":
            yield from _sum(total, arms[place, what])
        elif " vs " in place.contrast:
            pair = (cells.get((place._replace(contrast=arm), what)) for arm in place.contrast.split(" vs "))
            yield from (s for s in _sum(total, pair) if s.rest == 0 and len(s.parts) == 2)


def _over_levels(cells: Found, column: str, whole: str) -> Iterator[Sum]:
    """The levels of a characteristic (`name=level`) make the whole."""
    levels: dict[tuple[Place, str], list[Cell]] = defaultdict(list)
    for (place, what), cell in cells.items():
        name, is_level, _ = getattr(place, column).partition("=")
        if is_level:
            levels[place._replace(**{column: name}), what].append(cell)
    for (place, what), parts in levels.items():
        yield from _sum(cells.get((place._replace(**{column: whole}), what)), parts)


def _baseline_levels(cells: Found) -> Iterator[Sum]:
    """The people with each level of a baseline characteristic make the arm."""
    levels: dict[Place, list[Cell]] = defaultdict(list)
    for (place, what), cell in cells.items():
        name, is_level, _ = place.outcome.partition("=")
        if is_level and what == "count":
            levels[place._replace(outcome=name)].append(cell)
    for parts in levels.values():
        yield from _sum(cells.get((parts[0].place, "n")), parts)


def _remainders(rows: Iterable[Row]) -> Iterator[Sum]:
    """Those with and those without an event make n."""
    for row in rows:
        cells = cells_of(row)
        if row["measure"] in SHARES and {"n", "events"} <= cells.keys():
            yield from _sum(cells["n"], [cells["events"]])


def _stages(cells: Found) -> Iterator[Sum]:
    for (place, what), total in cells.items():
        if place.window == "flow" and what == "count" and place.outcome in FLOW:
            parts = (cells.get((place._replace(outcome=stage), what)) for stage in FLOW[place.outcome])
            yield from _sum(total, parts)


def _sources(cells: Found) -> Iterator[Sum]:
    for (place, what), total in cells.items():
        if what in SOURCE:
            # The rows kept are the enrollments, which stand elsewhere; the rows read do not.
            yield from _sum(total, (cells.get((place, part)) for part in SOURCE[what]), total_first=True)


def _reasons(cells: Found) -> Iterator[Sum]:
    """Rows set aside for each reason (`source=reason`) make the rows set aside."""
    reasons: dict[Place, list[Cell]] = defaultdict(list)
    for (place, what), cell in cells.items():
        source, is_reason, _ = place.outcome.partition("=")
        if is_reason and what == "rows_set_aside":
            reasons[place._replace(outcome=source)].append(cell)
    for place, parts in reasons.items():
        yield from _sum(cells.get((place, "rows_set_aside")), parts)
