"""Generalized estimating equations with one working correlation between the enrollments of a cluster.

Liang and Zeger (1986): the score of a cluster weighs its residuals by the inverse of an exchangeable
correlation, which is estimated from the residuals in turn with the coefficients; the sandwich holds whether
or not that correlation is right. Scale and correlation are plain means of squares and products of Pearson
residuals, as in R's geepack; weights divide the variance. The inverse has a closed form, so that sums by
cluster are all that is needed, whatever their sizes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from armwise.estimates import core
from armwise.estimates.core import Array, Codes, Fit, Link
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision
from armwise.estimates.standardize import Cell, Solved
from armwise.estimates.variance import Spread

MOST_STEPS = 100
# What may be left of the score, in units of its own standard error, and of the correlation.
CLOSE = 1e-9
# Strata are columns here, not absorbed: more numbers than this do not fit into memory.
LARGEST = 300_000_000


@dataclass(frozen=True)
class Clusters:
    """Rows grouped by cluster; `size` (G) counts those that are used."""

    code: Codes
    size: Array

    @classmethod
    def of(cls, cluster: Codes, count: int) -> "Clusters":
        """Group rows by `cluster`, codes below `count`."""
        return cls(cluster, np.bincount(cluster, minlength=count).astype(float))

    def sums(self, values: Array) -> Array:
        """Return sums within clusters of values (n) or of columns (p, n): (G) or (p, G)."""
        if values.ndim == 1:
            return np.bincount(self.code, values, len(self.size)).astype(float)
        return np.stack([self.sums(row) for row in values])

    @property
    def pairs(self) -> float:
        """How many pairs of rows share a cluster."""
        return float((self.size * (self.size - 1)).sum() / 2)

    def pull(self, correlation: float) -> Array:
        """Return what the inverse correlation takes off the sum of each cluster (G)."""
        return correlation / (1 + (self.size - 1) * correlation)


@dataclass(frozen=True)
class State:
    """Where the search is: coefficients with intercepts, Pearson residuals, scaled columns, correlation."""

    beta: Array
    residual: Array
    scaled: Array
    correlation: float
    scale: float


@dataclass(frozen=True)
class Equations:
    """The estimating equations of the used rows: design (q, n), intercepts of strata among its rows."""

    outcome: Array
    design: Array
    weight: Array
    exposure: Array
    clusters: Clusters
    link: Link

    def at(self, beta: Array) -> State:
        """Evaluate residuals and correlation at coefficients."""
        with np.errstate(over="ignore"):
            mean, slope = core.FAMILIES[self.link].mean(beta @ self.design)
        variance = slope * self.exposure
        if not (np.isfinite(mean).all() and variance.min() > 0):
            raise EstimationError("covariates separate the outcome: no estimating equations")
        residual = np.sqrt(self.weight / variance) * (self.outcome - self.exposure * mean)
        scale = float((residual**2).mean())
        products = float((self.clusters.sums(residual) ** 2 - self.clusters.sums(residual**2)).sum() / 2)
        correlation = products / self.clusters.pairs / scale if scale > 0 else 0.0
        self._require_positive(correlation)
        return State(beta, residual, np.sqrt(self.weight * variance) * self.design, correlation, scale)

    def _require_positive(self, correlation: float) -> None:
        largest = float(self.clusters.size.max())
        if not (correlation < 1 and 1 + (largest - 1) * correlation > 0):
            raise EstimationError("the working correlation is out of its range: no estimating equations")

    def information(self, state: State) -> Array:
        """Return the derivative of the equations (q, q)."""
        summed = self.clusters.sums(state.scaled)
        whole = state.scaled @ state.scaled.T - (summed * self.clusters.pull(state.correlation)) @ summed.T
        return np.asarray(whole / (1 - state.correlation))

    def scores(self, state: State) -> Array:
        """Return the score of each cluster (q, G)."""
        own = self.clusters.sums(state.scaled * state.residual)
        common = self.clusters.sums(state.residual) * self.clusters.pull(state.correlation)
        return np.asarray((own - self.clusters.sums(state.scaled) * common) / (1 - state.correlation))


@dataclass(frozen=True)
class Correlated(Solved):
    """A solved model with the influence of each cluster on coefficients and intercepts (p + S, G)."""

    influence: Array
    correlation: float
    scale: float

    def means(self, cells: Sequence[Cell], cluster: Codes) -> tuple[Array, Array, Array]:
        """Return standardized means (c), their influence by cluster (c, G) and their gradients (c, p + S)."""
        value, own, gradient = zip(*(self.model.averaged(*cell) for cell in cells), strict=True)
        influence = np.stack(gradient) @ self.influence
        for place, cell in enumerate(cells):
            influence[place] += np.bincount(cluster[cell.rows], own[place], influence.shape[1])
        return np.array(value), influence, np.stack(gradient)


def fit(
    outcome: Array,
    columns: Array,
    stratum: Codes,
    weight: Array,
    cluster: Codes,
    exposure: Array | None = None,
    link: Link = "linear",
    precision: Precision | None = None,
) -> Correlated:
    """Fit one model, arguments as those of `core.fit`, with a working correlation within `cluster` (n).

    Raises EstimationError when no cluster has two rows, or the search fails.
    """
    first = core.fit(outcome, columns, stratum, weight, exposure, link)
    used = (weight > 0) & (first.mass[stratum] > 0)
    equations, order = _equations(first, outcome, used, cluster, exposure)
    state = _solve(equations, np.concatenate([first.intercepts[order], first.beta[first.kept]]))
    scores, inverse = equations.scores(state), core.inverted(equations.information(state))
    count = int(cluster.max()) + 1
    spread = Spread((precision or Precision("CR0")).correction, int(used.sum()), count, len(state.beta))
    return _assembled(first, order, state, inverse @ scores, spread)


def _equations(
    first: Fit, outcome: Array, used: np.ndarray, cluster: Codes, exposure: Array | None
) -> tuple[Equations, Codes]:
    """Return the equations of the used rows, and the strata that have an intercept in them."""
    strata = np.unique(first.strata.codes[used])
    if (len(strata) + first.kept.sum()) * used.sum() > LARGEST:
        raise EstimationError("too many strata for a model with a working correlation")
    intercepts = (first.strata.codes[used] == strata[:, None]).astype(float)
    years = np.ones(len(outcome)) if exposure is None else exposure
    clusters = Clusters.of(cluster[used], int(cluster.max()) + 1)
    if not clusters.pairs:
        raise EstimationError("nobody is enrolled twice: there is nothing to correlate")
    design = np.vstack([intercepts, first.columns[first.kept][:, used]])
    return Equations(outcome[used], design, first.weight[used], years[used], clusters, first.link), strata


def _solve(equations: Equations, beta: Array) -> State:
    state = equations.at(beta)
    for _ in range(MOST_STEPS):
        score = equations.scores(state).sum(axis=1)
        step = core.inverted(equations.information(state)) @ score
        ahead = equations.at(state.beta + step)
        moved = abs(ahead.correlation - state.correlation)
        if float(score @ step) <= CLOSE**2 * state.scale and moved <= CLOSE:
            return ahead
        state = ahead
    raise EstimationError(f"the estimating equations did not converge in {MOST_STEPS} steps")


def _assembled(first: Fit, strata: Codes, state: State, influence: Array, spread: Spread) -> Correlated:
    """Put a solution back into the columns and strata as given."""
    beta, intercepts = np.zeros(len(first.kept)), first.intercepts.copy()
    intercepts[strata], beta[first.kept] = np.split(state.beta, [len(strata)])
    whole = np.zeros((len(beta) + len(intercepts), influence.shape[1]))
    whole[len(beta) + strata], whole[np.flatnonzero(first.kept)] = np.split(influence, [len(strata)])
    model = replace(first, beta=beta, intercepts=intercepts)
    return Correlated(model, spread, None, whole, state.correlation, state.scale)
