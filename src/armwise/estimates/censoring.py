"""Effects had nobody been lost: those who stayed are weighted by the inverse probability of staying.

A logistic model of remaining observed to the window's end (or to death in it) holds the arms, baseline
characteristics and their products with the arms, strata in common. Whoever stayed counts by the share of
the arm that stayed over the model's probability (stabilized; Robins, Hernan and Brumback 2000), so that they
stand for those like them who were lost. It removes what losses do as far as the characteristics explain both
losses and outcomes; whatever else moves both is not removed.

Standard errors take account of the weights being estimated: the influence function of the weights' model is
carried through the derivative of each estimate by its weights, which is influence over weight.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from armwise.estimates import core
from armwise.estimates.ard import Result
from armwise.estimates.core import Array, Codes, Link
from armwise.estimates.design import Design, Mask, Outcome, Sample, adjust, losses
from armwise.estimates.effects import ESTIMANDS, Frame, contrasts
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision
from armwise.estimates.losses_by_group import lost
from armwise.estimates.standardize import SCALES, Cell, Solved, standardize, strata_of
from armwise.estimates.variance import Spread, by_cluster, without_model

ANALYSIS_SET = "censoring_weighted"
STANDING = (
    "; had nobody been lost: those who stayed stand for those of the same arm and baseline characteristics "
    "who did not"
)
# Signs that few carry most of an estimate: the largest stabilized weight, and the share of the observed
# that the effective sample size is (Kish 1965).
LARGEST, LEAST_SHARE = 10.0, 0.5
# With fewer lost than this per column in an arm, arms share one model, with an intercept each.
LOST_PER_COLUMN = 10
WEIGHTS = {
    "mean_weight": "mean stabilized weight of those observed; near 1 if the model fits",
    "largest_weight": "largest stabilized weight of those observed",
    "effective_sample_size": "number of equally weighted enrollments that would be as precise (Kish 1965)",
}


@dataclass(frozen=True)
class Stayed:
    """Everyone with a design weight (n), who of them stayed, and how much each counts.

    `weight` is stabilized and truncated, 0 for the lost; `free` marks those who stayed and whose weight is
    not cut off. `chance` is the fitted probability of staying; `model` is that of the rows that are not in
    arms where nobody was lost, None without any.
    """

    design: Design
    observed: Mask
    weight: Array
    free: Mask
    chance: Array
    columns: Array
    model: core.Fit
    notes: tuple[str, ...]

    def through(self, influence: Array) -> Array:
        """Return what estimating the weights adds to the influence of each row (n) on an estimate.

        log weight = log(share of the arm that stayed) - log(chance): its derivatives by the coefficients of
        the model are (chance - 1) x columns. A weight that is cut off has none.
        """
        pull = np.where(self.free, influence, 0.0)
        slope = pull * (self.chance - 1)
        gradient = np.concatenate([self.columns @ slope, self.model.strata.sums(slope)])
        return self.model.followed(gradient[None])[0] + self._by_shares(pull)

    def _by_shares(self, pull: Array) -> Array:
        """Return the part of the shares that stabilize the weights."""
        found = np.zeros(len(pull))
        for code in range(len(self.design.arms)):
            part, share = stayed_in(self.design, self.observed, code)
            if share > 0:
                mine = self.design.arm == code
                found += float(pull[mine].sum()) * part * (self.observed - share) / share
        return found


def stayed_in(design: Design, observed: Mask, code: int) -> tuple[Array, float]:
    """Return the share of an arm's weight that each row is (n), and the share of the arm that stayed."""
    mine = design.weight * (design.arm == code)
    part = mine / (mine.sum() or 1.0)
    return part, float(part @ observed)


def censoring_results(
    design: Design,
    outcome: Outcome,
    settings: dict[str, Any],
    precision: Precision,
    covariates: Sequence[str],
    truncate: float | None = None,
) -> Iterator[Result]:
    """Give the effects on one outcome with those who stayed weighted, and a description of the weights.

    `settings` are those of the outcome (`covariates`, `missing_baseline`); `covariates` explain who stays;
    stabilized weights above their quantile `truncate` are set to it. Nothing is given where nobody was lost.
    """
    if not lost(design, outcome).any():
        return
    plain = replace(precision, correction=without_model(precision.correction))
    described = False
    for analysis in ("unadjusted", *(["adjusted"] if settings.get("covariates") else [])):
        frame = Frame(design, outcome, analysis, plain.correction)
        try:
            sample, gone = everyone(design, outcome)
            if analysis == "adjusted":
                missing = settings.get("missing_baseline", "impute")
                sample = adjust(sample, settings["covariates"], missing)
                gone = gone[np.isin(design.rows, sample.design.rows)]
            stayed = staying(sample, gone, covariates, truncate)
            found = list(_reweighted(frame, sample, stayed, plain))
            found += [] if described else _described(outcome, stayed, truncate)
            described = True
        except EstimationError as error:
            found = list(frame.failed(SCALES[outcome.measure], str(error)))
        yield from map(_named, found)


def _named(result: Result) -> Result:
    standing = STANDING if result.measure in ESTIMANDS else ""
    return replace(result, analysis_set=ANALYSIS_SET, estimand=f"{result.estimand}{standing}")


def everyone(design: Design, outcome: Outcome) -> tuple[Sample, Mask]:
    """Return all rows with a design weight, and who was lost; these carry a value of their arm in 1 year."""
    if outcome.weighs_days:
        raise EstimationError("follow-up that ends at a later lottery has weights of its own")
    gone = lost(design, outcome)
    years = None if outcome.years is None else np.where(gone, 1.0, outcome.years)
    value = np.where(gone, _some_value(design, outcome, ~gone)[design.arm], outcome.value)
    whole = replace(outcome, value=value, years=years, ended_early=np.zeros(len(gone), bool))
    kept = ~losses(design, outcome).no_weight
    return Sample(design, whole, design.assigned).take(kept), gone[kept]


