"""Losses by outcome and window: how arms differ, what losses could do, and what the trial could have seen."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, p_value, percent
from armwise.report.results import Results, Row
from armwise.report.tables.effects import Effect, level_text, triple, with_limits
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

ANALYSIS_SET = "losses"
NOTE = (
    "Lost: without the outcome or time at risk, or observed until before the end of the window for another "
    "reason than death. Bounds hold for those who would be seen under either arm if assignment moves losses "
    "in one direction (Lee 2009). Detectable: the difference that a two-sided test finds with 80% power, "
    "from both arms pooled, in the units of the table of outcomes."
)


def losses(results: Results, trial: Trial) -> Table:
    """Return the table of losses, one line per outcome, window and contrast."""
    lines = tuple(line for name in trial.ordered_outcomes for line in _lines(results, trial, name))
    columns = (
        "Outcome and window",
        f"Lost, difference in percentage points ({level_text(trial)})",
        "P",
        "Bounds of the effect",
        "Detectable difference",
    )
    return Table(
        "losses", "Losses and detectable differences", tuple(map(Column, columns)), lines,
        (NOTE, *hidden_note(lines, trial)),
    )  # fmt: skip


def _lines(results: Results, trial: Trial, name: str) -> Iterator[Line]:
    for window in trial.windows_of(name):
        for arm, contrast in trial.contrasts:
            parts = {"outcome": name, "window": window, "contrast": contrast, "analysis_set": ANALYSIS_SET}
            rows = {row.measure: row for row in results.find(**parts)}
            if rows:
                several = f": {inside(trial.arm_label(arm))}" if len(trial.contrasts) > 1 else ""
                label = f"{trial.outcome_label(name)}, {inside(trial.window_label(window))}{several}"
                yield Line(label, tuple(_cells(Effect(results, trial, name, window), rows)))


def _cells(effect: Effect, rows: dict[str, Row]) -> Iterator[Cell]:
    style, lost = effect.trial.style, rows.get("loss_difference")
    if lost is None:
        yield from (Cell(NOTHING), Cell())
    else:
        shown = with_limits([percent(value, style) for value in triple(lost)], effect.trial)
        yield cell(Effect.said(lost) or shown, lost)
        yield cell(HIDDEN if lost.hides("p_value") else p_value(lost.p_value, style), lost)
    bounds = [rows.get(measure) for measure in ("bound_low", "bound_high")]
    yield cell(" to ".join(_scaled(effect, row) for row in bounds) if all(bounds) else NOTHING, *bounds)
    detectable = rows.get("detectable_difference")
    yield cell(_scaled(effect, detectable), detectable)


def _scaled(effect: Effect, row: Row | None) -> str:
    if row is None:
        return NOTHING
    return Effect.said(row) or effect.scaled(row.estimate, effect.difference_measure or "")
