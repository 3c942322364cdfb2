"""Intention to treat: what assignment to each arm changed, outcome by outcome."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from armwise.estimates import ard, crude
from armwise.estimates.ard import Result
from armwise.estimates.design import Design, Outcome, Sample, adjust, analysed
from armwise.estimates.errors import EstimationError
from armwise.estimates.few_events import few_events_results
from armwise.estimates.incidence import with_incidence
from armwise.estimates.inference import Precision, numbers
from armwise.estimates.inputs import Inputs
from armwise.estimates.standardize import (
    SCALES,
    Means,
    Scales,
    at_edge,
    counted,
    informative,
    or_none,
    said,
    standardize,
)

ESTIMANDS = {
    "rate": "events per person-year while alive and observed, had all been assigned to the arm",
    "rate_ratio": "ratio of event rates while alive and observed, as randomized",
    "rate_difference": "difference of event rates per person-year while alive and observed, as randomized",
    "risk": "share with the outcome, had all been assigned to the arm",
    "risk_ratio": "ratio of shares with the outcome, as randomized",
    "risk_difference": "difference of shares with the outcome, as randomized",
    "mean": "mean outcome, had all been assigned to the arm",
    "mean_difference": "difference of mean outcomes, as randomized",
}
# Of counts without person-time.
ESTIMANDS_OF_COUNTS = {
    "rate": "mean count, had all been assigned to the arm",
    "rate_ratio": "ratio of mean counts, as randomized",
    "rate_difference": "difference of mean counts, as randomized",
}
# Of a sum over events, as days in hospital.
OF_SUMS = {
    "rate": "sum over events per person-year while observed, had all been assigned to the arm",
    "rate_ratio": "ratio of sums over events per person-year while observed, as randomized",
    "rate_difference": "difference of sums over events per person-year while observed, as randomized",
}


@dataclass(frozen=True)
class AnalysisSet:
    """The analysis that results belong to: its name in their keys, and what it changes about follow-up."""

    name: str
    said: str | None = None

    def named(self, result: Result) -> Result:
        """Return a result as one of this analysis."""
        estimand = result.estimand
        if self.said and result.measure in ESTIMANDS:
            estimand = f"{estimand}; follow-up: {self.said}"
        return replace(result, analysis_set=self.name, estimand=estimand)


ITT = AnalysisSet("itt")


def estimate(read: Inputs, output: str | Path, analysis_set: AnalysisSet = ITT) -> None:
    """Write counts and effects of every outcome of a window."""
    ard.write((analysis_set.named(result) for result in _results(read)), output)


def _results(read: Inputs) -> Iterator[Result]:
    for outcome, settings in read.each():
        yield from crude.arm_results(read.design, as_counted(read.design, outcome))
        yield from outcome_results(read.design, outcome, settings, read.precision)


def as_counted(design: Design, outcome: Outcome) -> Outcome:
    """Return an outcome with everyone whom its analysis counts; as it is where there is none."""
    try:
        return with_incidence(design, outcome)
    except EstimationError:
        return outcome


def outcome_results(
    design: Design, outcome: Outcome, settings: dict[str, Any], precision: Precision
) -> Iterator[Result]:
    """Give every result of one outcome: unadjusted, and adjusted for the covariates in `settings`.

    `settings` holds `covariates` (names) and `missing_baseline` (impute or drop).
    """
    try:
        outcome, trouble = with_incidence(design, outcome), None
    except EstimationError as error:
        trouble = error
    scales = SCALES[outcome.measure]
    analyses = {"unadjusted": lambda sample: sample}
    if settings.get("covariates"):
        missing = settings.get("missing_baseline", "impute")
        analyses["adjusted"] = lambda sample: adjust(sample, settings["covariates"], missing)
    for analysis, prepared in analyses.items():
        frame = Frame(design, outcome, analysis, precision.correction)
        try:
            if trouble:
                raise trouble
            sample = prepared(analysed(design, outcome))
            if analysis == "unadjusted":
                yield from few_events_results(sample, precision)
            yield from contrasts(frame, sample, standardize(sample, scales, precision), precision)
        except EstimationError as error:
            yield from frame.failed(scales, str(error))


@dataclass(frozen=True)
class Frame:
    """What the results of one analysis of one outcome have in common."""

    design: Design
    outcome: Outcome
    analysis: str
    correction: str
    subgroup: str = "all"

    def result(self, measure: str, model: str, contrast: str, **numbers: Any) -> Result:
        """Make one result."""
        return Result(
            outcome=self.outcome.name,
            window=self.outcome.window,
            contrast=contrast,
            measure=measure,
            method=f"{model}.{self.analysis}.{self.correction}",
            subgroup=self.subgroup,
            estimand=self.estimand(measure),
            **numbers,
        )

    def estimand(self, measure: str) -> str | None:
        """Return what a measure of this outcome estimates, in words."""
        of_counts = ESTIMANDS_OF_COUNTS if self.outcome.years is None else {}
        of_kind = OF_SUMS if self.outcome.measure == "sum" else of_counts
        return of_kind.get(measure) or ESTIMANDS.get(measure)

    def failed(self, scales: Scales, error: str) -> Iterator[Result]:
        """Give the results that there would have been, each with the error and no number."""
        for arm in self.design.arms:
            yield self.result(scales.arm, scales.arm_model, arm, error=error)
        for _, contrast in self.design.contrasts:
            for measure, model in filter(None, (scales.difference, scales.ratio)):
                yield self.result(measure, model, contrast, error=error)


def contrasts(frame: Frame, sample: Sample, means: Means, precision: Precision) -> Iterator[Result]:
    """Give the mean of each arm, and each arm's difference from and ratio to the reference."""
    scales = SCALES[sample.outcome.measure]
    for code, arm in enumerate(sample.design.arms):
        yield _mean(frame, sample, means, code, arm, scales, precision)
    for code, contrast in sample.design.contrasts:
        yield _difference(frame, sample, means, code, contrast, scales, precision)
        if scales.ratio:
            yield _ratio(frame, sample, means, code, contrast, scales.ratio, precision)


