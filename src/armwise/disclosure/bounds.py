"""What published estimates say about counts: shares, rates, standard errors and person-time as bounds.

A share times n is about the number of events, a rate times person-years too; p (1 - p) over the squared
standard error of a share is about n, and the squared ratio of a rate to its standard error about the events.
Weights, covariates and clusters move each of them: twice as far as it lies from the truth is the slack that a
reader must allow for; where it comes within rounding, the slack is that of the digits shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from armwise.disclosure.cells import COUNTS_PER_N, SHARES, Cell, Place, Row, cells_of, place_of

TIME = "person_years"
# Half a unit in the last of the six digits that are published, relative to the number.
ROUNDING = 5e-6
# Whole days stand behind sums of person-years.
DAY = 1 / 365.25

Terms = tuple[tuple[Cell, float], ...]


@dataclass(frozen=True)
class Bound:
    """A weighted sum of counts lies within `slack` of `centre`; `key` is that of the result that says so."""

    terms: Terms
    centre: float
    slack: float
    key: str


def bounds_of(rows: Sequence[Row], published: Sequence[Row]) -> list[Bound]:
    """Return what the estimates of `published` say about the counts and person-years of `rows`."""
    known = {row["key"]: row for row in rows}
    counts = {(cell.place, cell.what): cell for row in rows for cell in cells_of(row).values()}
    times = times_of(rows)
    said = (
        bound for row in published for bound in _of_row(row, known[row["key"]], counts, times) if bound.terms
    )
    return [*said, *_of_times(times)]


def times_of(rows: Iterable[Row]) -> dict[Place, Cell]:
    """Return the person-years of each place as a cell of its own."""
    found: dict[Place, Cell] = {}
    for row in rows:
        if row.get(TIME) is not None:
            found.setdefault(place_of(row), Cell(place_of(row), TIME, row[TIME]))
    return found


def _of_row(
    shown: Row, row: Row, counts: Mapping[tuple[Place, str], Cell], times: Mapping[Place, Cell]
) -> Iterator[Bound]:
    place, estimate = place_of(row), shown["estimate"]
    if not estimate:
        return
    n = cells_of(row).get("n")
    events = counts.get((place, "events")) or counts.get((place, "count"))
    if row["measure"] in SHARES | COUNTS_PER_N and n is not None and events is not None:
        yield _near(((events, 1.0), (n, -estimate)), 0.0, ROUNDING * estimate * n.value, row)
    if row["measure"] == "rate" and place in times and events is not None:
        time = times[place]
        yield _near(((events, 1.0), (time, -estimate)), 0.0, 2 * ROUNDING * estimate * time.value, row)
    yield from _of_error(shown, row, n, events)


def _of_error(shown: Row, row: Row, n: Cell | None, events: Cell | None) -> Iterator[Bound]:
    """What a standard error says: of a share about n, of a rate about the events."""
    estimate, error = shown["estimate"], shown.get("std_error")
    if not error:
        return
    if row["measure"] in SHARES and n is not None and 0 < estimate < 1:
        about = estimate * (1 - estimate) / error**2
        yield _near(((n, 1.0),), about, 4 * ROUNDING * about, row)
    if row["measure"] == "rate" and events is not None:
        about = (estimate / error) ** 2
        yield _near(((events, 1.0),), about, 4 * ROUNDING * about, row)


def _near(terms: Terms, centre: float, rounding: float, row: Row) -> Bound:
    """Return the bound that leaves twice the distance of an estimate from the truth."""
    gap = abs(sum(weight * cell.value for cell, weight in terms) - centre)
    return Bound(terms, centre, max(2 * gap, rounding), row["key"])


def _of_times(times: Mapping[Place, Cell]) -> Iterator[Bound]:
    """The person-years of arms make those of their contrast, and those of all levels make the whole."""
    levels: dict[Place, list[Cell]] = defaultdict(list)
    for place, cell in times.items():
        name, is_level, _ = place.subgroup.partition("=")
        if is_level:
            levels[place._replace(subgroup=name)].append(cell)
        arms = [times.get(place._replace(contrast=arm)) for arm in place.contrast.split(" vs ")]
        if len(arms) > 1:
            yield from _add_up(cell, [arm for arm in arms if arm is not None], len(arms))
    for place, parts in levels.items():
        whole = times.get(place._replace(subgroup="all"))
        if whole is not None:
            yield from _add_up(whole, parts, len(parts))


def _add_up(whole: Cell, parts: Sequence[Cell], expected: int) -> Iterator[Bound]:
    gap = abs(whole.value - sum(part.value for part in parts))
    if len(parts) == expected and gap < DAY * (1 + len(parts)):
        terms = ((whole, 1.0), *((part, -1.0) for part in parts))
        yield Bound(terms, 0.0, max(2 * gap, ROUNDING * whole.value), "/".join((*whole.place, TIME)))
