"""Effects month by month since randomization, with joint tests."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, p_phrase
from armwise.report.results import Results, Row
from armwise.report.tables.effects import Effect, level_text
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

ANALYSIS_SET, MONTH = "by_month", "month_"
TESTS = {"any_month_p": "no effect in any month", "month_interaction_p": "equal effects in all months"}


def monthly(results: Results, trial: Trial) -> Table:
    """Return the table of rate ratios by month, one column per outcome."""
    names = [name for name in trial.ordered_outcomes if name in (trial.estimates.get("monthly") or [])]
    lines = tuple(_lines(results, trial, names))
    notes = (
        "Months of 30.4375 days since randomization; person-time while alive and observed. Single months "
        "have no P value.",
        *_tests(results, trial, names),
        *hidden_note(lines, trial),
    )
    columns = (Column(f"{trial.outcome_label(name)}: rate ratio ({level_text(trial)})") for name in names)
    title = f"Effects month by month, {trial.analysis} analysis"
    return Table("monthly", title, (Column("Month"), *columns), lines, notes)


def _lines(results: Results, trial: Trial, names: list[str]) -> Iterator[Line]:
    for arm, contrast in trial.contrasts:
        rows = [
            row for row in results.find(analysis_set=ANALYSIS_SET, contrast=contrast) if _counts(row, trial)
        ]
        months = sorted({int(r.window.removeprefix(MONTH)) for r in rows if r.window.startswith(MONTH)})
        if len(trial.contrasts) > 1:
            yield Line(trial.arm_label(arm), (), "group")
        for month in months:
            mine = {row.outcome: row for row in rows if row.window == f"{MONTH}{month}"}
            yield Line(str(month), tuple(_cell(mine.get(name), trial) for name in names))


def _counts(row: Row, trial: Trial) -> bool:
    return f".{trial.analysis}." in row.method


def _cell(row: Row | None, trial: Trial) -> Cell:
    return cell(Effect(Results([]), trial, "", "").ratio_text(row), row)


def _tests(results: Results, trial: Trial, names: list[str]) -> Iterator[str]:
    for name in names:
        for arm, contrast in trial.contrasts:
            found = results.find(analysis_set=ANALYSIS_SET, outcome=name, window="months", contrast=contrast)
            said = [f"{TESTS[row.measure]}, {_p(row, trial)}" for row in found if _is_test(row, trial)]
            several = f" ({inside(trial.arm_label(arm))})" if len(trial.contrasts) > 1 else ""
            if said:
                yield f"Joint tests for {inside(trial.outcome_label(name))}{several}: {'; '.join(said)}."


def _is_test(row: Row, trial: Trial) -> bool:
    return _counts(row, trial) and row.measure in TESTS and (row.p_value is not None or row.hidden)


def _p(row: Row, trial: Trial) -> str:
    return HIDDEN if row.p_value is None else p_phrase(row.p_value, trial.style)
