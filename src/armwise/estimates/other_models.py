"""Other models of the same effects, beside the planned one: does the answer hang on the model?

Each is a short function from a sample to results; none has a P value, and none can take the place of the
planned result.

- `negative_binomial`: counts with theta estimated, rate ratio and standardized rate difference.
- `least_squares`: difference of rates, means or shares with strata (and covariates: ANCOVA); for rates the
  outcome per person-year, weighted by person-years. For shares this is the linear probability model.
- `interacted`: least squares with every covariate, about its mean, crossed with the arm (Lin 2013).
- `over_control_mean`: the difference by least squares over the standardized mean of the reference arm, its
  limits by the delta method with the covariance of the two, hence symmetric about it; and with the
  denominator taken for known, under another name.
- `logistic`: the planned standardized risks with the variance of Ye et al. (2023).
- `gee`: the planned model with a working correlation between the enrollments of a cluster (Liang and Zeger
  1986), difference and ratio.
- `modified_poisson`: risk ratio by Poisson quasi-likelihood of a 0/1 outcome (Zou 2004).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from armwise.estimates import ard, core, gee, negative_binomial
from armwise.estimates.ard import Result
from armwise.estimates.core import Array, Codes, Link
from armwise.estimates.design import Design, Mask, Outcome, Sample, adjust, analysed, distinct
from armwise.estimates.effects import Frame
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision, Scale, numbers
from armwise.estimates.inputs import Inputs
from armwise.estimates.standardize import (
    SCALES,
    Means,
    Scales,
    Solved,
    at_edge,
    counted,
    explained,
    few_clusters,
    no_contrast_in,
    refuse_early_ends,
    said,
    spread_of,
    standardize,
    strata_of,
    under,
)
from armwise.estimates.variance import ROW_LEVEL, WITHOUT_MODEL
from armwise.estimates.ye_variance import ye_covariance

# Weights of one arm that differ by no more are the same.
NOTHING = 1e-9

RELATIVE = {
    "over_control_mean": "difference over the reference arm's mean, as randomized",
    "fixed_control_mean": "difference over the reference arm's mean, that mean taken for known",
}


def estimate(read: Inputs, output: str | Path) -> None:
    """Write what the models in `analyses["other_models"]` say of every outcome of a window."""
    ard.write(_results(read), output)


def _results(read: Inputs) -> Iterator[Result]:
    for outcome, settings in read.each():
        yield from other_results(
            read.design, outcome, read.analyses["other_models"], settings, read.precision
        )


def other_results(
    design: Design, outcome: Outcome, models: list[str], settings: dict[str, Any], precision: Precision
) -> Iterator[Result]:
    """Give what each of `models` that suits the outcome says, unadjusted and adjusted."""
    kind = "binary" if outcome.measure == "by_date" else outcome.measure
    suited = [name for name in models if kind in MODELS[name].suits]
    for analysis in ("unadjusted", *(["adjusted"] if settings.get("covariates") else [])):
        for name in suited:
            yield from _of_model(MODELS[name], design, outcome, analysis, settings, precision)


def _of_model(
    model: "Model",
    design: Design,
    outcome: Outcome,
    analysis: str,
    settings: dict[str, Any],
    precision: Precision,
) -> Iterator[Result]:
    if model.needs_covariates and analysis == "unadjusted":
        return
    frame = Frame(design, outcome, analysis, precision.correction)
    try:
        refuse_early_ends(outcome)
        sample = analysed(design, outcome)
        if analysis == "adjusted":
            sample = adjust(sample, settings["covariates"], settings.get("missing_baseline", "impute"))
        sample = replace(sample, notes=(*sample.notes, *without_events(sample)))
        yield from list(model.results(frame, sample, precision))
    except EstimationError as error:
        for _, contrast in design.contrasts:
            yield frame.result(model.measure(outcome), model.name, contrast, error=str(error))


def without_events(sample: Sample) -> Iterator[str]:
    """Say in which arms nobody has an event: models that can do without take that for no variation."""
    arms = sample.design.arms
    if sample.outcome.measure != "continuous":
        events = np.bincount(sample.design.arm, sample.outcome.value, len(arms))
        yield from (f"nobody in {arm} has an event" for arm, n in zip(arms, events, strict=True) if not n > 0)


def contrasted(
    frame: Frame,
    sample: Sample,
    means: Means,
    named: tuple[str, str],
    precision: Precision,
    relative: bool,
) -> Iterator[Result]:
    """Give the ratio or the difference of each arm and the reference, without a P value.

    `named`: the measure and the model.
    """
    measure, model = named
    if relative and not (means.value[~means.edge] > 0).all():
        raise EstimationError("the mean of an arm is not above 0: no ratio of means")
    for code, contrast in sample.design.contrasts:
        counts, edge = counted(sample, [0, code]), at_edge(sample.design, means, [0, code])
        if edge:
            yield frame.result(measure, model, contrast, error=edge, **counts)
            continue
        arms = np.eye(len(means.value)) / (means.value[:, None] if relative else 1.0)
        weights = arms[code] - arms[0]
        arm, base = means.value[code], means.value[0]
        value = float(np.log(arm / base)) if relative else float(arm - base)
        scale: Scale = "ratio" if relative else "identity"
        found = numbers(value, means.covariance(weights), means.df(weights), precision, scale)
        yield frame.result(measure, model, contrast, **found, **counts, **said(means))


# -- counts ---------------------------------------------------------------------------------------


def negative_binomial_results(frame: Frame, sample: Sample, precision: Precision) -> Iterator[Result]:
    """Give the rate ratio and the standardized rate difference of the negative binomial model.

    CR3 stands in for CR2, whose working model is that of a canonical link.
    """
    suited = replace(precision, correction="CR3") if precision.correction == "CR2" else precision
    frame = replace(frame, correction=suited.correction)
    means = standardize(sample, SCALES["count"], suited, _dispersed)
    for relative, measure in ((True, "rate_ratio"), (False, "rate_difference")):
        yield from contrasted(frame, sample, means, (measure, "negative_binomial"), suited, relative)


def _dispersed(
    sample: Sample, columns: Array, stratum: Codes, usable: Mask, _: Link, precision: Precision
) -> Solved:
    outcome = sample.outcome
    found = negative_binomial.fit(outcome.value, columns, stratum, sample.weight * usable, outcome.years)
    return spread_of(found.model, sample.design.cluster, precision)


# -- least squares --------------------------------------------------------------------------------


def per_year(sample: Sample) -> Sample:
    """Return a sample for least squares: of counts over person-time the rate, weighted by person-time."""
    outcome = sample.outcome
    if outcome.years is None:
        return replace(sample, outcome=replace(outcome, measure="continuous"))
    rate = replace(
        outcome,
        measure="continuous",
        value=outcome.value / outcome.years,
        years=None,
        weight=outcome.weight * outcome.years,
    )
    return replace(sample, outcome=rate)


def _difference(outcome: Outcome) -> str:
    return SCALES[outcome.measure].difference[0]


def least_squares_results(frame: Frame, sample: Sample, precision: Precision) -> Iterator[Result]:
    """Give the difference by least squares."""
    means = standardize(per_year(sample), SCALES["continuous"], precision)
    named = (_difference(sample.outcome), "least_squares")
    yield from contrasted(frame, sample, means, named, precision, relative=False)


def interacted_results(frame: Frame, sample: Sample, precision: Precision) -> Iterator[Result]:
    """Give the difference by least squares with arm x covariates, covariates about their means (Lin 2013)."""
    plain = per_year(sample)
    columns = crossed(plain)
    model = core.fit(plain.outcome.value, columns, plain.design.stratum, plain.weight)
    solved = spread_of(model, plain.design.cluster, precision)
    notes = (*sample.notes, *explained(model, len(sample.design.arms) - 1))
    notes += few_clusters(sample.design, precision)
    for code, contrast in sample.design.contrasts:
        found: dict[str, Any] = _coefficient(solved, plain, code - 1, precision) | counted(sample, [0, code])
        found["warning"] = "; ".join(notes) or None
        yield frame.result(_difference(sample.outcome), "interacted", contrast, **found)


def crossed(sample: Sample) -> Array:
    """Return the columns of Lin's model: arms, covariates about their weighted means, their products."""
    arms, covariates = np.split(sample.columns, [len(sample.design.arms) - 1])
    centred = covariates - (covariates @ sample.weight / sample.weight.sum())[:, None]
    products = (arms[:, None] * centred[None]).reshape(-1, len(sample))
    return np.vstack([arms, centred, products])


