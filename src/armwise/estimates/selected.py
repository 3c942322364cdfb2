"""Measures that only those can have who made enough visits: described by arm, never compared as randomized.

Who makes visits may depend on assignment, so that those with a value are no longer the arms that were drawn.
The share of each arm that has a value is given beside the mean, to show how far that goes.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from armwise.estimates import ard, tables
from armwise.estimates.ard import Result
from armwise.estimates.crude import weighted_moments
from armwise.estimates.design import Design, Outcome, aligned, declare

SET = "described"
MEAN = "described among enrollments with enough visits to have a value; not an effect of assignment"
SHARE = "enrollments with enough visits to have a value, of all randomized to the arm"


def describe(
    cohort: str | Path,
    outcomes: str | Path,
    output: str | Path,
    window: str,
    design: Mapping[str, Any],
    measures: Mapping[str, str],
) -> None:
    """Write the share of each arm that has a value, and the weighted mean and SD of those that have one.

    `design` holds `arms` and `reference`, `measures` the measure of each outcome.
    """
    people, table = tables.read(cohort), tables.read(outcomes)
    declared = declare(people, list(design["arms"]), design["reference"])
    found = [
        result
        for name, measure in measures.items()
        for result in by_arm(declared, aligned(declared, table, name, window, {"measure": measure}))
    ]
    ard.write(found, output)


def by_arm(design: Design, outcome: Outcome) -> Iterator[Result]:
    """Give the results of one outcome; who has no value is told apart by its absence alone."""
    has = ~np.isnan(outcome.value)
    for code, arm in enumerate(design.arms):
        mine = design.arm == code
        place = (outcome.name, outcome.window, arm)
        if not mine.any():
            continue
        yield Result(
            *place, "percent", "weighted", SET, n=int(mine.sum()), events=float((mine & has).sum()),
            estimate=float(design.weight[mine] @ has[mine] / design.weight[mine].sum()), estimand=SHARE,
        )  # fmt: skip
        moments = weighted_moments(outcome.value[mine & has], design.weight[mine & has])
        for measure, estimate in zip(("mean", "sd"), moments, strict=True):
            yield Result(*place, measure, "weighted", SET, estimate=estimate, estimand=MEAN)
