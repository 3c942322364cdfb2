"""The mean of each arm had everyone been assigned to it, with its influence function.

One model per outcome and analysis, for all arms: Poisson quasi-likelihood for counts (offset log
person-time), logistic regression for binary outcomes, least squares for continuous ones; strata are always
in it, and covariates in the adjusted analysis. Its predictions under each arm, averaged over all enrollments
with their weights, are the standardized rates, risks or means (FDA 2023; Ye et al. 2023). Without
interactions their ratio is the model's rate ratio, and their difference the model's mean difference, with
the same influence functions; a test holds this.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from armwise.estimates import core
from armwise.estimates.bias_reduced import Reduced, bias_reduced
from armwise.estimates.core import Array, Link
from armwise.estimates.design import INCIDENCE, Design, Mask, Outcome, Sample, distinct
from armwise.estimates.errors import EstimationError
from armwise.estimates.incidence import SHARES, ends_unknown
from armwise.estimates.inference import Precision, Scale
from armwise.estimates.leverage import enlarged
from armwise.estimates.variance import FEW_CLUSTERS, ROW_LEVEL, Spread, by_cluster

# With fewer enrollments than this per stratum, a logistic model with an intercept each is biased (the
# incidental parameters problem), and is fitted without strata; the design weights stay.
SPARSE_STRATA = 20


@dataclass(frozen=True)
class Scales:
    """What a kind of outcome is modelled by, and how its results are called."""

    link: Link
    arm: str
    arm_limits: Scale
    difference: tuple[str, str]  # measure, model
    ratio: tuple[str, str] | None
    arm_model: str = "standardized"


RATES = Scales("log", "rate", "log", ("rate_difference", "standardized"), ("rate_ratio", "poisson"))
RISKS = Scales("logit", "risk", "logit", ("risk_difference", "standardized"), ("risk_ratio", "standardized"))
SCALES = {
    "count": RATES,
    "sum": RATES,
    "binary": RISKS,
    "by_date": RISKS,
    INCIDENCE: Scales(
        "linear",
        "risk",
        "logit",
        ("risk_difference", "aalen_johansen"),
        ("risk_ratio", "aalen_johansen"),
        "aalen_johansen",
    ),
    "continuous": Scales("linear", "mean", "identity", ("mean_difference", "linear"), None),
}


@dataclass(frozen=True)
class Means:
    """Standardized means of A arms with their influence functions summed by cluster (A, G)."""

    value: Array
    influence: Array
    spread: Spread
    edge: Mask  # arms in which nobody, or everybody, had the outcome
    warnings: tuple[str, ...]
    gradient: Array  # (A, p + S): how each mean follows the parameters
    reduced: Reduced | None  # the bias-reduced model behind CR2

    def covariance(self, weights: Array) -> float:
        """Return the variance of a linear combination (A) of the means."""
        summed = weights @ self.influence
        return float(summed @ summed * self.spread.factor)

    def df(self, weights: Array) -> float:
        """Return the degrees of freedom of a linear combination (A) of the means."""
        return self.reduced.df(weights @ self.gradient) if self.reduced else self.spread.df


class Cell(NamedTuple):
    """What a mean is standardized over: model columns (p, m) and weights (m) of some rows (m of them)."""

    columns: Array
    weight: Array
    rows: core.Rows = core.EVERY


@dataclass(frozen=True)
class Solved:
    """A fitted model (scores adjusted when the correction is CR2) and how its influence becomes variance."""

    model: core.Fit
    spread: Spread
    reduced: Reduced | None

    def means(self, cells: Sequence[Cell], cluster: core.Codes) -> tuple[Array, Array, Array]:
        """Return standardized means (c), their influence by cluster (c, G) and their gradients (c, p + S)."""
        value, own, gradient = zip(*(self.model.averaged(*cell) for cell in cells), strict=True)
        influence = by_cluster(self.model.followed(np.stack(gradient)), cluster)
        for place, cell in enumerate(cells):
            influence[place] += np.bincount(cluster[cell.rows], own[place], influence.shape[1])
        return np.array(value), influence, np.stack(gradient)


def solve(
    sample: Sample, columns: Array, stratum: core.Codes, usable: Mask, link: Link, precision: Precision
) -> Solved:
    """Fit a model with `columns` (p, n) to the `usable` rows of a sample."""
    outcome = sample.outcome
    model = core.fit(outcome.value, columns, stratum, sample.weight * usable, outcome.years, link)
    return spread_of(model, sample.design.cluster, precision)


def spread_of(model: core.Fit, cluster: core.Codes, precision: Precision) -> Solved:
    """Return a model with its scores adjusted, and how its influence by `cluster` (n) becomes variance."""
    reduced = bias_reduced(model, cluster) if precision.correction == "CR2" else None
    rows = int((model.information > 0).sum())  # as fixest counts: without strata that say nothing
    spread = Spread(precision.correction, rows, int(cluster.max()) + 1, model.parameters)
    adjusted = reduced.model if reduced else enlarged(model, precision.correction, cluster)
    return Solved(adjusted, spread, reduced)


Solver = Callable[[Sample, Array, core.Codes, Mask, Link, Precision], Solved]


def standardize(sample: Sample, scales: Scales, precision: Precision, solver: Solver = solve) -> Means:
    """Fit the model of a sample and average its predictions under every arm."""
    edge = no_contrast_in(sample, scales.link)
    stratum, notes = strata_of(sample, scales.link)
    usable = ~edge[sample.design.arm]
    warnings = few_clusters(sample.design, precision)
    if not usable.any():
        return _known(sample, edge, precision)
    solved = solver(sample, sample.columns, stratum, usable, scales.link, precision)
    _require_variation(sample.design, solved.model, edge)
    values, influence, gradient = _under_each_arm(sample, solved, edge)
    notes += explained(solved.model, len(sample.design.arms) - 1)
    if solved.model.separated:
        notes += ("covariates separate the outcome: some fitted values are 0 or 1",)
    return Means(
        values,
        influence,
        solved.spread,
        edge,
        (*sample.notes, *notes, *warnings),
        gradient,
        solved.reduced,
    )


def explained(model: core.Fit, first: int) -> tuple[str, ...]:
    """Say that covariates, the columns from `first` on, were left out because others explain them."""
    return () if model.kept[first:].all() else ("covariates that arms or others explain: not in the model",)


def no_contrast_in(sample: Sample, link: Link) -> Mask:
    """Tell in which arms nobody, or (for risks) everybody, has the outcome, so that a model has no limit."""
    return no_contrast_within(sample, sample.design.arm, len(sample.design.arms), link)


def no_contrast_within(sample: Sample, cell: core.Codes, count: int, link: Link) -> Mask:
    """Tell the same of the cells that rows belong to, codes from 0 to `count` - 1."""
    if sample.outcome.measure == INCIDENCE:
        events = np.bincount(cell, sample.outcome.events, count)
        return (events <= 0) | (events >= np.bincount(cell, minlength=count))
    if link == "linear":
        return np.bincount(cell, sample.weight, count) <= 0
    events = np.bincount(cell, sample.weight * sample.outcome.value, count)
    others = np.bincount(cell, sample.weight * (1 - sample.outcome.value), count) if link == "logit" else 1
    return (events <= 0) | (others <= 0)


def strata_of(sample: Sample, link: Link) -> tuple[core.Codes, tuple[str, ...]]:
    """Return the strata of a model, and a note where they are too small for a logistic one."""
    stratum = sample.design.stratum
    if link == "logit" and len(sample) < SPARSE_STRATA * (stratum.max() + 1):
        return np.zeros_like(stratum), ("strata too small for a logistic model: not in it",)
    return stratum, ()


def _require_variation(design: Design, model: core.Fit, edge: Mask) -> None:
    for code, contrast in design.contrasts:
        if not (model.kept[code - 1] or edge[code] or edge[0]):
            raise EstimationError(f"no stratum tells {contrast} apart: arm and strata coincide")


def under(sample: Sample, code: int) -> Array:
    """Return the model's columns had everyone been assigned to the arm `code`."""
    columns = sample.columns.copy()
    columns[: len(sample.design.arms) - 1] = 0
    if code:
        columns[code - 1] = 1
    return columns


