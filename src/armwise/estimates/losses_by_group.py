"""Who was lost, by arm and by group: shares, differences between arms, and whether these differ by group.

Within a characteristic one least-squares model holds arm, level and arm x level with strata in common, as for
effects in subgroups; a Wald F test asks whether the difference between arms is the same in every level.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from armwise.estimates.ard import Result
from armwise.estimates.crude import described_mean
from armwise.estimates.design import Design, Mask, Outcome, distinct, losses
from armwise.estimates.inference import Precision
from armwise.estimates.subgroups import subgroup_results
from armwise.estimates.variance import without_model

ANALYSIS_SET = "losses"
LOST = "without the outcome or time at risk, or observed until before the window's end (not by death)"
ESTIMANDS = {
    "share_lost": f"share of those randomized who were lost: {LOST}",
    "loss_difference": "difference of shares lost, as randomized",
    "loss_interaction_p": "F statistic of equal differences of shares lost in all levels",
}
RENAMED = {"mean_difference": "loss_difference", "interaction_p": "loss_interaction_p"}


def lost(design: Design, outcome: Outcome) -> Mask:
    """Mark who has no outcome, time at risk or weight, or was observed until before the window's end."""
    return ~losses(design, outcome).kept | outcome.ended_early


def as_outcome(outcome: Outcome, gone: Mask) -> Outcome:
    """Return being lost as an outcome that everyone has."""
    return Outcome(
        outcome.name, outcome.window, "continuous", gone.astype(float), None, np.ones(len(gone)),
        np.zeros(len(gone), bool),
    )  # fmt: skip


def group_results(
    design: Design, outcome: Outcome, gone: Mask, variables: Sequence[str], precision: Precision
) -> Iterator[Result]:
    """Give the shares lost by arm, in all and by group, and how arms differ by group; none if nobody is."""
    if gone.any():
        yield from share_results(design, outcome, gone, variables, precision)
        yield from difference_results(design, outcome, gone, variables, precision)


def share_results(
    design: Design, outcome: Outcome, gone: Mask, variables: Sequence[str], precision: Precision
) -> Iterator[Result]:
    """Give the share lost of each arm, in all and in every level of each of the `variables`."""
    yield from _shares(design, outcome, gone, "all", np.ones(len(design), bool), precision)
    for variable in variables:
        names, code = design.group(variable)
        for level, name in enumerate(names):
            yield from _shares(design, outcome, gone, f"{variable}={name}", code == level, precision)


def _shares(
    design: Design, outcome: Outcome, gone: Mask, subgroup: str, there: Mask, precision: Precision
) -> Iterator[Result]:
    method = f"weighted.unadjusted.{without_model(precision.correction)}"
    for code, arm in enumerate(design.arms):
        mine = there & (design.arm == code)
        if mine.any():
            yield Result(
                outcome.name, outcome.window, arm, "share_lost", method,
                analysis_set=ANALYSIS_SET, subgroup=subgroup, estimand=ESTIMANDS["share_lost"],
                n=int(mine.sum()), events=float(gone[mine].sum()), clusters=distinct(design.cluster[mine]),
                **described_mean(design, gone.astype(float), mine, precision, "logit"),
            )  # fmt: skip


def difference_results(
    design: Design, outcome: Outcome, gone: Mask, variables: Sequence[str], precision: Precision
) -> Iterator[Result]:
    """Give the difference between arms in the share lost in every level, and its test of interaction."""
    found = subgroup_results(design, as_outcome(outcome, gone), variables, {}, precision)
    yield from (_renamed(row) for row in found if row.measure in RENAMED)


def _renamed(row: Result) -> Result:
    measure = RENAMED[row.measure]
    method = row.method.replace("linear", "least_squares")
    return replace(
        row, analysis_set=ANALYSIS_SET, measure=measure, method=method, estimand=ESTIMANDS[measure]
    )  # fmt: skip
