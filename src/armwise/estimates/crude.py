"""What was counted in each arm, before any model: enrollments, losses, events, person-years."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from armwise.estimates.ard import Result
from armwise.estimates.core import Array
from armwise.estimates.design import Design, Mask, Outcome, distinct, losses
from armwise.estimates.inference import Precision, Scale, weighted_mean
from armwise.estimates.variance import by_cluster


def arm_results(design: Design, outcome: Outcome) -> Iterator[Result]:
    """Give, per arm: events with n and person-years, enrollments lost by reason, weighted mean and SD."""
    lost = losses(design, outcome)
    for code, arm in enumerate(design.arms):
        mine = design.arm == code
        yield _counted(design, outcome, arm, mine & lost.kept)
        yield _number(outcome, arm, "missing_outcome", mine & lost.no_outcome)
        if outcome.years is not None:
            yield _number(outcome, arm, "no_person_time", mine & lost.no_time)
        if (outcome.weight != 1).any():
            yield _number(outcome, arm, "no_weight", mine & lost.no_weight)
        if outcome.measure == "continuous":
            yield from _described(design, outcome, arm, mine & lost.kept)


def _counted(design: Design, outcome: Outcome, arm: str, rows: Mask) -> Result:
    years = outcome.person_years
    events = None if outcome.measure == "continuous" else float(outcome.events[rows].sum())
    counts = "events that add to the sum" if outcome.measure == "sum" else "events"
    return Result(
        outcome=outcome.name,
        window=outcome.window,
        contrast=arm,
        measure="count",
        method="count",
        estimate=events,
        n=int(rows.sum()),
        clusters=distinct(design.cluster[rows]),
        events=events,
        person_years=None if years is None else float(years[rows].sum()),
        estimand=f"{counts}, enrollments and person-years as counted, unweighted",
    )


def _number(outcome: Outcome, arm: str, measure: str, rows: Mask) -> Result:
    count = int(rows.sum())
    return Result(outcome.name, outcome.window, arm, measure, "count", estimate=float(count), n=count)


def _described(design: Design, outcome: Outcome, arm: str, rows: Mask) -> Iterator[Result]:
    weight, value = (design.weight * outcome.weight)[rows], outcome.value[rows]
    mean, sd = weighted_moments(value, weight)
    for measure, estimate in (("mean", mean), ("sd", sd)):
        yield Result(
            outcome.name, outcome.window, arm, measure, "weighted", estimate=estimate, n=int(rows.sum())
        )


def described_mean(
    design: Design, value: Array, mine: Mask, precision: Precision, scale: Scale
) -> dict[str, Any]:
    """Return the numbers of the weighted mean of `value` (n) in the rows `mine`, by cluster; no strata."""
    part = design.weight * mine / (design.weight @ mine)
    mean = float(part @ value)
    influence = by_cluster(part * (value - mean), design.cluster)
    return weighted_mean(mean, influence, int(mine.sum()), distinct(design.cluster[mine]), precision, scale)


def weighted_moments(values: Array, weight: Array) -> tuple[float | None, float | None]:
    """Return the weighted mean and SD; the SD has n - 1 in the unweighted case, weights scaled to mean 1."""
    n = len(values)
    if not n or not weight.sum() > 0:
        return None, None
    mean = float(weight @ values / weight.sum())
    spread = float(weight @ (values - mean) ** 2 / weight.sum())
    return mean, float(np.sqrt(spread * n / (n - 1))) if n > 1 else None
