"""The shares that took up the offer in each group, as lines of finished texts beside the numbers drawn."""

from collections.abc import Iterator
from dataclasses import dataclass

from armwise.report.figures.forest import ForestLine
from armwise.report.numbers import HIDDEN, whole
from armwise.report.results import Results, Row
from armwise.report.tables.effects import level_text
from armwise.report.tables.levels import SPLIT
from armwise.report.tables.losses import p_of
from armwise.report.tables.reach import ACROSS, View, engaged_label, groups, share_text
from armwise.report.tables.uptake import NAME
from armwise.report.trial import Trial, inside


@dataclass(frozen=True)
class Reach:
    """A plot of shares in percent: heads of the columns of text, and the share of everybody in each arm."""

    lines: tuple[ForestLine, ...]
    first_head: str
    left_head: str
    right_head: str
    axis: str
    overall: tuple[float, ...]


def reach(results: Results, trial: Trial) -> Reach:
    """Return the share engaged in each level of each subgroup variable, of those offered the program."""
    view = View.of(results, trial)
    lines = [line for arm, _ in trial.contrasts for line in _of_arm(view, arm)]
    everybody = (view.row(arm, "all", NAME, "risk") for arm, _ in trial.contrasts)
    overall = tuple(100 * row.estimate for row in everybody if row is not None and row.estimate is not None)
    label = engaged_label(trial)
    when = f", {inside(trial.window_label(view.window))}" if view.window else ""
    heads = ("Group", f"{label}/offered", f"% ({level_text(trial)})")
    return Reach(tuple(lines), *heads, f"{label}, % of those offered{when}", overall)


def _of_arm(view: View, arm: str) -> Iterator[ForestLine]:
    trial = view.trial
    several = f": {inside(trial.arm_label(arm))}" if len(trial.contrasts) > 1 else ""
    for variable, levels in groups(view.results, trial, view.window, arm):
        test = p_of(view.row(arm, variable, NAME, ACROSS["risk"]), trial).text
        yield ForestLine(trial.characteristic_label(variable) + several, "head", p=test)
        for level in levels:
            row = view.row(arm, f"{variable}{SPLIT}{level}", NAME, "risk")
            if row is not None:
                yield _line(row, trial, trial.level_label(variable, level))


def _line(row: Row, trial: Trial, label: str) -> ForestLine:
    hidden = any(row.hides(column) for column in ("estimate", "events", "n"))
    style = trial.style
    counts = HIDDEN if hidden else f"{whole(row.events, style)}/{whole(row.n, style)}"
    return ForestLine(
        label, "level", (counts,), None if hidden else _drawn(row), share_text(row, trial, counted=False),
        key=row.key, measure=row.measure,
    )  # fmt: skip


def _drawn(row: Row) -> tuple[float, float, float] | None:
    if row.estimate is None:
        return None
    low, high = (row.estimate if value is None else value for value in (row.ci_low, row.ci_high))
    return 100 * row.estimate, 100 * low, 100 * high


def finding(shown: Reach) -> str:
    """Say in a sentence where the shares are lowest and highest: the alt text."""
    drawn = [line for line in shown.lines if line.numbers]
    if not drawn:
        return "Reach by group: nothing to draw."
    low, high = (choose(drawn, key=lambda line: line.numbers or (0, 0, 0)) for choose in (min, max))
    said = [f"{line.label} ({line.right})" for line in (low, high)]
    return f"{shown.axis}: lowest in {said[0]}, highest in {said[1]} of {len(drawn)} groups."
