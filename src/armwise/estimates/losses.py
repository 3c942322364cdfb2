"""Losses and what they could do; and what the trial could have seen, from both arms pooled.

- The difference between arms in the share lost: without the outcome or without time at risk, or observed
  until before the window's end (not by death); by least squares with strata, tested. Also by group.
- Bounds of the effect on those who would be seen under either arm (Lee 2009), for outcomes that some lack:
  the arm with fewer losses gives up its largest, or its smallest, values until shares agree. They assume that
  assignment moves losses in one direction.
- The detectable difference: the effect that a two-sided test at the stated level finds with 80% power, and
  the intracluster correlation; both from residuals of a model without arms, so they tell nothing of effects.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri

from armwise.estimates import ard
from armwise.estimates.ard import Result
from armwise.estimates.core import Array, Codes
from armwise.estimates.design import Design, Mask, Outcome, Sample, analysed, dense, distinct, doubts, losses
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision, numbers
from armwise.estimates.inputs import Inputs
from armwise.estimates.losses_by_group import ANALYSIS_SET, as_outcome, group_results, lost
from armwise.estimates.randomization import residuals
from armwise.estimates.standardize import SCALES, said, standardize
from armwise.estimates.tipping import tipping_results

POWER = 0.8
ESTIMANDS = {
    "loss_difference": "difference of shares lost, as randomized",
    "bound_low": "least difference in those seen under either arm that losses allow (Lee 2009)",
    "bound_high": "greatest difference in those seen under either arm that losses allow (Lee 2009)",
    "detectable_difference": "difference that is found with 80% power, from both arms pooled",
    "intracluster_correlation": "correlation of outcomes within clusters, from both arms pooled",
}


def estimate(read: Inputs, output: str | Path) -> None:
    """Write losses, bounds and detectable differences of every outcome of a window."""
    ard.write(_results(read), output)


def _results(read: Inputs) -> Iterator[Result]:
    """Give everything of every outcome; by group once for those that lose the same enrollments."""
    known: set[bytes] = set()
    for outcome, settings in read.each():
        yield from loss_results(read.design, outcome, read.precision)
        yield from tipping_results(read.design, outcome, settings, read.precision)
        gone = lost(read.design, outcome)
        variables = [] if gone.tobytes() in known else read.analyses.get("subgroups") or []
        yield from group_results(read.design, outcome, gone, variables, read.precision)
        known.add(gone.tobytes())


def loss_results(design: Design, outcome: Outcome, precision: Precision) -> Iterator[Result]:
    """Give what losses may do to one outcome, and what was detectable; unadjusted."""
    frame = Frame(outcome, precision)
    yield from _differences(frame, design, lost(design, outcome))
    missing = losses(design, outcome).no_outcome
    if missing.any() and outcome.years is None:
        yield from _bounds(frame, design, missing)
    yield from _before_unblinding(frame, design)


@dataclass(frozen=True)
class Frame:
    """What the results of one outcome have in common."""

    outcome: Outcome
    precision: Precision

    def result(self, measure: str, method: str, contrast: str, **found: Any) -> Result:
        """Make one result."""
        return Result(
            self.outcome.name, self.outcome.window, contrast, measure, method, analysis_set=ANALYSIS_SET,
            estimand=ESTIMANDS[measure], **found,
        )  # fmt: skip


def _differences(frame: Frame, design: Design, gone: Mask) -> Iterator[Result]:
    method = f"least_squares.unadjusted.{frame.precision.correction}"
    if not gone.any():
        return
    sample = Sample(design, as_outcome(frame.outcome, gone), design.assigned)
    try:
        sample = replace(sample, notes=tuple(doubts(sample)))
        means = standardize(sample, SCALES["continuous"], frame.precision)
        for code, contrast in design.contrasts:
            weights = np.eye(len(means.value))[code] - np.eye(len(means.value))[0]
            value, df = float(weights @ means.value), means.df(weights)
            found = numbers(value, means.covariance(weights), df, frame.precision, test=True)
            yield frame.result("loss_difference", method, contrast, **found, **said(means))
    except EstimationError as error:
        for _, contrast in design.contrasts:
            yield frame.result("loss_difference", method, contrast, error=str(error))


def _bounds(frame: Frame, design: Design, missing: np.ndarray) -> Iterator[Result]:
    note = None
    if len(np.unique(design.stratum)) > 1 or len(np.unique(design.weight)) > len(design.arms):
        note = "strata and weights have no part in these bounds"
    for code, contrast in design.contrasts:
        arms = [_seen(frame.outcome, design, missing, each) for each in (0, code)]
        low, high = lee_bounds(*arms)
        for measure, value in (("bound_low", low), ("bound_high", high)):
            yield frame.result(measure, "lee.unadjusted.none", contrast, estimate=value, warning=note)


def _seen(outcome: Outcome, design: Design, missing: np.ndarray, code: int) -> tuple[Array, int]:
    mine = design.arm == code
    return outcome.value[mine & ~missing & ~np.isnan(outcome.value)], int(mine.sum())


def lee_bounds(reference: tuple[Array, int], arm: tuple[Array, int]) -> tuple[float, float]:
    """Return the bounds of arm - reference; each arm as the values seen and how many were randomized."""
    shares = [len(values) / size for values, size in (reference, arm)]
    if shares[1] >= shares[0]:
        least, most = _trimmed(arm[0], 1 - shares[0] / shares[1])
        return least - float(reference[0].mean()), most - float(reference[0].mean())
    least, most = _trimmed(reference[0], 1 - shares[1] / shares[0])
    return float(arm[0].mean()) - most, float(arm[0].mean()) - least


def _trimmed(values: Array, share: float) -> tuple[float, float]:
    """Return the means without the largest, and without the smallest, `share` of the values."""
    ordered, taken = np.sort(values), int(np.floor(len(values) * share + 1e-12))
    return float(ordered[: len(ordered) - taken].mean()), float(ordered[taken:].mean())


def _before_unblinding(frame: Frame, design: Design) -> Iterator[Result]:
    try:
        sample = analysed(design, frame.outcome)
        plain = replace(sample, columns=sample.columns[: len(design.arms) - 1])
        found = residuals(plain)
    except EstimationError as error:
        for _, contrast in design.contrasts:
            yield frame.result("detectable_difference", "pooled.unadjusted.none", contrast, error=str(error))
        return
    years = sample.outcome.years
    scale = 1.0 if years is None else float(years.mean())
    for code, contrast in design.contrasts:
        method = ("detectable_difference", "pooled.unadjusted.none", contrast)
        try:
            spread = pooled_error(sample.design, found, code) / scale
        except EstimationError as error:
            yield frame.result(*method, error=str(error))
            continue
        reach = float(ndtri(0.5 + frame.precision.level / 2) + ndtri(POWER)) * spread
        yield frame.result(*method, estimate=reach)
    if distinct(sample.design.cluster) < len(sample):
        value = intracluster(found, sample.design.cluster)
        yield frame.result("intracluster_correlation", "anova.unadjusted.none", "all", estimate=value)


def pooled_error(design: Design, residual: Array, code: int) -> float:
    """Return the standard error of a difference of means of two arms under no effect.

    Within strata arms share one variance; clusters that lie in one arm and stratum count whole.
    """
    pair = (design.arm == 0) | (design.arm == code)
    arm, stratum, cluster = design.arm[pair] == code, design.stratum[pair], dense(design.cluster[pair])
    value, sizes = residual[pair], np.ones(pair.sum())
    first = np.unique(cluster, return_index=True)[1]
    if (arm == arm[first][cluster]).all() and (stratum == stratum[first][cluster]).all():
        value, sizes = np.bincount(cluster, value), np.bincount(cluster, sizes)
        arm, stratum = arm[first], stratum[first]
    total, variance = 0.0, 0.0
    for level in np.unique(stratum):
        mine = stratum == level
        drawn, others = int(arm[mine].sum()), int((~arm[mine]).sum())
        if drawn and others and drawn + others > 2:
            rows, mean = float(sizes[mine].sum()), float(sizes[mine].mean())
            own = float(value[mine].var(ddof=1)) * (1 / drawn + 1 / others) / mean**2
            total, variance = total + rows, variance + rows**2 * own
    if not total:
        raise EstimationError("no stratum has both arms: there is no detectable difference")
    return float(np.sqrt(variance)) / total


def intracluster(residual: Array, cluster: Codes) -> float:
    """Return the intracluster correlation by analysis of variance (Donner and Klar 2000); not below 0."""
    sizes, count = np.bincount(cluster), int(cluster.max()) + 1
    means = np.bincount(cluster, residual) / sizes
    within = float(((residual - means[cluster]) ** 2).sum()) / (len(residual) - count)
    between = float((sizes * (means - residual.mean()) ** 2).sum()) / (count - 1)
    typical = (len(residual) - float((sizes**2).sum()) / len(residual)) / (count - 1)
    denominator = between + (typical - 1) * within
    return max(0.0, (between - within) / denominator) if denominator > 0 else 0.0
