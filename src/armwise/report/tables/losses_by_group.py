"""Who was lost in each subgroup, by arm, and whether arms differ alike in all of them."""

from collections.abc import Iterator
from dataclasses import replace

from armwise.report.results import Results, Row
from armwise.report.tables.effects import Effect, level_text
from armwise.report.tables.levels import SPLIT, in_order
from armwise.report.tables.losses import ANALYSIS_SET, LOST, difference_cell, p_of, row_of, share_cell
from armwise.report.tables.model import Cell, Column, Line, Table
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

NOTE = (
    "Percentages carry the design weights. P: whether the differences between arms are equal in all levels, "
    "not adjusted for multiplicity. Outcomes that are seen by one source lose the same people, and are named "
    "together."
)


def losses_by_group(results: Results, trial: Trial) -> Table:
    """Return the losses of each level, by outcomes that lose the same people, and window."""
    lines = tuple(line for name in trial.ordered_outcomes for line in _of_outcome(results, trial, name))
    arms = (f"Lost, {inside(label)}, No./n (%)" for label in trial.arms.values())
    differences = [f"Difference, percentage points ({level_text(trial)})", "P for equal differences"]
    return Table(
        "losses_by_group",
        "Losses by subgroup and arm",
        tuple(map(Column, ("Outcome, window and subgroup", *arms, *differences * len(trial.contrasts)))),
        lines,
        (LOST, NOTE, *hidden_note(lines, trial)),
    )


def _of_outcome(results: Results, trial: Trial, name: str) -> Iterator[Line]:
    for window in trial.windows_of(name):
        effect = Effect(results, trial, name, window, analysis_set=ANALYSIS_SET)
        lines = [line for group in trial.estimates.get("subgroups") or [] for line in _levels(effect, group)]
        if lines:
            yield Line(f"{_alike(effect)}, {inside(trial.window_label(window))}", (), "group")
            yield from lines


def _alike(effect: Effect) -> str:
    """Name the outcomes that lose the same people: those of which as many are lost, and none by group."""
    trial = effect.trial
    others = [
        inside(trial.outcome_label(name))
        for name in trial.ordered_outcomes
        if name != effect.outcome and _repeats(effect, replace(effect, outcome=name))
    ]
    return ", ".join([trial.outcome_label(effect.outcome), *others])


def _repeats(first: Effect, other: Effect) -> bool:
    by_group = any(row.subgroup != "all" for row in _shares(other))
    mine, theirs = (
        [(r.contrast, r.n, r.events) for r in _shares(e) if r.subgroup == "all"] for e in (first, other)
    )
    return bool(theirs) and not by_group and mine == theirs


def _shares(effect: Effect) -> list[Row]:
    return effect.results.find(
        outcome=effect.outcome, window=effect.window, analysis_set=ANALYSIS_SET, measure="share_lost"
    )


def _levels(effect: Effect, variable: str) -> Iterator[Line]:
    trial = effect.trial
    found = {row.subgroup for row in _shares(effect) if row.subgroup.startswith(variable + SPLIT)}
    if not found:
        return
    tests = [row_of(replace(effect, subgroup=variable), "loss_interaction_p", c) for _, c in trial.contrasts]
    blank = [Cell()] * len(trial.arms)
    shown = (each for test in tests for each in (Cell(), p_of(test, trial)))
    yield Line(trial.characteristic_label(variable), (*blank, *shown))
    for level in in_order(name.removeprefix(variable + SPLIT) for name in found):
        inner = replace(effect, subgroup=f"{variable}{SPLIT}{level}")
        yield Line(trial.level_label(variable, level), tuple(_cells(inner)), "level")


def _cells(effect: Effect) -> Iterator[Cell]:
    for arm in effect.trial.arms:
        yield share_cell(effect, arm)
    for _, contrast in effect.trial.contrasts:
        yield from (difference_cell(effect, contrast), Cell())