def _under_each_arm(sample: Sample, solved: Solved, edge: Mask) -> tuple[Array, Array, Array]:
    """Return the means of all arms (A), their influence (A, G) and gradients (A, p + S); 0 at the edge."""
    cells = [Cell(under(sample, code), sample.weight) for code, agree in enumerate(edge) if not agree]
    value, influence, gradient = solved.means(cells, sample.design.cluster)
    values = np.array([_edge_value(sample, code) for code in range(len(edge))])
    values[~edge] = value
    return values, placed(influence, ~edge), placed(gradient, ~edge)


def placed(rows: Array, there: Mask) -> Array:
    """Return `rows` (those that are `there`, columns) among rows of 0 for the others."""
    every = np.zeros((*there.shape, rows.shape[1]))
    every[there] = rows
    return every


def _edge_value(sample: Sample, code: int) -> float:
    """Return the mean of an arm in which all outcomes agree; NaN for an arm without enrollments."""
    seen = sample.outcome.value[sample.design.arm == code]
    return float(seen[0]) if len(seen) else np.nan


def _known(sample: Sample, edge: Mask, precision: Precision) -> Means:
    """Return the means when every arm is at the edge and no model is needed."""
    values = np.array([_edge_value(sample, code) for code in range(len(edge))])
    clusters = int(sample.design.cluster.max()) + 1
    nothing = np.zeros((len(edge), clusters))
    spread = Spread(precision.correction, len(sample), clusters, 1)
    return Means(values, nothing, spread, edge, sample.notes, np.zeros((len(edge), 0)), None)


