"""What taking up the offer changed for those who do so because it is made, with its flags."""

from collections.abc import Callable, Iterator

from armwise.report.numbers import NOTHING, digits_for, fixed, limits, percent
from armwise.report.results import Results, Row
from armwise.report.tables.effects import Effect, level_text, triple, with_limits
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

PREFIX = "complier_"
MEASURES = tuple(f"{PREFIX}{kind}_difference" for kind in ("rate", "risk", "mean"))
NOTE = (
    "Compliers take up the offer if and only if it is made. The effect in them is that of assignment over "
    "the difference in uptake; it is theirs if assignment acts through uptake alone. Units are those of the "
    "differences in the table of outcomes. Anderson-Rubin limits hold even where assignment hardly moves "
    "uptake."
)
INVERTED = "anderson_rubin"
# How warnings begin that concern the instrument; others stand with the effects of assignment.
FLAGS = ("weak instrument", "two-sided", "estimate outside", "the Anderson-Rubin")


def compliers(results: Results, trial: Trial) -> Table:
    """Return the table of effects in compliers: their share, the first stage, and two intervals."""
    lines = tuple(line for name in trial.ordered_outcomes for line in _lines(results, trial, name))
    effect = f"Effect in compliers ({level_text(trial)})"
    columns = ("Outcome and window", "Compliers, %", "First-stage F", effect, "Anderson-Rubin limits")
    return Table(
        "compliers",
        f"Effects in compliers, {trial.analysis} analysis",
        tuple(map(Column, columns)),
        lines,
        (NOTE, *_flags(results, trial), *hidden_note(lines, trial)),
    )


def _lines(results: Results, trial: Trial, name: str) -> Iterator[Line]:
    found = [line for window in trial.windows_of(name) for line in _in_window(results, trial, name, window)]
    if found:
        yield Line(trial.outcome_label(name), (), "group")
        yield from found


def _in_window(results: Results, trial: Trial, name: str, window: str) -> Iterator[Line]:
    effect = Effect(results, trial, name, window)
    for arm, contrast in trial.contrasts:
        if effect.row(MEASURES, contrast):
            several = f": {inside(trial.arm_label(arm))}" if len(trial.contrasts) > 1 else ""
            yield Line(trial.window_label(window) + several, tuple(_cells(effect, contrast)), "level")


def _cells(effect: Effect, contrast: str) -> Iterator[Cell]:
    style = effect.trial.style
    share, strength = (effect.row([measure], contrast) for measure in ("complier_share", "first_stage_f"))
    yield _cell(share, lambda row: percent(row.estimate, style))
    yield _cell(strength, lambda row: fixed(row.estimate, digits_for(row.estimate, most=1), style))
    yield _cell(_effect(effect, contrast), lambda row: with_limits(_shown(effect, row), effect.trial))
    yield _cell(_effect(effect, contrast, inverted=True), lambda row: _limits(effect, row))


def _cell(row: Row | None, text: Callable[[Row], str]) -> Cell:
    return Cell(NOTHING) if row is None else cell(Effect.said(row) or text(row), row)


def _effect(effect: Effect, contrast: str, inverted: bool = False) -> Row | None:
    """Return the effect of a contrast, `inverted` with the limits of Anderson and Rubin's test."""
    parts = {"outcome": effect.outcome, "window": effect.window, "contrast": contrast, "subgroup": "all"}
    rows = [row for measure in MEASURES for row in effect.results.find(**parts, measure=measure)]
    chosen = [row for row in rows if row.method.startswith(INVERTED) == inverted]
    return next((row for method in effect.methods for row in chosen if method in row.method), None)


def _shown(effect: Effect, row: Row) -> list[str]:
    return [effect.scaled(value, row.measure.removeprefix(PREFIX)) for value in triple(row)]


def _limits(effect: Effect, row: Row) -> str:
    _, low, high = _shown(effect, row)
    return "no bounds" if NOTHING in (low, high) else limits(low, high, effect.trial.style)


def _flags(results: Results, trial: Trial) -> Iterator[str]:
    """Say what makes effects doubtful, each flag once with its outcomes and windows."""
    places: dict[str, list[str]] = {}
    for name in trial.ordered_outcomes:
        for window in trial.windows_of(name):
            effect = Effect(results, trial, name, window)
            rows = [_effect(effect, c, inverted) for _, c in trial.contrasts for inverted in (False, True)]
            for text in "; ".join(row.warning for row in rows if row and row.warning).split("; "):
                if text.startswith(FLAGS):
                    place = f"{trial.outcome_label(name)}, {inside(trial.window_label(window))}"
                    places.setdefault(text, []).append(place)
    for text, where in places.items():
        yield f"{text[:1].upper()}{text[1:]} ({'; '.join(dict.fromkeys(where))})."
