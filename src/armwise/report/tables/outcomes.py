"""Outcomes by arm, with relative and absolute effects, for every window."""

from collections.abc import Iterator

from armwise.report.numbers import NOTHING, p_phrase
from armwise.report.results import Results
from armwise.report.tables.effects import DIFFERENCES, FAILED, RATIOS, Effect, level_text
from armwise.report.tables.model import Cell, Column, Line, Table
from armwise.report.tables.notes import data_end_notes, hidden_note
from armwise.report.trial import Trial, inside

KINDS = {
    **{"count": "rate", "sum": "rate", "mean_count": "mean"},
    **{"binary": "%", "by_date": "%", "continuous": "mean"},
}


def outcomes(results: Results, trial: Trial) -> Table:
    """Return the table of all outcomes in all windows, the declared outcomes first.

    Two arms stand side by side with their effect; more arms have a line each.
    """
    several = len(trial.arms) > 2
    columns, outcome = (_columns_for_lines, _by_line) if several else (_columns, _side_by_side)
    lines = tuple(line for name in trial.ordered_outcomes for line in outcome(results, trial, name))
    return Table(
        "outcomes",
        f"Outcomes by arm as randomized, {trial.analysis} analysis",
        tuple(columns(trial, any_ratio(results, trial))),
        lines,
        (*_notes(results, trial), *data_end_notes(results, trial), *hidden_note(lines, trial)),
    )


def any_ratio(results: Results, trial: Trial) -> bool:
    """Say whether any outcome has a relative effect; means have none."""
    return any(
        Effect(results, trial, name, window).row(RATIOS, contrast)
        for name in trial.ordered_outcomes
        for window in trial.windows_of(name)
        for _, contrast in trial.contrasts
    )


def _columns(trial: Trial, relative: bool) -> Iterator[Column]:
    yield Column("Outcome and window")
    for label in trial.arms.values():
        yield Column("No.", label)
        yield Column(mean_heading(trial), label)
    yield from _effect_columns(trial, "Effect", relative)


def _columns_for_lines(trial: Trial, relative: bool) -> Iterator[Column]:
    yield Column("Outcome, window and arm")
    yield Column("No.")
    yield Column(mean_heading(trial))
    yield from _effect_columns(trial, f"Effect against {inside(trial.arm_label(trial.reference))}", relative)


def _effect_columns(trial: Trial, group: str, relative: bool) -> Iterator[Column]:
    if relative:
        yield Column(f"Ratio ({level_text(trial)})", group)
    yield Column(f"Difference ({level_text(trial)})", group)
    yield Column("P value", group)


def mean_heading(trial: Trial) -> str:
    """Return the heading of the column of rates, percentages and means that this trial has."""
    kinds = dict.fromkeys(KINDS[trial.measure_of(name)] for name in trial.ordered_outcomes)
    text = " or ".join(kinds)
    return text[:1].upper() + text[1:]


def _side_by_side(results: Results, trial: Trial, name: str) -> Iterator[Line]:
    windows = _windows(results, trial, name)
    if windows:
        yield Line(_heading(trial, name), (), "group")
    for window in windows:
        cells = tuple(_cells(results, trial, name, window))
        yield Line(_window(trial, name, window), cells, _kind(trial, name, window))


def _by_line(results: Results, trial: Trial, name: str) -> Iterator[Line]:
    for window in _windows(results, trial, name):
        yield Line(f"{_heading(trial, name)}: {_window(trial, name, window)}", (), "group")
        effect = Effect(results, trial, name, window)
        for arm, label in trial.arms.items():
            cells = (effect.count_cell(arm), effect.mean_cell(arm), *_against(effect, arm))
            yield Line(label, cells, _kind(trial, name, window))


def _windows(results: Results, trial: Trial, name: str) -> list[str]:
    return [window for window in trial.windows_of(name) if results.find(outcome=name, window=window)]


def _window(trial: Trial, name: str, window: str) -> str:
    return trial.window_label(window) + (" (primary)" if (name, window) in trial.primaries else "")


def _kind(trial: Trial, name: str, window: str) -> str:
    return "level strong" if (name, window) in trial.primaries else "level"


def _heading(trial: Trial, name: str) -> str:
    unit = {
        "count": "No. and rate per 100 person-years",
        "mean_count": "No. and mean",
        "sum": "No. of events and sum per 100 person-years",
        "continuous": "mean",
    }.get(trial.measure_of(name), "No./n and %")
    return f"{trial.outcome_label(name)}, {unit}"


def _cells(results: Results, trial: Trial, name: str, window: str) -> Iterator[Cell]:
    effect = Effect(results, trial, name, window)
    for arm in trial.arms:
        yield effect.count_cell(arm)
        yield effect.mean_cell(arm)
    yield from _against(effect, trial.contrasts[0][0])


def _against(effect: Effect, arm: str) -> Iterator[Cell]:
    """Yield the effects of an arm against the reference."""
    contrast = dict(effect.trial.contrasts).get(arm)
    relative = any_ratio(effect.results, effect.trial)
    if contrast is None:
        yield from (*[Cell("Reference")] * (1 + relative), Cell())
        return
    if relative:
        yield effect.ratio_cell(contrast) if effect.row(RATIOS, contrast) else Cell(NOTHING)
    yield effect.difference_cell(contrast)
    yield effect.p_cell(contrast)


def _notes(results: Results, trial: Trial) -> Iterator[str]:
    kinds = {trial.measure_of(name) for name in trial.ordered_outcomes}
    secondary = trial.roles.get("secondary")
    if kinds & {"count", "sum"}:
        yield "Rates are per 100 person-years while alive and observed; differences of rates likewise."
    if kinds & {"binary", "by_date"}:
        yield "Differences of percentages are in percentage points."
    yield (
        "No. is as counted; rates, percentages and means are standardized with the design weights"
        + (" and the covariates" if trial.analysis == "adjusted" else "")
        + ", so that the differences are theirs."
    )
    yield (
        f"P values: {trial.primary_rule}"
        + (
            f", and of each secondary outcome in one window, adjusted together by {trial.multiplicity}"
            * bool(secondary)
        )
        + ". Other intervals are not adjusted for multiplicity and do not stand for tests."
    )
    yield from _randomization(results, trial)
    if any(_failed(results, trial, name) for name in trial.ordered_outcomes):
        yield f'"{FAILED}": the model failed or has no finite estimate; the reason stands under Data checks.'


def _failed(results: Results, trial: Trial, name: str) -> bool:
    rows = (
        Effect(results, trial, name, window).row(kind, contrast)
        for window in trial.windows_of(name)
        for _, contrast in trial.contrasts
        for kind in (RATIOS, DIFFERENCES)
    )
    return any(row is not None and row.error for row in rows)


def _randomization(results: Results, trial: Trial) -> Iterator[str]:
    """Say what randomization inference finds of the primary result."""
    outcome, window = trial.primary
    for arm, contrast in trial.contrasts:
        row = results.first(outcome=outcome, window=window, contrast=contrast, measure="randomization_test")
        if row is not None and row.p_value is not None:
            several = f" ({inside(trial.arm_label(arm))})" if len(trial.contrasts) > 1 else ""
            yield (
                "For the primary outcome, drawing the arms again as they were drawn gives "
                f"{p_phrase(row.p_value, trial.style)}{several}."
            )
