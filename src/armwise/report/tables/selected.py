"""Continuity of care, described by arm among those who can have a value, with the share that can."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, fixed, percent, whole
from armwise.report.results import Results
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial

ENOUGH = {"continuity": "index, two or more visits", "providers": "number, one or more visits"}


def selected(results: Results, trial: Trial) -> Table:
    """Return the table of measures that need visits, without any effect."""
    lines = tuple(line for name in trial.described_outcomes for line in _lines(results, trial, name))
    return Table(
        "selected",
        "Continuity of care, described among enrollments with enough visits",
        tuple(_columns(trial)),
        lines,
        (*_notes(trial), *hidden_note(lines, trial)),
    )


def _columns(trial: Trial) -> Iterator[Column]:
    yield Column("Measure and window")
    for label in trial.arms.values():
        yield Column("With enough visits, No./n (%)", label)
        yield Column("Mean (SD) of these", label)


def _lines(results: Results, trial: Trial, name: str) -> Iterator[Line]:
    yield Line(f"{trial.outcome_label(name)}, {ENOUGH[trial.measure_of(name)]}", (), "group")
    for window in trial.windows_of(name):
        cells = (each for arm in trial.arms for each in _cells(results, trial, name, window, arm))
        yield Line(trial.window_label(window), tuple(cells), "level")


def _cells(results: Results, trial: Trial, name: str, window: str, arm: str) -> tuple[Cell, Cell]:
    place = {"outcome": name, "window": window, "contrast": arm, "analysis_set": "described"}
    share, mean, sd = (results.first(**place, measure=each) for each in ("percent", "mean", "sd"))
    if share is None or mean is None or sd is None:
        return Cell(NOTHING), Cell(NOTHING)
    style = trial.style
    hidden = share.hides("events") or share.hides("estimate") or share.hides("n")
    counted = f"{whole(share.events, style)}/{whole(share.n, style)} ({percent(share.estimate, style)})"
    spread = f"{fixed(mean.estimate, 2, style)} ({fixed(sd.estimate, 2, style)})"
    return (
        cell(HIDDEN if hidden else counted, share),
        cell(HIDDEN if mean.hides("estimate") else spread, mean, sd),
    )


def _notes(trial: Trial) -> Iterator[str]:
    yield (
        "Not effects of assignment: only those who made enough visits have a value, and who does may differ "
        "between the arms, as the shares show."
    )
    if any(trial.measure_of(name) == "continuity" for name in trial.described_outcomes):
        yield (
            "Index of Bice and Boxerman: 1 when all visits were to one provider, 0 when each was to another."
        )
    yield "Percentages, means and SDs carry the design weights. Visits while observed, provider known."
