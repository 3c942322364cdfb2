"""Who took up what was offered, by arm: the first stage of every complier effect."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, percent, whole
from armwise.report.results import Results, Row
from armwise.report.tables.effects import Effect, level_text
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial

NAME = "uptake"


def uptake(results: Results, trial: Trial) -> Table:
    """Return the table of engagement by arm and window."""
    lines = tuple(_lines(results, trial))
    arms = tuple(Column(f"{label}, No./n (%)") for label in trial.arms.values())
    several = len(trial.contrasts) > 1
    differences = tuple(
        Column(
            f"Difference, percentage points ({level_text(trial)})"
            + (f": {trial.arm_label(arm)}" if several else "")
        )
        for arm, _ in trial.contrasts
    )
    notes = (
        "Percentages carry the design weights. Analyses by arm as randomized include everyone, engaged "
        "or not.",
    )
    return Table(
        "uptake",
        f"Uptake of what was offered, by arm and window{_source(trial)}",
        (Column("Window"), *arms, *differences),
        lines,
        (*notes, *hidden_note(lines, trial)),
    )


def _source(trial: Trial) -> str:
    event = (trial.estimates.get(NAME) or {}).get("event")
    return " (at least one two-way contact)" if event == "contact" else ""


def windows(results: Results, trial: Trial) -> list[str]:
    """Return the windows in which uptake is known, in the order of the settings."""
    found = {row.window for row in results.rows if row.outcome == NAME and row.analysis_set == "itt"}
    known = [*(trial.follow_up.get("windows") or {}), *sorted(found)]
    return [window for window in dict.fromkeys(known) if window in found]


def _lines(results: Results, trial: Trial) -> Iterator[Line]:
    for window in windows(results, trial):
        yield Line(trial.window_label(window), tuple(_cells(results, trial, window)))


def _cells(results: Results, trial: Trial, window: str) -> Iterator[Cell]:
    effect = Effect(results, trial, NAME, window)
    for arm in trial.arms:
        row = results.first(outcome=NAME, window=window, contrast=arm, measure="risk", subgroup="all")
        yield cell(_share(row, trial), row)
    for _, contrast in trial.contrasts:
        yield effect.difference_cell(contrast)


def _share(row: Row | None, trial: Trial) -> str:
    if row is None:
        return NOTHING
    if row.hides("estimate") or row.hides("events") or row.hides("n"):
        return HIDDEN
    style = trial.style
    return f"{whole(row.events, style)}/{whole(row.n, style)} ({percent(row.estimate, style)})"
