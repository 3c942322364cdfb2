"""Standard errors from influence functions, named as clubSandwich and sandwich name them.

CR0 sums influence within clusters and squares. CR1 multiplies the variance by G / (G - 1). CR1S also by
(n - 1) / (n - k), k counting every estimated parameter and the intercepts of the strata: Stata's correction
and, with one row per cluster, HC1. HC0 to HC3 take each row for its own cluster. CR2 (see `bias_reduced`),
CR3, HC2 and HC3 (see `leverage`) adjust the scores before they are summed, and have no factor.
"""

from dataclasses import dataclass

import numpy as np

from armwise.estimates.core import Array, Codes
from armwise.estimates.errors import EstimationError

ROW_LEVEL = ("HC0", "HC1", "HC2", "HC3")
CORRECTIONS = ("CR0", "CR1", "CR1S", "CR2", "CR3", *ROW_LEVEL)
# Without a factor: the plain ones, and those that adjust the scores.
WITHOUT_FACTOR = ("CR0", "HC0", "CR2", "CR3", "HC2", "HC3")
# What takes the place of an adjustment of scores where no model was fitted.
WITHOUT_MODEL = {"CR2": "CR1S", "CR3": "CR1S", "HC2": "HC1", "HC3": "HC1"}
# Below this many clusters in an arm, CR1S is known to be too small (Cameron and Miller 2015).
FEW_CLUSTERS = 50


def without_model(correction: str) -> str:
    """Return what stands in for a correction that adjusts scores, where no model has any."""
    return WITHOUT_MODEL.get(correction, correction)


@dataclass(frozen=True)
class Spread:
    """How influence becomes a variance: the correction's name, and what its factor needs."""

    correction: str
    rows: int
    clusters: int
    parameters: int

    @property
    def factor(self) -> float:
        """Return the small-sample factor of the variance."""
        n, k, groups = self.rows, self.parameters, self.clusters
        if groups < 2 or n <= k:
            raise EstimationError("no standard error: too few clusters or rows for the model's parameters")
        if self.correction in WITHOUT_FACTOR:
            return 1.0
        if self.correction == "CR1":
            return groups / (groups - 1)
        return groups / (groups - 1) * (n - 1) / (n - k)

    @property
    def df(self) -> int:
        """Return the degrees of freedom of t limits, clusters less one."""
        return self.clusters - 1


def by_cluster(influence: Array, cluster: Codes) -> Array:
    """Sum influence (n) or (m, n) within clusters, codes from 0: (G) or (m, G)."""
    count = int(cluster.max()) + 1
    if influence.ndim == 1:
        return np.bincount(cluster, influence, count).astype(float)
    return np.stack([by_cluster(row, cluster) for row in influence])


def covariance(influence: Array, cluster: Codes, spread: Spread) -> Array:
    """Return the covariance (m, m) of m estimates from the influence of each row (m, n)."""
    summed = by_cluster(np.atleast_2d(influence), cluster)
    return summed @ summed.T * spread.factor