def _coefficient(solved: Solved, sample: Sample, place: int, precision: Precision) -> dict[str, Any]:
    """Return the numbers of one coefficient."""
    model, cluster = solved.model, sample.design.cluster
    if not model.kept[place]:
        raise EstimationError("no stratum tells the arms apart: arm and strata coincide")
    influence = model.influence(np.eye(len(model.beta))[place][None])[0]
    summed = np.bincount(cluster, influence)
    gradient = np.eye(len(model.beta) + model.strata.count)[place]
    df = solved.reduced.df(gradient) if solved.reduced else solved.spread.df
    return numbers(float(model.beta[place]), float(summed @ summed * solved.spread.factor), df, precision)


def over_control_mean_results(frame: Frame, sample: Sample, precision: Precision) -> Iterator[Result]:
    """Give the difference by least squares over the reference arm's mean, random and taken for known."""
    means = standardize(per_year(sample), SCALES["continuous"], precision)
    base = means.value[0]
    for code, contrast in sample.design.contrasts:
        edge = at_edge(sample.design, means, [0, code])
        if edge:
            raise EstimationError(edge)
        if not base > 0:
            raise EstimationError("the reference arm has a mean of 0: nothing can be set over it")
        arms = np.eye(len(means.value))
        share = means.value[code] / base
        for name, weights in (
            ("over_control_mean", (arms[code] - share * arms[0]) / base),
            ("fixed_control_mean", (arms[code] - arms[0]) / base),
        ):
            found = numbers(float(share - 1), means.covariance(weights), means.df(weights), precision)
            row = frame.result(
                "relative_difference", name, contrast, **found, **counted(sample, [0, code]), **said(means)
            )
            yield replace(row, estimand=RELATIVE[name])