def _mean(
    frame: Frame, sample: Sample, means: Means, code: int, arm: str, scales: Scales, precision: Precision
) -> Result:
    counts = counted(sample, [code])
    if means.edge[code]:
        return frame.result(
            scales.arm, scales.arm_model, arm, estimate=or_none(means.value[code]), **counts,
            **said(means, at_edge(sample.design, means, [code])),
        )  # fmt: skip
    weights = np.eye(len(means.value))[code]
    found = numbers(
        means.value[code], means.covariance(weights), means.df(weights), precision, scales.arm_limits
    )
    return frame.result(scales.arm, scales.arm_model, arm, **found, **counts, **said(means))


def _difference(
    frame: Frame, sample: Sample, means: Means, code: int, contrast: str, scales: Scales, precision: Precision
) -> Result:
    measure, model = scales.difference
    counts = counted(sample, [0, code])
    value = means.value[code] - means.value[0]
    edge = at_edge(sample.design, means, [0, code])
    if edge:
        found: dict[str, Any] = {"estimate": or_none(value)}
    else:
        weights = np.eye(len(means.value))[code] - np.eye(len(means.value))[0]
        found = numbers(value, means.covariance(weights), means.df(weights), precision, test=True)
    return frame.result(measure, model, contrast, **found, **counts, **said(means, edge))


def _ratio(
    frame: Frame,
    sample: Sample,
    means: Means,
    code: int,
    contrast: str,
    named: tuple[str, str],
    precision: Precision,
) -> Result:
    measure, model = named
    counts = counted(sample, [0, code]) | {"n_informative": informative(sample, code)}
    edge = at_edge(sample.design, means, [0, code])
    if edge:
        return frame.result(measure, model, contrast, **counts, error=edge)
    arms = np.eye(len(means.value))
    weights = arms[code] / means.value[code] - arms[0] / means.value[0]
    value = float(np.log(means.value[code] / means.value[0]))
    found = numbers(value, means.covariance(weights), means.df(weights), precision, "ratio", test=True)
    return frame.result(measure, model, contrast, **found, **counts, **said(means))