def _some_value(design: Design, outcome: Outcome, observed: Mask) -> Array:
    """Return a value that was observed in each arm, to stand where it has no weight."""
    found = [outcome.value[observed & (design.arm == code)] for code in range(len(design.arms))]
    return np.array([values[0] if len(values) else 0.0 for values in found])


def staying(sample: Sample, gone: Mask, covariates: Sequence[str], truncate: float | None = None) -> Stayed:
    """Fit the model of staying and return the weights of those who did."""
    design = sample.design
    chosen = _columns(design, gone, covariates)
    stratum, notes = strata_of(sample, "logit")
    usable = np.array([gone[design.arm == code].any() for code in range(len(design.arms))])[design.arm]
    model = core.fit((~gone).astype(float), chosen[0], stratum, design.weight * usable, link="logit")
    chance = np.where(usable, model.predicted(chosen[0])[0], 1.0)
    if model.separated:
        notes += ("characteristics separate the lost from the others: some chances of staying are 0 or 1",)
    share = np.array([stayed_in(design, ~gone, code)[1] for code in range(len(design.arms))])[design.arm]
    weight = np.divide(share, chance, out=np.zeros(len(design)), where=~gone & (chance > 0))
    highest = float(np.quantile(weight[~gone], truncate)) if truncate else np.inf
    free = ~gone & usable & (weight <= highest)
    return Stayed(
        design, ~gone, np.minimum(weight, highest), free, chance, chosen[0], model, (*notes, *chosen[1])
    )  # fmt: skip


def _columns(design: Design, gone: Mask, covariates: Sequence[str]) -> tuple[Array, tuple[str, ...]]:
    """Return arms, characteristics and their products (p, n); without products where few were lost."""
    own = np.array(list(design.covariates(covariates).values())).reshape(-1, len(design))
    plain = np.vstack([design.assigned, own])
    fewest = min(counts for counts in np.bincount(design.arm[gone]) if counts)
    if fewest < LOST_PER_COLUMN * len(own):
        return plain, ("too few lost for a model of each arm: arms share one, with an intercept each",)
    crossed = (design.assigned[:, None] * own[None]).reshape(-1, len(design))
    return np.vstack([plain, crossed]), ()


@dataclass(frozen=True)
class Reweighted(Solved):
    """A model whose weights were estimated."""

    stayed: Stayed

    def means(self, cells: Sequence[Cell], cluster: Codes) -> tuple[Array, Array, Array]:
        """Return standardized means (c), their influence by cluster (c, G), and no gradients."""
        found = [self.model.standardized(cell.columns, cell.weight) for cell in cells]
        pulls = [by_cluster(pull + self.stayed.through(pull), cluster) for _, pull in found]
        parameters = len(self.model.beta) + self.model.strata.count
        return np.array([value for value, _ in found]), np.stack(pulls), np.zeros((len(cells), parameters))


def _reweighted(frame: Frame, sample: Sample, stayed: Stayed, precision: Precision) -> Iterator[Result]:
    """Give the effects of the weighted sample; what is counted are those who stayed, as counted."""
    weighted = replace(sample.outcome, weight=sample.outcome.weight * stayed.weight)

    def solver(
        given: Sample, columns: Array, stratum: Codes, usable: Mask, link: Link, stated: Precision
    ) -> Solved:
        of = given.outcome
        model = core.fit(of.value, columns, stratum, given.weight * usable, of.years, link)
        rows = int((model.information > 0).sum())
        clusters = int(given.design.cluster.max()) + 1
        return Reweighted(model, Spread(stated.correction, rows, clusters, model.parameters), None, stayed)

    whole = replace(sample, outcome=weighted, notes=(*sample.notes, *stayed.notes, *explosions(stayed)))
    means = standardize(whole, SCALES[sample.outcome.measure], precision, solver)
    yield from contrasts(frame, sample.take(stayed.observed), means, precision)


def explosions(stayed: Stayed) -> Iterator[str]:
    """Say when a few carry most of the estimate."""
    if stayed.weight.max() > LARGEST:
        yield f"weights explode: the largest is above {LARGEST:g} times the mean"
    for code, arm in enumerate(stayed.design.arms):
        weight = stayed.weight[stayed.observed & (stayed.design.arm == code)]
        if len(weight) and effective_size(weight) < LEAST_SHARE * len(weight):
            yield f"weights explode: the effective sample size of {arm} is below half of those observed"


def effective_size(weight: Array) -> float:
    """Return how many equally weighted rows would be as precise (Kish 1965)."""
    return float(weight.sum() ** 2 / (weight @ weight))


def _described(outcome: Outcome, stayed: Stayed, truncate: float | None) -> list[Result]:
    """Describe the weights of those who stayed in each arm, in the unadjusted analysis."""
    method = f"stabilized.truncated_at_{truncate:g}" if truncate else "stabilized.not_truncated"
    warning = "; ".join([*stayed.notes, *explosions(stayed)]) or None
    found = []
    for code, arm in enumerate(stayed.design.arms):
        weight = stayed.weight[stayed.observed & (stayed.design.arm == code)]
        if not len(weight):
            continue
        numbers = (float(weight.mean()), float(weight.max()), effective_size(weight))
        for (measure, estimand), value in zip(WEIGHTS.items(), numbers, strict=True):
            found.append(
                Result(
                    outcome.name, outcome.window, arm, measure, method, estimate=value, n=len(weight),
                    estimand=estimand, warning=warning,
                )
            )  # fmt: skip
    return found
