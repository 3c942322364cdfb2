"""Whether all baseline characteristics together differ between arms more than a draw makes them differ.

Each characteristic, as models hold it, is compared between arms by least squares with strata and design
weights; the differences are tested together by Wald's statistic with their covariance from influence
functions summed by cluster, on the scale of Hotelling's T-squared: of few clusters it does not cry wolf.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import fdtrc

from armwise.estimates.core import Array
from armwise.estimates.design import Design, Outcome, Sample
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision
from armwise.estimates.standardize import SCALES, standardize

PLAIN = Precision("CR1", 0.95, "t")
NOTHING = 1e-10  # eigenvalues below this share of the largest belong to what another characteristic says


class Balance(NamedTuple):
    """The joint test: F on (df, error_df) degrees of freedom."""

    statistic: float
    df: int
    error_df: int
    p_value: float


def joint_test(design: Design, names: list[str]) -> Balance:
    """Test that the arms agree in the characteristics `names` of a design that was declared with them.

    Raises EstimationError where there is nothing to compare, or fewer clusters than there are differences.
    """
    columns = [values for values in design.covariates(names).values() if values.min() < values.max()]
    if not columns:
        raise EstimationError("no characteristic varies: nothing to compare between arms")
    found = [_differences(design, values) for values in columns]
    values, influence = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return _wald(values, influence)


def _differences(design: Design, values: Array) -> tuple[Array, Array]:
    """Return the differences of a characteristic (arms - 1) and their influence by cluster (arms - 1, G)."""
    ones, no = np.ones(len(design)), np.zeros(len(design), bool)
    scaled = (values - values.mean()) / values.std()
    outcome = Outcome("balance", "baseline", "continuous", scaled, None, ones, no)
    means = standardize(Sample(design, outcome, design.assigned), SCALES["continuous"], PLAIN)
    contrast = np.eye(len(means.value))[1:] - np.eye(len(means.value))[0]
    return contrast @ means.value, contrast @ means.influence * np.sqrt(means.spread.factor)


def _wald(values: Array, influence: Array) -> Balance:
    clusters = influence.shape[1]
    sizes, directions = np.linalg.eigh(influence @ influence.T)
    there = sizes > NOTHING * max(float(sizes[-1]), NOTHING)
    df = int(there.sum())
    if not df or clusters <= df:
        raise EstimationError("fewer clusters than differences between arms: no joint test")
    squared = float((((directions[:, there].T @ values) ** 2) / sizes[there]).sum())
    error_df = clusters - df
    statistic = squared * error_df / (df * (clusters - 1))
    return Balance(statistic, df, error_df, float(fdtrc(df, error_df, statistic)))