def suited(design: Design, precision: Precision) -> Precision:
    """Return `precision` with CR2 in place of CR1S when an arm has few clusters."""
    few = min(clusters_by_arm(design)) < FEW_CLUSTERS and precision.correction == "CR1S"
    return replace(precision, correction="CR2") if few else precision


def clusters_by_arm(design: Design) -> list[int]:
    """Count the clusters of each arm."""
    return [distinct(design.cluster[design.arm == code]) for code in range(len(design.arms))]


def few_clusters(design: Design, precision: Precision) -> tuple[str, ...]:
    """Warn of an arm with few clusters; raise for an arm with a single one."""
    fewest = min((count for count in clusters_by_arm(design) if count), default=0)
    if fewest == 1 and precision.correction not in ROW_LEVEL:
        raise EstimationError("an arm has a single cluster: there is no standard error")
    if fewest < FEW_CLUSTERS and precision.correction not in ("CR2", "CR3"):
        return (f"fewer than {FEW_CLUSTERS} clusters in an arm: {precision.correction} may be too small",)
    return ()


def refuse_early_ends(outcome: Outcome) -> None:
    """Raise when a share would count the end of follow-up as no event, or leave such enrollments out."""
    if outcome.measure in SHARES and ends_unknown(outcome).any():
        raise EstimationError(
            "follow-up ended before the window for some enrollments without an event: "
            "the share with an event needs the cumulative incidence, which the planned analysis gives"
        )


def or_none(value: float) -> float | None:
    """Return a number, None in place of NaN."""
    return None if np.isnan(value) else float(value)


def at_edge(design: Design, means: Means, codes: list[int]) -> str | None:
    """Say in which of some arms all outcomes agree, so that there is no interval; None if in none."""
    arms = [design.arms[code] for code in codes if means.edge[code]]
    return (
        f"all outcomes agree in {' and '.join(arms)}: no ratio and no interval by a model" if arms else None
    )


def said(means: Means, more: str | None = None) -> dict[str, str | None]:
    """Return the warnings of a result as one text."""
    texts = (*means.warnings, *([more] if more else []))
    return {"warning": "; ".join(texts) or None}


def counted(sample: Sample, codes: list[int]) -> dict[str, Any]:
    """Count what a result rests on in some arms, unweighted: n, clusters, events, person-years."""
    outcome, totals = sample.outcome, sample.totals
    return {
        "n": int(totals.n[codes].sum()),
        "clusters": int(totals.clusters[codes].any(axis=0).sum()),
        "events": None if outcome.measure == "continuous" else float(totals.events[codes].sum()),
        "person_years": None if outcome.years is None else float(totals.person_years[codes].sum()),
    }


def informative(sample: Sample, code: int) -> int:
    """Count the enrollments of two arms in strata where both arms are, with an event between them."""
    stratum, arm = sample.design.stratum, sample.design.arm
    there = [np.bincount(stratum[arm == c], minlength=stratum.max() + 1) for c in (0, code)]
    mine = (arm == 0) | (arm == code)
    events = np.bincount(stratum[mine], sample.outcome.events[mine], minlength=stratum.max() + 1)
    use = (there[0] > 0) & (there[1] > 0) & (events > 0)
    return int(((there[0] + there[1]) * use).sum())
