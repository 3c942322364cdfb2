"""What the data look like by arm and over time: arm sizes, linkage, completeness, lag, rates by month."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, fixed, p_value, percent, whole
from armwise.report.results import Results, Row
from armwise.report.tables.levels import SPLIT
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import MONTHS, Trial, in_words

CHECKS = "checks"
EVENTS = {"claim_lines": "Claim lines", "inpatient_stay": "Hospital stays", "ed_visit": "ED visits"}
TOPICS = {
    "linkage": "Enrollments found in the source, %",
    "classified": "Events with a diagnosis that can be classified, %",
    "completeness": "Rows with a value, %",
}
LAGS = {
    "volume_ratio": "Claim lines per member-month: last 3 months over the 12 before",
    "days_median": "Days from service to adjudication, median",
    "days_p90": "Days from service to adjudication, 90th percentile",
}


def arm_shares(results: Results, trial: Trial) -> Table:
    """Return the arm sizes against the stated probabilities: over all strata, and where they fit worst."""
    places = dict.fromkeys(row.subgroup for row in _of(results, "randomization"))
    columns = [Column("Drawn"), *(Column(label, "No. and %") for label in trial.arms.values())]
    columns += [*(Column(label, "Stated, %") for label in trial.arms.values()), Column("P value")]
    lines = tuple(_stratum(results, trial, place) for place in places)
    notes = (
        "The test over all strata is Pearson's, summed over strata with 5 or more expected in each arm; "
        "within a stratum it is exact. Shown are the strata with the smallest P values.",
    )
    return Table(
        "arm_shares",
        "Arm sizes against the stated probabilities",
        (Column("Stratum"), *columns),
        lines,
        (*(notes if lines else ()), *hidden_note(lines, trial)),
    )


def _of(results: Results, window: str, **parts: str) -> list[Row]:
    return results.find(analysis_set=CHECKS, window=window, **parts)


def _stratum(results: Results, trial: Trial, place: str) -> Line:
    found = {(row.measure, row.contrast): row for row in _of(results, "randomization", subgroup=place)}
    total = found.get(("count", "all"))
    test = next((row for (measure, _), row in found.items() if measure == "p_value"), None)
    cells = [_count(total, trial)]
    cells += [_size(found.get(("count", arm)), total, trial) for arm in trial.arms]
    cells += [_stated(found.get(("stated_probability", arm)), trial) for arm in trial.arms]
    _, is_stratum, name = place.partition(SPLIT)
    label, kind = (name, "level") if is_stratum else ("All strata", "plain")
    return Line(label, (*cells, _p(test, trial)), kind)


def _count(row: Row | None, trial: Trial) -> Cell:
    if row is None:
        return Cell(NOTHING)
    return cell(HIDDEN if row.hides("estimate") else whole(row.estimate, trial.style), row)


def _size(row: Row | None, total: Row | None, trial: Trial) -> Cell:
    if row is None or total is None or row.estimate is None or not total.estimate:
        return _count(row, trial)
    share = percent(row.estimate / total.estimate, trial.style)
    return cell(f"{whole(row.estimate, trial.style)} ({share})", row, total)


def _stated(row: Row | None, trial: Trial) -> Cell:
    return _percent(row, trial) if row is not None else Cell()


def _percent(row: Row | None, trial: Trial) -> Cell:
    if row is None:
        return Cell(NOTHING)
    return cell(HIDDEN if row.hides("estimate") else percent(row.estimate, trial.style), row)


def _p(row: Row | None, trial: Trial) -> Cell:
    if row is None:
        return Cell(NOTHING)
    return cell(HIDDEN if row.hides("estimate") else p_value(row.estimate, trial.style), row)


def data_by_arm(results: Results, trial: Trial) -> Table:
    """Return what should not differ between arms: linkage, completeness, unclassified diagnoses, lag."""
    lines = tuple(line for part in (_topics(results, trial), _lags(results, trial)) for line in part)
    notes = ("Shares are weighted by design.",)
    return Table(
        "data_by_arm",
        "What the sources hold, by arm",
        (Column("Source"), *(Column(label) for label in trial.arms.values())),
        lines,
        (*(notes if lines else ()), *hidden_note(lines, trial)),
    )


def _topics(results: Results, trial: Trial) -> Iterator[Line]:
    for topic, heading in TOPICS.items():
        rows = _of(results, topic)
        if rows:
            yield Line(heading, (), "group")
        for outcome, subgroup in dict.fromkeys((row.outcome, row.subgroup) for row in rows):
            by_arm = {r.contrast: r for r in rows if (r.outcome, r.subgroup) == (outcome, subgroup)}
            column = subgroup.partition(SPLIT)[2].replace("_", " ")
            label = f"{in_words(outcome)}: {column}" if column else in_words(outcome)
            yield Line(label, tuple(_percent(by_arm.get(arm), trial) for arm in trial.arms), "level")


def _lags(results: Results, trial: Trial) -> Iterator[Line]:
    rows = {(row.measure, row.contrast): row for row in _of(results, "lag")}
    if rows:
        yield Line("Claims lag", (), "group")
    for measure, label in LAGS.items():
        by_arm = [rows.get((measure, arm)) for arm in trial.arms]
        if any(by_arm):
            places = 2 if measure == "volume_ratio" else 0
            yield Line(label, tuple(_number(row, places, trial) for row in by_arm), "level")


def _number(row: Row | None, places: int, trial: Trial) -> Cell:
    if row is None:
        return Cell(NOTHING)
    return cell(HIDDEN if row.hides("estimate") else fixed(row.estimate, places, trial.style), row)


def monthly_rates(results: Results, trial: Trial) -> Table:
    """Return claim lines, stays and ED visits per 1,000 member-months by arm and calendar month."""
    rows = [row for row in results.rows if row.measure == "monthly_rate"]
    events = list(dict.fromkeys(row.outcome for row in rows))
    found = {(row.window, row.outcome, row.contrast): row for row in rows}
    columns = [Column(label, EVENTS.get(e, in_words(e))) for e in events for label in trial.arms.values()]
    lines = tuple(
        Line(
            _month(month),
            tuple(_number(found.get((month, e, arm)), 0, trial) for e in events for arm in trial.arms),
        )
        for month in sorted({row.window for row in rows})
    )
    notes = (
        "Every enrollment with all months of its person, before and after randomization; weighted by design. "
        "For finding breaks in the data, not effects.",
    )
    return Table(
        "monthly_rates",
        "Claim lines, hospital stays and ED visits per 1,000 member-months, by month",
        (Column("Month"), *columns),
        lines,
        (*(notes if lines else ()), *hidden_note(lines, trial)),
    )


def _month(month: str) -> str:
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1][:3]} {year}"