# -- with a working correlation --------------------------------------------------------------------


def gee_results(frame: Frame, sample: Sample, precision: Precision) -> Iterator[Result]:
    """Give the planned effects of a model with a working correlation between enrollments of a cluster.

    Scores are not adjusted: CR1S stands in for CR2 and CR3.
    """
    if precision.correction in ROW_LEVEL:
        raise EstimationError("a working correlation is one within clusters, and standard errors have none")
    suited = replace(precision, correction=WITHOUT_MODEL.get(precision.correction, precision.correction))
    frame, scales = replace(frame, correction=suited.correction), SCALES[sample.outcome.measure]
    means = standardize(sample, scales, suited, _correlated)
    yield from contrasted(frame, sample, means, (scales.difference[0], "gee"), suited, relative=False)
    if scales.ratio:
        yield from contrasted(frame, sample, means, (scales.ratio[0], "gee"), suited, relative=True)


def _correlated(
    sample: Sample, columns: Array, stratum: Codes, usable: Mask, link: Link, precision: Precision
) -> Solved:
    outcome, weight = sample.outcome, sample.weight * usable
    cluster = sample.design.cluster
    return gee.fit(outcome.value, columns, stratum, weight, cluster, outcome.years, link, precision)


# -- binary ---------------------------------------------------------------------------------------

RISK_RATIO = Scales("log", "risk", "log", ("risk_difference", ""), ("risk_ratio", "modified_poisson"))


def modified_poisson_results(frame: Frame, sample: Sample, precision: Precision) -> Iterator[Result]:
    """Give the risk ratio of a Poisson model of a 0/1 outcome."""
    means = standardize(sample, RISK_RATIO, precision)
    yield from contrasted(frame, sample, means, ("risk_ratio", "modified_poisson"), precision, relative=True)


def logistic_results(frame: Frame, sample: Sample, precision: Precision) -> Iterator[Result]:
    """Give the standardized risk difference and ratio with the variance of Ye et al., strata as blocks.

    Raises EstimationError with weights or repeated enrollments, for which that variance does not hold.
    """
    _require_plain(sample)
    frame, scales = replace(frame, correction="vcovG"), SCALES["binary"]
    stratum, _ = strata_of(sample, "logit")
    model = core.fit(sample.outcome.value, sample.columns, stratum, sample.weight, link="logit")
    codes = range(len(sample.design.arms))
    predicted = np.stack([model.predicted(under(sample, code))[0] for code in codes])
    covariance = ye_covariance(sample.outcome.value, sample.design.arm, predicted, sample.design.stratum)
    means, df = predicted.mean(axis=1), len(sample) - model.parameters
    for code, contrast in sample.design.contrasts:
        for relative, measure in ((False, scales.difference[0]), (True, "risk_ratio")):
            arms = np.eye(len(means)) / (means[:, None] if relative else 1.0)
            weights = arms[code] - arms[0]
            value = np.log(means[code] / means[0]) if relative else means[code] - means[0]
            scale: Scale = "ratio" if relative else "identity"
            found = numbers(float(value), float(weights @ covariance @ weights), df, precision, scale)
            counts = counted(sample, [0, code])
            yield frame.result(
                measure, "logistic", contrast, **found, **counts, warning="; ".join(sample.notes) or None
            )


def _require_plain(sample: Sample) -> None:
    if no_contrast_in(sample, "logit").any():
        raise EstimationError("all outcomes agree in an arm: no variance by a model")
    if len(np.unique(sample.outcome.weight)) > 1 or distinct(sample.design.cluster) < len(sample):
        raise EstimationError("the variance of Ye et al. is for trials without analysis weights and clusters")
    for code in range(len(sample.design.arms)):
        if np.ptp(sample.design.weight[sample.design.arm == code]) > NOTHING:
            raise EstimationError("the variance of Ye et al. is for one assignment probability per arm")


@dataclass(frozen=True)
class Model:
    """A model: its name, the outcomes that it suits, the function that gives its results, their measure."""

    name: str
    suits: tuple[str, ...]
    results: Callable[[Frame, Sample, Precision], Iterator[Result]]
    first: str | None = None  # None: the difference that belongs to the outcome
    needs_covariates: bool = False

    def measure(self, outcome: Outcome) -> str:
        """Return the first measure of its results."""
        return self.first or _difference(outcome)


ANY = ("count", "sum", "binary", "continuous")
MODELS = {
    model.name: model
    for model in (
        Model("negative_binomial", ("count",), negative_binomial_results, "rate_ratio"),
        Model("least_squares", ("count", "sum", "binary"), least_squares_results),
        Model("interacted", ANY, interacted_results, needs_covariates=True),
        Model("over_control_mean", ANY, over_control_mean_results, "relative_difference"),
        Model("gee", ANY, gee_results),
        Model("logistic", ("binary",), logistic_results, "risk_difference"),
        Model("modified_poisson", ("binary",), modified_poisson_results, "risk_ratio"),
    )
}
