"""The effects by other models, beside the planned ones: whether the answer hangs on the model."""

from collections.abc import Iterator

from armwise.report.numbers import NOTHING
from armwise.report.results import Results, Row
from armwise.report.tables.effects import (
    DIFFERENCES,
    RATIOS,
    Effect,
    level_text,
    triple,
    with_limits,
)
from armwise.report.tables.estimands import model_words
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

RELATIVE = ("relative_difference",)
NOTE = (
    "Differences are in the units of the table of outcomes; the relative difference is that of the arms over "
    "the mean of the reference arm, in percent. The others have no P value, and none of them can take the "
    "place of the planned result."
)


def other_models(results: Results, trial: Trial) -> Table:
    """Return the table of effects by model, of every outcome for which there are others."""
    lines = tuple(line for name in trial.ordered_outcomes for line in _lines(results, trial, name))
    kinds = ("Ratio", "Difference", "Relative difference, %")
    return Table(
        "other_models",
        f"The same effects by other models, {trial.analysis} analysis",
        (Column("Outcome, window and model"), *(Column(f"{kind} ({level_text(trial)})") for kind in kinds)),
        lines,
        (NOTE, *hidden_note(lines, trial)),
    )


def _lines(results: Results, trial: Trial, name: str) -> Iterator[Line]:
    for window in trial.windows_of(name):
        for arm, contrast in trial.contrasts:
            effect = Effect(results, trial, name, window)
            beside = _beside(effect, contrast)
            if beside:
                several = f": {inside(trial.arm_label(arm))}" if len(trial.contrasts) > 1 else ""
                label = f"{trial.outcome_label(name)}, {inside(trial.window_label(window))}{several}"
                yield Line(label, (), "group")
                yield Line("Planned model", tuple(_planned(effect, contrast)), "level")
                yield from (_line(effect, model, rows) for model, rows in beside.items())


def _beside(effect: Effect, contrast: str) -> dict[str, list[Row]]:
    """Return the results of a contrast by the models beside the planned one, in the analysis that counts."""
    found: dict[str, list[Row]] = {}
    parts = {"outcome": effect.outcome, "window": effect.window, "contrast": contrast, "subgroup": "all"}
    rows = [row for row in effect.results.find(**parts) if row.is_beside and row.analysis_set == "itt"]
    for row in rows:
        if f".{effect.trial.analysis}." in row.method:
            found.setdefault(row.method.partition(".")[0], []).append(row)
    return found


def _planned(effect: Effect, contrast: str) -> Iterator[Cell]:
    yield effect.ratio_cell(contrast)
    yield effect.difference_cell(contrast)
    yield Cell(NOTHING)


def _line(effect: Effect, model: str, rows: list[Row]) -> Line:
    cells = (_cell(effect, rows, measures) for measures in (RATIOS, DIFFERENCES, RELATIVE))
    return Line(model_words(model), tuple(cells), "level")


def _cell(effect: Effect, rows: list[Row], measures: tuple[str, ...]) -> Cell:
    row = next((row for row in rows if row.measure in measures), None)
    if row is None:
        return Cell(NOTHING)
    if measures == RATIOS:
        return cell(effect.ratio_text(row), row)
    if measures == DIFFERENCES:
        return cell(effect.difference_text(row), row)
    shown = [effect.scaled(value, "risk") for value in triple(row)]
    return cell(effect.said(row) or with_limits(shown, effect.trial), row)
