"""The lines of a forest plot: finished texts beside the numbers that are drawn."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from armwise.report.numbers import HIDDEN, p_value
from armwise.report.results import Results, Row
from armwise.report.tables.effects import DIFFERENCES, RATIOS, Effect, level_text, triple
from armwise.report.tables.levels import SPLIT
from armwise.report.tables.outcomes import any_ratio
from armwise.report.tables.subgroups import characteristics, interaction, levels
from armwise.report.trial import Trial, inside


@dataclass(frozen=True)
class ForestLine:
    """One line: `kind` is head, level, strong or all; `left` and `right` are texts beside the axis.

    `numbers` are the estimate and its limits; a ratio of 0, or one whose interval begins there, is one.
    """

    label: str
    kind: str
    left: tuple[str, ...] = ()
    numbers: tuple[float, float, float] | None = None
    right: str = ""
    p: str = ""
    key: str = ""
    measure: str = ""


@dataclass(frozen=True)
class Forest:
    """A forest plot; `relative` means a logarithmic axis around 1, otherwise a linear one around 0."""

    lines: tuple[ForestLine, ...]
    heads: tuple[str, str]
    left_title: str
    axis: str
    effect_head: str
    relative: bool
    reference: str
    has_p: bool
    first_head: str


def outcomes_forest(results: Results, trial: Trial) -> Forest:
    """Return the effects on all outcomes in all windows."""
    relative = any_ratio(results, trial)
    lines = tuple(
        line for name in trial.ordered_outcomes for line in _outcome(results, trial, name, relative)
    )
    drawn = [line.label for line in lines if line.kind == "head"]
    outcomes = [name for name in trial.ordered_outcomes if trial.outcome_label(name) in drawn]
    return _forest(trial, lines, relative, _counted(trial, outcomes), "Outcome and window")


def subgroups_forest(results: Results, trial: Trial) -> Forest:
    """Return the primary effect in all and in each subgroup."""
    outcome, window = trial.primary
    effect = Effect(results, trial, outcome, window)
    relative = any(effect.row(RATIOS, contrast) for _, contrast in trial.contrasts)
    lines = [*_lines(effect, f"All {trial.unit}", "all", relative)]
    for name in characteristics(results, trial):
        lines += _of_characteristic(effect, name, relative)
    title = f"{trial.outcome_label(outcome)}, {_counted(trial, [outcome])}"
    return _forest(trial, tuple(lines), relative, title, "Subgroup", True)


def _of_characteristic(effect: Effect, name: str, relative: bool) -> list[ForestLine]:
    """Return the lines of a characteristic; its tests stand beside its name, or by the arms if several."""
    results, trial = effect.results, effect.trial
    tests = [interaction(results, trial, name, contrast) for _, contrast in trial.contrasts]
    shown = [_p(test, trial) if test is not None else "" for test in tests]
    several = len(shown) > 1
    lines: list[ForestLine] = []
    for level in levels(results, trial, name):
        inner = replace(effect, subgroup=f"{name}{SPLIT}{level}")
        lines += _lines(inner, trial.level_label(name, level), "level", relative)
    if several:
        lines[: len(shown)] = [replace(line, p=p) for line, p in zip(lines, shown, strict=False)]
    head = ForestLine(trial.characteristic_label(name), "head", p="" if several else shown[0])
    return [head, *lines]


def _p(test: Row, trial: Trial) -> str:
    return HIDDEN if test.hides("p_value") else p_value(test.p_value, trial.style)


def _counted(trial: Trial, outcomes: list[str]) -> str:
    kinds = {trial.measure_of(name) for name in outcomes}
    words = ["rate per 100 person-y"] if kinds & {"count", "sum"} else []
    words += ["%"] if kinds & {"binary", "by_date"} else []
    words += ["mean"] if kinds & {"continuous", "mean_count"} else []
    return f"No. ({' or '.join(words)})"


def _outcome(results: Results, trial: Trial, name: str, relative: bool) -> Iterator[ForestLine]:
    lines: list[ForestLine] = []
    for window in trial.windows_of(name):
        effect = Effect(results, trial, name, window)
        kind = "strong" if (name, window) in trial.primaries else "level"
        lines += _lines(effect, trial.window_label(window), kind, relative)
    if lines:
        yield ForestLine(trial.outcome_label(name), "head")
        yield from lines


def _lines(effect: Effect, label: str, kind: str, relative: bool) -> Iterator[ForestLine]:
    """Yield a line per contrast; several arms are named in the label."""
    trial = effect.trial
    several = len(trial.contrasts) > 1
    for arm, contrast in trial.contrasts:
        row = effect.row(RATIOS if relative else DIFFERENCES, contrast)
        if row is None:
            continue
        named = f"{label}: {trial.arm_label(arm)}" if several else label
        text = effect.ratio_text(row) if relative else effect.difference_text(row)
        left = (_events(effect, arm), _events(effect, trial.reference))
        yield ForestLine(
            named, kind, left, _drawn(row, effect, relative), text, key=row.key, measure=row.measure
        )


def _events(effect: Effect, arm: str) -> str:
    count, mean = effect.count_cell(arm).text, effect.mean_cell(arm).text
    return HIDDEN if HIDDEN in (count, mean) else f"{count} ({mean})"


def _drawn(row: Row, effect: Effect, relative: bool) -> tuple[float, float, float] | None:
    values = triple(row)
    if not row.stands or None in values or (relative and not values[2]):
        return None
    scale = 1.0 if relative or row.measure.startswith("mean") or not effect.is_timed else 100.0
    estimate, low, high = (float(v or 0) * scale for v in values)
    return estimate, low, high


def _forest(
    trial: Trial, lines: tuple[ForestLine, ...], relative: bool, title: str, first: str, has_p: bool = False
) -> Forest:
    several = len(trial.contrasts) > 1
    arm = "Arm" if several else trial.arm_label(trial.contrasts[0][0])
    kinds = dict.fromkeys(line.measure for line in lines if line.measure)
    means = any(trial.measure_of(name) == "mean_count" for name in trial.ordered_outcomes)
    names = {"rate_ratio": "Ratio" if means else "Rate ratio", "risk_ratio": "Risk ratio"}
    word = names.get(next(iter(kinds), ""), "Ratio") if len(kinds) == 1 else "Ratio"
    effect = word if relative else "Difference"
    return Forest(
        lines,
        (arm, trial.arm_label(trial.reference)),
        title,
        f"{effect} (log scale)" if relative else effect,
        f"{effect} ({level_text(trial)})",
        relative,
        inside(trial.arm_label(trial.reference)),
        has_p,
        first,
    )


def finding(forest: Forest, trial: Trial) -> str:
    """Say in a sentence what the plot shows: the alt text."""
    null = 1.0 if forest.relative else 0.0
    drawn = [line for line in forest.lines if line.numbers]
    clear = sum(not line.numbers[1] <= null <= line.numbers[2] for line in drawn if line.numbers)
    main = next((line for line in drawn if line.kind in ("all", "strong")), None)
    word = forest.effect_head
    first = (
        f"{word} of the primary result: {main.right}. " if main else "The primary result was not estimated. "
    )
    return f"{first}{clear} of the {len(drawn)} intervals drawn exclude {null:g}."
