"""Standardized differences at baseline, and the band within which chance alone would leave most of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from armwise.report.results import Results
from armwise.report.tables.baseline import arm_size, characteristics, levels
from armwise.report.tables.levels import SPLIT
from armwise.report.trial import Trial

NORMAL_975 = 1.959964


@dataclass(frozen=True)
class LoveLine:
    """One characteristic or level: its label and the standardized difference of each compared arm."""

    label: str
    values: tuple[float | None, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Love:
    """The lines, the labels of the compared arms, and half the width of the chance band (None if unknown)."""

    lines: tuple[LoveLine, ...]
    arms: tuple[str, ...]
    band: float | None


def love(results: Results, trial: Trial) -> Love:
    """Return the standardized differences that are shown in the baseline table."""
    lines = tuple(line for name in characteristics(results, trial) for line in _lines(results, trial, name))
    arms = tuple(trial.arm_label(arm) for arm, _ in trial.contrasts)
    return Love(lines, arms, _band(results, trial))


def _lines(results: Results, trial: Trial, name: str) -> Iterator[LoveLine]:
    label = trial.characteristic_label(name)
    found = levels(results, name)
    yes = [level for level in found if level in ("1", "true", "yes")]
    if {*found} <= {"0", "1", "true", "false", "yes", "no"} and yes:
        yield from _line(results, trial, f"{name}{SPLIT}{yes[0]}", label)
        return
    yield from _line(results, trial, name, label)
    for level in found:
        yield from _line(
            results, trial, f"{name}{SPLIT}{level}", f"{label}: {trial.level_label(name, level)}"
        )


def _line(results: Results, trial: Trial, outcome: str, label: str) -> Iterator[LoveLine]:
    rows = [
        results.first(
            outcome=outcome, window="baseline", contrast=contrast, measure="standardized_difference"
        )
        for _, contrast in trial.contrasts
    ]
    values = tuple(row.estimate if row is not None and row.stands else None for row in rows)
    if any(value is not None for value in values):
        yield LoveLine(label, values, tuple(row.key if row else "" for row in rows))


def _band(results: Results, trial: Trial) -> float | None:
    """Return 1.96 standard errors of a difference of two means in SDs, from the smallest arm compared."""
    sizes = [arm_size(results, arm) for arm in trial.arms]
    reference = arm_size(results, trial.reference)
    known = [n for n in sizes if n]
    return NORMAL_975 * sqrt(1 / min(known) + 1 / reference) if known and reference else None


def finding(shown: Love) -> str:
    """Say in a sentence how balanced the arms are: the alt text."""
    values = [abs(v) for line in shown.lines for v in line.values if v is not None]
    if not values:
        return "Standardized differences at baseline: nothing to draw."
    inside = sum(shown.band is None or value <= shown.band for value in values)
    return (
        f"Standardized differences at baseline: the largest of {len(values)} is {max(values):.2f}; "
        f"{inside} lie within the band of chance."
    )
