"""Time at risk by window and arm: how long each source saw the enrollments."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, whole
from armwise.report.results import Results, Row
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import data_end_notes, hidden_note
from armwise.report.trial import Trial, in_words, inside

LINES = {
    "member_months": "Member-months",
    "covered_throughout": "Observed without a gap",
    "partial_benefits": "Partial benefits or another payer at some time",
}


def time_at_risk(results: Results, trial: Trial) -> Table:
    """Return the table of member-months and of whole observation, a part for each window and source."""
    lines = tuple(_lines(results, trial))
    return Table(
        "time_at_risk",
        "Time at risk by window, in the primary analysis",
        (Column("Window and source"), *(Column(label) for label in trial.arms.values())),
        lines,
        (*_notes(), *data_end_notes(results, trial), *hidden_note(lines, trial)),
    )


def _notes() -> Iterator[str]:
    yield (
        "Member-months are days at risk / 30.4375; the other lines are numbers of enrollments. Without a "
        "gap: at risk on every day until the window, death, the data or a later lottery ended it. The flow "
        "diagram shows what ended the longest window."
    )


def _lines(results: Results, trial: Trial) -> Iterator[Line]:
    windows = dict.fromkeys(window for name in trial.ordered_outcomes for window in trial.windows_of(name))
    for window in windows:
        rows = [row for row in results.rows if row.window == window and row.measure == "member_months"]
        for source in dict.fromkeys(row.outcome for row in rows):
            yield Line(f"{trial.window_label(window)}, {inside(in_words(source))}", (), "group")
            for measure, label in LINES.items():
                found = [_row(results, source, window, arm, measure) for arm in trial.arms]
                if any(row and (row.estimate or row.hidden) for row in found):
                    yield Line(label, tuple(_cell(row, trial) for row in found), "level")


def _row(results: Results, source: str, window: str, arm: str, measure: str) -> Row | None:
    place = {"analysis_set": "randomized", "outcome": source, "window": window, "subgroup": "all"}
    return results.first(contrast=arm, measure=measure, **place)


def _cell(row: Row | None, trial: Trial) -> Cell:
    if row is None:
        return Cell(NOTHING)
    return cell(HIDDEN if row.hides("estimate") else whole(row.estimate, trial.style), row)
