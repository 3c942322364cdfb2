"""CR2: clustered standard errors, unbiased under a working model, with Satterthwaite's degrees of freedom.

The scores of each cluster are multiplied by a matrix that undoes the shrinking of residuals (Bell and
McCaffrey 2002; Pustejovsky and Tipton 2018, equations 9 and 11). The working model is that of clubSandwich:
independent errors with equal variance for least squares, with the variance function for other links. Nothing
here is clusters x clusters.
"""

from dataclasses import dataclass, replace

import numpy as np

from armwise.estimates.core import Array, Codes, Fit

# Eigenvalues below this share of the largest belong to a cluster that determines a coefficient alone.
NULL = 1e-10


@dataclass(frozen=True)
class Reduced:
    """A model whose scores are adjusted, with what degrees of freedom need: k parameters, n rows used."""

    model: Fit
    rows: list[Codes]  # of each cluster
    design: Array  # (k, n): kept columns, then a dummy for each informative stratum
    weight: Array  # (n)
    variance: Array  # (n): of the working model
    bread: Array  # (k, k)
    meat: Array  # (k, k): covariance of the parameters under the working model
    adjustment: list[Array]  # of each cluster

    def df(self, gradient: Array) -> float:
        """Return the degrees of freedom of what follows beta and intercepts as `gradient` (p + S)."""
        direction = gradient[np.concatenate([self.model.kept, self.model.mass > 0])]
        pulls = np.zeros_like(self.weight)
        for rows, matrix in zip(self.rows, self.adjustment, strict=True):
            leverage = self.design[:, rows].T @ (self.bread @ direction)
            pulls[rows] = matrix.T @ (self.weight[rows] * leverage)
        diagonal = np.array([(self.variance[r] * pulls[r] ** 2).sum() for r in self.rows])
        plain, weighted = self.design * pulls, self.design * (self.weight * self.variance * pulls)
        sides = np.array([[*plain[:, r].sum(1), *weighted[:, r].sum(1)] for r in self.rows])
        middle = np.block([[-self.meat, self.bread], [self.bread, np.zeros_like(self.bread)]])
        lost = np.einsum("gi,ij,gj->g", sides, middle, sides)
        cross = middle @ (sides.T @ sides)
        squares = (diagonal**2).sum() - 2 * diagonal @ lost + np.trace(cross @ cross)
        return float((diagonal - lost).sum() ** 2 / squares)


def bias_reduced(model: Fit, cluster: Codes) -> Reduced:
    """Return `model` with its scores adjusted by cluster, codes (n).

    On the scale of the outcome: the design is the derivative of the mean, and a row's weight is that of the
    analysis over the variance function. For a linear model with weights, which are no inverse variances, the
    working variance is 1.
    """
    used = model.information > 0
    function = np.divide(model.information, model.weight, out=np.ones_like(model.weight), where=used)
    weight: Array = model.weight / function
    variance: Array = np.ones_like(weight)
    if model.link != "linear":
        variance[used] = 1 / weight[used]
    design = _design(model) * function
    bread: Array = np.linalg.inv((design * weight) @ design.T).astype(float)
    meat = bread @ ((design * (weight**2 * variance)) @ design.T) @ bread
    rows = _rows_of_clusters(cluster, used)
    adjustment = [_adjustment(design[:, r], weight[r], variance[r], bread, meat) for r in rows]
    score = np.zeros_like(model.score)
    for r, matrix in zip(rows, adjustment, strict=True):
        score[r] = model.weight[r] * (matrix @ (model.score[r] / model.weight[r]))
    return Reduced(replace(model, score=score), rows, design, weight, variance, bread, meat, adjustment)


def _design(model: Fit) -> Array:
    informative = np.flatnonzero(model.mass > 0)
    dummies = (model.strata.codes == informative[:, None]).astype(float)
    return np.vstack([model.columns[model.kept], dummies])


def _rows_of_clusters(cluster: Codes, used: np.ndarray) -> list[Codes]:
    positions = np.flatnonzero(used)
    order = positions[np.argsort(cluster[positions], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(cluster[order])) + 1)


def _adjustment(design: Array, weight: Array, variance: Array, bread: Array, meat: Array) -> Array:
    """Return D (D V D)^(-1/2) D for one cluster: V the variance of residuals, D squared that of errors."""
    shared = design.T @ bread @ design * (weight * variance)
    residual = np.diag(variance) - shared - shared.T + design.T @ meat @ design
    scale = np.sqrt(variance)
    values, vectors = np.linalg.eigh(residual * np.outer(scale, scale))
    kept = values > NULL * values.max(initial=0)
    root = vectors[:, kept] / np.sqrt(values[kept]) @ vectors[:, kept].T
    return root * np.outer(scale, scale)
