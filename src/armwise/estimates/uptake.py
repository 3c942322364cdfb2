"""The first stage: the share that took up the offer in each arm, and what assignment changed about it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from armwise.estimates import ard
from armwise.estimates.ard import Result
from armwise.estimates.covariates import numbers as numbers_of
from armwise.estimates.design import Design, Outcome, Sample, adjust, analysed, distinct
from armwise.estimates.engagement import engagement_results
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision, numbers, weighted_share
from armwise.estimates.inputs import Inputs
from armwise.estimates.reach import reach_results
from armwise.estimates.standardize import SCALES, counted, refuse_early_ends, said, standardize
from armwise.estimates.variance import by_cluster

NAME = "uptake"


def estimate(read: Inputs, output: str | Path, engagement: str | Path | None = None) -> None:
    """Write the uptake of a window by arm and its differences, and reach and engagement by group.

    `engagement` is a table of the contacts of each enrollment by kind, where there are any.
    """
    outcome = engaged(read)
    found = [*uptake_results(read.design, outcome, read.common, read.precision)]
    found += engagement_results(read.design, engagement, read.window) if engagement else ()
    groups = read.analyses.get("subgroups") or []
    found += reach_results(read.design, outcome, engagement, groups, read.precision)
    ard.write(found, output)


def engaged(read: Inputs) -> Outcome:
    """Return who took up the offer: within the window where events say so, else as the cohort has it."""
    if pc.any(pc.equal(read.table["outcome"], NAME)).as_py():
        return read.outcome(NAME, {"measure": "binary"})
    place = pc.index_in(read.design.ids, read.people["enrollment_id"].combine_chunks())
    value = numbers_of(read.people["uptake"].take(place))
    nothing = np.zeros(len(value), bool)
    return Outcome(NAME, read.window, "binary", value, None, np.ones(len(value)), nothing)


def uptake_results(
    design: Design, outcome: Outcome, settings: dict[str, Any], precision: Precision
) -> Iterator[Result]:
    """Give the weighted share engaged in each arm and the differences by least squares with strata.

    Least squares, because it is the first stage of the complier effect, and because an arm without any
    engagement (nobody could) is no trouble to it.
    """
    analyses = ["unadjusted", *(["adjusted"] if settings.get("covariates") else [])]
    for analysis in analyses:
        try:
            refuse_early_ends(outcome)
            sample = analysed(design, outcome)
            if analysis == "adjusted":
                missing = settings.get("missing_baseline", "impute")
                sample = adjust(sample, settings["covariates"], missing)
            else:
                yield from _shares(sample, precision)
            yield from _differences(sample, analysis, precision)
        except EstimationError as error:
            for _, contrast in design.contrasts:
                yield _result(
                    outcome, contrast, "risk_difference", f"linear.{analysis}", precision, error=str(error)
                )


def _shares(sample: Sample, precision: Precision) -> Iterator[Result]:
    """Give the weighted share engaged in each arm, strata left to the weights."""
    for code, arm in enumerate(sample.design.arms):
        mine = sample.design.arm == code
        share = sample.weight * mine / (sample.weight @ mine)
        value = float(share @ sample.outcome.value)
        influence = by_cluster(share * (sample.outcome.value - value), sample.design.cluster)
        clusters = distinct(sample.design.cluster[mine])
        found = weighted_share(value, influence, int(mine.sum()), clusters, precision)
        yield _result(sample.outcome, arm, "risk", "weighted", precision, **found, **counted(sample, [code]))


def _differences(sample: Sample, analysis: str, precision: Precision) -> Iterator[Result]:
    means = standardize(sample, SCALES["continuous"], precision)
    for code, contrast in sample.design.contrasts:
        weights = np.eye(len(means.value))[code] - np.eye(len(means.value))[0]
        value = float(weights @ means.value)
        found = numbers(value, means.covariance(weights), means.df(weights), precision, test=True)
        yield _result(
            sample.outcome, contrast, "risk_difference", f"linear.{analysis}", precision, **found,
            **counted(sample, [0, code]), **said(means),
        )  # fmt: skip


def _result(
    outcome: Outcome, contrast: str, measure: str, model: str, precision: Precision, **found: Any
) -> Result:
    return Result(
        outcome.name,
        outcome.window,
        contrast,
        measure,
        f"{model}.{precision.correction}",
        estimand="share that took up the offer in the window",
        **found,
    )
