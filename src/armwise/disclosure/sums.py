"""Which counts add up: a hidden count that is a part of a known sum can be had by subtraction.

Sums are found from the keys alone, and only kept where the numbers do add up; what is missing to a total is a
part of its own (`rest`), which nobody published and everybody can compute.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from armwise.disclosure.cells import (
    ACCOUNTED,
    ATTEMPTED,
    SHARES,
    UPTAKE,
    Cell,
    Place,
    Row,
    arms_of,
    cells_of,
)

# What adds up within the flow of one arm, and within one source of data: total, then its parts.
ENDS = ("complete", "ended_by_death", "ended_by_coverage", "ended_by_data", "ended_by_later_lottery")
WITHOUT_TIME = ("not_covered", "died_before", "after_the_data", "after_the_window")
FLOW = [
    ("assessed", ("assessed_randomized", "not_randomized")),
    ("persons", ("assessed_randomized", "not_assessed")),
    ("randomized", ("in_cohort", "later_enrollment", "baseline_not_covered")),
    ("in_cohort", ("covered", *WITHOUT_TIME)),
    ("randomized", ("covered", *WITHOUT_TIME, "later_enrollment", "baseline_not_covered")),
    ("randomized", ("uptake",)),
    ("covered", ENDS),
]
WHOLE = ("covered_throughout", "partial_benefits", "data_end_early")
LEFT_OUT = ("no_person_time", "missing_outcome", "no_weight")
SOURCE = {"rows_read": ("rows_kept", "rows_set_aside", "rows_not_included")}
# What the rows that break a check are a part of.
BROKEN = {"rows_warned": "rows_kept", "rows_ignored": "rows_kept"}


@dataclass(frozen=True)
class Sum:
    """`total` = the sum of `parts` + `rest`; `total_first` when the total is what nobody will miss."""

    total: Cell
    parts: tuple[Cell, ...]
    rest: int
    total_first: bool = False


PRIMARY = "itt"
LOST = "losses"
# The sets that describe; every other set than these and the primary is a sensitivity analysis.
NOT_ANALYSES = ("randomized", "extract", "checks", LOST)


def is_sensitivity(place: Place) -> bool:
    """Say whether a place belongs to a sensitivity analysis."""
    return place.analysis_set != PRIMARY and place.analysis_set not in NOT_ANALYSES


Found = dict[tuple[Place, str], Cell]


def sums_of(rows: Sequence[Row], small_cell: int, related: Sequence[Sequence[str]] = ()) -> list[Sum]:
    """Return every sum among the counts of a dataset, in a fixed order.

    `related`: groups of outcomes of which one may be a part of another, as avoidable admissions are of all.
    Where nothing tells whether one count is a part of another, those that differ by less than `small_cell`
    are taken so. A new kind of sum is one function more here.
    """
    cells = _by_place(rows)
    sums = {
        *_over_arms(cells),
        *_over_levels(cells, "subgroup", "all"),
        *_baseline_levels(cells),
        *_remainders(rows),
        *_stages(cells),
        *_not_randomized(cells),
        *_analysed(cells),
        *_levels_analysed(cells),
        *_followed(cells),
        *_across_analyses(cells, small_cell),
        *_monitored(cells),
        *_times(cells),
        *_later(cells, small_cell),
        *_related(cells, related),
        *_sources(cells),
        *_checks(cells),
        *_accounts(cells, small_cell),
        *_lost(cells),
        *_of_baseline(cells),
        *_attempted(cells),
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
        yield Sum(total, there, round(total.value - sum(part.value for part in there)), total_first)


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
            yield from (s for s in _sum(total, pair, total_first=True) if s.rest == 0 and len(s.parts) == 2)


def _over_levels(cells: Found, column: str, whole: str) -> Iterator[Sum]:
    """The levels of a characteristic (`name=level`) make the whole; of arms together that says no more."""
    levels: dict[tuple[Place, str], list[Cell]] = defaultdict(list)
    for (place, what), cell in cells.items():
        name, is_level, _ = getattr(place, column).partition("=")
        if is_level and not _is_pooled(cells, place, what):
            levels[place._replace(**{column: name}), what].append(cell)
    for (place, what), parts in levels.items():
        yield from _sum(cells.get((place._replace(**{column: whole}), what)), parts)


def _is_pooled(cells: Found, place: Place, what: str) -> bool:
    """Say whether a count is that of several arms, each of which has one."""
    arms = list(arms_of(place.contrast))
    return len(arms) > 1 and all((place._replace(contrast=arm), what) in cells for arm in arms)


def _baseline_levels(cells: Found) -> Iterator[Sum]:
    """The people with each level of a baseline characteristic make the arm, and so do known
    and unknown numbers."""
    levels: dict[Place, list[Cell]] = defaultdict(list)
    for (place, what), cell in cells.items():
        name, is_level, _ = place.outcome.partition("=")
        if is_level and what == "count":
            levels[place._replace(outcome=name)].append(cell)
    for whole, parts in levels.items():
        yield from _sum(cells.get((parts[0].place, "n")), [*parts, cells.get((whole, "n"))])


def _remainders(rows: Iterable[Row]) -> Iterator[Sum]:
    """Those with and those without an event make n."""
    for row in rows:
        cells = cells_of(row)
        if row["measure"] in SHARES and {"n", "events"} <= cells.keys():
            yield from _sum(cells["n"], [cells["events"]])


def _stages(cells: Found) -> Iterator[Sum]:
    for (place, what), total in cells.items():
        if place.window == "flow" and what == "count":
            for stage, parts in FLOW:
                if place.outcome == stage:
                    found = (cells.get((place._replace(outcome=part), what)) for part in parts)
                    yield from _sum(total, found)


def _not_randomized(cells: Found) -> Iterator[Sum]:
    """Those not randomized for each reason make all of those assessed who were not."""
    parts: dict[Place, list[Cell]] = defaultdict(list)
    for (place, _), cell in cells.items():
        stage, is_reason, _ = place.outcome.partition("=")
        if place.window == "flow" and is_reason:
            parts[place._replace(outcome=stage)].append(cell)
    for place, reasons in parts.items():
        yield from _sum(cells.get((place, "count")), reasons)


def _analysed(cells: Found) -> Iterator[Sum]:
    """Those in an analysis and those left out make the arm: of enrollments, and of persons (clusters)."""
    for (place, what), part in cells.items():
        if place.analysis_set in NOT_ANALYSES or place.subgroup != "all" or " vs " in place.contrast:
            continue
        if what == "n":
            left_out = (cells.get((place, reason)) for reason in LEFT_OUT)
            whole = _in_flow(cells, "in_cohort", place) or _in_flow(cells, "randomized", place)
            yield from _sum(whole, [part, *left_out])
        elif what == "clusters":
            yield from _sum(_in_flow(cells, "persons", place), [part])


def _followed(cells: Found) -> Iterator[Sum]:
    """Those in the flow with person-time are those analysed, and those without it those left out for that.

    The flow follows one outcome, which is not known here: where the numbers agree they are the same.
    """
    for (place, what), cell in cells.items():
        if place.analysis_set != PRIMARY or place.subgroup != "all" or " vs " in place.contrast:
            continue
        stages = {"n": ("covered",), "no_person_time": WITHOUT_TIME}.get(what, ())
        found = _sum(cell, (_in_flow(cells, stage, place) for stage in stages))
        yield from (each for each in found if each.rest == 0)


def _levels_analysed(cells: Found) -> Iterator[Sum]:
    """Those of a level in an analysis, and those left out, are all with this level in the baseline table."""
    for (place, what), part in cells.items():
        if what == "n" and "=" in place.subgroup and place.analysis_set not in NOT_ANALYSES:
            baseline = Place("randomized", place.subgroup, "baseline", "all", place.contrast)
            yield from _sum(cells.get((baseline, "count")), [part])


def _monitored(cells: Found) -> Iterator[Sum]:
    """The enrollments that a check of an arm looks at are those randomized to it, and no others."""
    for (place, what), cell in cells.items():
        looked_at = {("linkage", "n"), ("randomization", "count")}
        if place.analysis_set == "checks" and place.subgroup == "all" and (place.window, what) in looked_at:
            yield from _sum(_in_flow(cells, "randomized", place), [cell])


def _times(cells: Found) -> Iterator[Sum]:
    """In each window, those observed without a gap, flagged, or with an early end of data, are parts of
    the arm; in the flow, those without a gap are those whom something else than coverage ended."""
    for (place, what), cell in cells.items():
        if place.analysis_set == "randomized" and place.subgroup == "all" and what in WHOLE:
            yield from _sum(
                _in_flow(cells, "in_cohort", place) or _in_flow(cells, "randomized", place), [cell]
            )
        if what == "covered_throughout":
            ends = (_in_flow(cells, end, place) for end in ENDS if end != "ended_by_coverage")
            yield from _sum(cell, ends, total_first=True)


def _in_flow(cells: Found, stage: str, place: Place) -> Cell | None:
    return cells.get((Place("randomized", stage, "flow", "all", place.contrast), "count"))


def _later(cells: Found, small_cell: int) -> Iterator[Sum]:
    """Events by one window or date, and those between it and a later one, make the events by the later one;
    those at risk on one day and those who left since an earlier day make those at risk on the earlier day.

    Which windows lie inside which is not known here: any two whose counts differ by little are taken so, and
    the next larger count of each.
    """
    series: dict[Place, list[Cell]] = defaultdict(list)
    for (place, what), cell in cells.items():
        if place.analysis_set in ("checks", "extract"):
            continue
        if what in ("events", *WHOLE) and " vs " not in place.contrast:
            series[place._replace(window=what)].append(cell)
        elif what == "n" and place.window.removeprefix("d").isdigit():
            series[place._replace(window="at risk")].append(cell)
    for found in series.values():
        ordered = _by_value(found)
        for part, whole in dict.fromkeys([*_near(ordered, small_cell), *pairwise(ordered)]):
            if part.value < whole.value:
                yield from _sum(whole, [part])


def _by_value(cells: Iterable[Cell]) -> list[Cell]:
    return sorted(cells, key=lambda cell: (cell.value, cell))


def _near(ordered: Sequence[Cell], small_cell: int) -> Iterator[tuple[Cell, Cell]]:
    """Yield each two counts that differ by a small count, the smaller one first."""
    for place, part in enumerate(ordered):
        for whole in ordered[place + 1 :]:
            if whole.value - part.value >= small_cell:
                break
            if whole.value > part.value:
                yield part, whole


def _across_analyses(cells: Found, small_cell: int) -> Iterator[Sum]:
    """A count of one analysis, and the few that another counts beyond it, make the count of the other.

    Which lies within which is not known here: the larger is taken for the whole. Two sensitivity analyses
    are compared where neither has the primary's count.
    """
    analyses: dict[tuple[Place, str], list[Cell]] = defaultdict(list)
    for (place, what), cell in cells.items():
        if is_sensitivity(place):
            analyses[place._replace(analysis_set=PRIMARY), what].append(cell)
    for key, found in analyses.items():
        primary = cells.get(key)
        other = [cell for cell in found if primary is None or cell.value != primary.value]
        for part, whole in _near(_by_value([*other, *([primary] if primary else [])]), small_cell):
            yield from _sum(whole, [part])


def _related(cells: Found, related: Sequence[Sequence[str]]) -> Iterator[Sum]:
    """Events of a kind, and those that are not of it, make all events; so it is with those that
    add to a sum, which may be all of them."""
    for (place, what), cell in cells.items():
        for group in related:
            if what == "events" and " vs " not in place.contrast and place.outcome in group:
                others = (cells.get((place._replace(outcome=name), what)) for name in group)
                for total in (other for other in others if other is not None and _holds(other, cell)):
                    yield from _sum(total, [cell])


def _holds(whole: Cell, part: Cell) -> bool:
    return whole != part and whole.value >= part.value


def _sources(cells: Found) -> Iterator[Sum]:
    for (place, what), total in cells.items():
        if what in SOURCE:
            # The rows kept are the enrollments, which stand elsewhere; the rows read do not.
            yield from _sum(total, (cells.get((place, part)) for part in SOURCE[what]), total_first=True)


def _checks(cells: Found) -> Iterator[Sum]:
    """The rows set aside for each check (`source=check`) make the rows set aside; those that another check
    doubts, and those that it does not, are the rows kept."""
    reasons: dict[Place, list[Cell]] = defaultdict(list)
    for (place, what), cell in cells.items():
        source, is_check, _ = place.outcome.partition("=")
        if is_check and what == "rows_set_aside":
            reasons[place._replace(outcome=source)].append(cell)
        elif is_check and what in BROKEN:
            yield from _sum(cells.get((place._replace(outcome=source), BROKEN[what])), [cell])
    for place, parts in reasons.items():
        yield from _sum(cells.get((place, "rows_set_aside")), parts)


def _accounts(cells: Found, small_cell: int) -> Iterator[Sum]:
    """Rows that the steps from a source to its events count may be parts of each other, or of those kept."""
    counted: dict[str, list[Cell]] = defaultdict(list)
    for (place, what), cell in cells.items():
        if what == ACCOUNTED:
            counted[place.subgroup.partition("=")[2]].append(cell)
        elif what == "rows_kept" and place.subgroup == "all":
            counted[place.outcome].append(cell)
    for found in counted.values():
        for part, whole in _near(_by_value(found), small_cell):
            yield from _sum(whole, [part])


def _lost(cells: Found) -> Iterator[Sum]:
    """The lost are those left out of the analysis and those who left early but count in it; the others
    stayed. Together they are the arm, or those of a level in it."""
    for (place, what), cell in cells.items():
        if place.analysis_set != LOST or " vs " in place.contrast:
            continue
        primary = place._replace(analysis_set=PRIMARY)
        if what == "n" and place.subgroup == "all":
            yield from _sum(
                _in_flow(cells, "in_cohort", place) or _in_flow(cells, "randomized", place), [cell]
            )
        elif what == "events":
            yield from _sum(cell, (cells.get((primary, reason)) for reason in LEFT_OUT))
            yield from _stayed(cells, place, cell)
    yield from _lost_in_flow(cells)


def _stayed(cells: Found, place: Place, gone: Cell) -> Iterator[Sum]:
    """The lost, and those who stayed and stand for them, are all."""
    stayed = cells.get((place._replace(analysis_set="censoring_weighted"), "n"))
    yield from _sum(cells.get((place, "n")), [gone, stayed])


def _lost_in_flow(cells: Found) -> Iterator[Sum]:
    """Of those in an arm, some were lost in a window; others ended the longest one, or died."""
    for (place, what), cell in cells.items():
        if place.analysis_set == LOST and what == "events" and place.subgroup == "all":
            ends = (_in_flow(cells, end, place) for end in ("complete", "ended_by_death"))
            whole = _in_flow(cells, "in_cohort", place) or _in_flow(cells, "randomized", place)
            yield from _sum(whole, [cell, *ends])


def _of_baseline(cells: Found) -> Iterator[Sum]:
    """Those in a level of whom losses or reach are told are those whom the baseline table counts in it."""
    for (place, what), cell in cells.items():
        told = place.analysis_set == LOST or place.outcome in (UPTAKE, ATTEMPTED)
        if told and what == "n" and "=" in place.subgroup and " vs " not in place.contrast:
            level = Place("randomized", place.subgroup, "baseline", "all", place.contrast)
            yield from _sum(cells.get((level, "count")), [cell])


def _attempted(cells: Found) -> Iterator[Sum]:
    """Those with an attempt or a contact are those who took up the offer, and others."""
    for (place, what), cell in cells.items():
        if place.outcome == ATTEMPTED and what == "events":
            yield from _sum(cell, [cells.get((place._replace(outcome=UPTAKE), what))])
