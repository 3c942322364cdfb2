"""Losses by outcome and window: how arms differ, what losses could do, and what the trial could have seen."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, p_value, percent, whole
from armwise.report.results import Results, Row
from armwise.report.tables.effects import Effect, level_text, triple, with_limits
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

ANALYSIS_SET = "losses"
LOST = (
    "Lost: without the outcome or time at risk, or observed until before the end of the window for another "
    "reason than death."
)
NOTE = (
    "Percentages carry the design weights. Bounds hold for those who would be seen under either arm if "
    "assignment moves losses in one direction (Lee 2009). Tipping point: how far, in the units of the table "
    "of outcomes, what is unobserved in the arm would have to lie above or below what is observed, the "
    "reference arm being as observed, for the interval of the difference to begin, or to cease, to include "
    "no effect. Detectable: the difference that a two-sided test finds with 80% power, "
    "from both arms pooled."
)
TIPPING = ("tipping_point_below", "tipping_point_above")
BEYOND = "beyond what is possible"


def losses(results: Results, trial: Trial) -> Table:
    """Return the table of losses, one line per outcome, window and contrast."""
    lines = tuple(line for name in trial.ordered_outcomes for line in _lines(results, trial, name))
    columns = (
        "Outcome and window",
        *(f"Lost, {inside(label)}, No./n (%)" for label in trial.arms.values()),
        f"Lost, difference in percentage points ({level_text(trial)})",
        "P",
        "Bounds of the effect",
        "Tipping point",
        "Detectable difference",
    )
    return Table(
        "losses", "Losses, what they could do, and detectable differences", tuple(map(Column, columns)),
        lines, (LOST, NOTE, *hidden_note(lines, trial)),
    )  # fmt: skip


def _lines(results: Results, trial: Trial, name: str) -> Iterator[Line]:
    for window in trial.windows_of(name):
        for arm, contrast in trial.contrasts:
            effect = Effect(results, trial, name, window, analysis_set=ANALYSIS_SET)
            if results.find(outcome=name, window=window, contrast=contrast, analysis_set=ANALYSIS_SET):
                several = f": {inside(trial.arm_label(arm))}" if len(trial.contrasts) > 1 else ""
                label = f"{trial.outcome_label(name)}, {inside(trial.window_label(window))}{several}"
                shares = (share_cell(effect, each) for each in trial.arms)
                yield Line(label, (*shares, *_cells(effect, contrast)))


def row_of(effect: Effect, measure: str, contrast: str) -> Row | None:
    """Return a result about losses in the analysis that counts, else in another."""
    rows = effect.results.find(
        analysis_set=ANALYSIS_SET, outcome=effect.outcome, window=effect.window, subgroup=effect.subgroup,
        contrast=contrast, measure=measure,
    )  # fmt: skip
    return next((row for method in effect.methods for row in rows if method in row.method), None)


def share_cell(effect: Effect, arm: str) -> Cell:
    """Return "40/1,131 (3.5)": how many of an arm were lost."""
    row, style = row_of(effect, "share_lost", arm), effect.trial.style
    if row is None:
        return Cell(NOTHING)
    if any(row.hides(column) for column in ("estimate", "events", "n")):
        return cell(HIDDEN, row)
    text = f"{whole(row.events, style)}/{whole(row.n, style)} ({percent(row.estimate, style)})"
    return cell(text, row)


def difference_cell(effect: Effect, contrast: str) -> Cell:
    """Return the difference in the share lost, in percentage points, with its interval."""
    row = row_of(effect, "loss_difference", contrast)
    if row is None:
        return Cell(NOTHING)
    shown = with_limits([percent(value, effect.trial.style) for value in triple(row)], effect.trial)
    return cell(Effect.said(row) or shown, row)


def p_of(row: Row | None, trial: Trial) -> Cell:
    """Return the P value of a row; nothing where there is none."""
    if row is None:
        return Cell()
    return cell(HIDDEN if row.hides("p_value") else p_value(row.p_value, trial.style), row)


def _cells(effect: Effect, contrast: str) -> Iterator[Cell]:
    yield difference_cell(effect, contrast)
    yield p_of(row_of(effect, "loss_difference", contrast), effect.trial)
    planned = Effect(effect.results, effect.trial, effect.outcome, effect.window)
    low, high = (row_of(effect, measure, contrast) for measure in ("bound_low", "bound_high"))
    both = f"{_scaled(planned, low)} to {_scaled(planned, high)}" if low and high else NOTHING
    yield cell(HIDDEN if HIDDEN in both else both, low, high)
    yield _tipping(effect, planned, contrast)
    detectable = row_of(effect, "detectable_difference", contrast)
    yield cell(_scaled(planned, detectable), detectable)


def _tipping(effect: Effect, planned: Effect, contrast: str) -> Cell:
    rows = [row for measure in TIPPING if (row := row_of(effect, measure, contrast)) is not None]
    if not rows:
        return Cell(NOTHING)
    if any(row.error or row.hides("estimate") for row in rows):
        return cell(Effect.said(rows[0]) or Effect.said(rows[-1]) or NOTHING, *rows)
    texts = [_point(planned, row) for row in rows if row.estimate is not None]
    return cell(" or ".join(texts) or "none", *rows)


def _point(planned: Effect, row: Row) -> str:
    side = "below" if row.measure == TIPPING[0] else "above"
    impossible = " (impossible)" if BEYOND in (row.warning or "") else ""
    size = planned.scaled(abs(row.estimate or 0), planned.difference_measure or "")
    return f"{size} {side}{impossible}"


def _scaled(effect: Effect, row: Row | None) -> str:
    if row is None:
        return NOTHING
    return Effect.said(row) or effect.scaled(row.estimate, effect.difference_measure or "")
