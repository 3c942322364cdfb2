"""From an estimate and its influence function to the numbers of a result."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri, stdtr, stdtrit

from armwise.estimates.core import Array
from armwise.estimates.errors import EstimationError
from armwise.estimates.variance import Spread, without_model

# The smallest eigenvalue of a correlation matrix below which it is taken for singular.
SINGULAR = 1e-10

Scale = Literal["identity", "log", "logit", "ratio"]


@dataclass(frozen=True)
class Precision:
    """How uncertainty is stated: correction of standard errors, confidence level, kind of limits."""

    correction: str = "CR1S"
    level: float = 0.95
    limits: Literal["t", "normal"] = "t"

    def critical(self, df: float) -> float:
        """Return the quantile that limits are formed with."""
        upper = 0.5 + self.level / 2
        return float(stdtrit(df, upper) if self.limits == "t" else ndtri(upper))

    def two_sided(self, statistic: float, df: float) -> float:
        """Return the two-sided P value of an estimate over its standard error."""
        below = -abs(statistic)
        return float(2 * (stdtr(df, below) if self.limits == "t" else ndtr(below)))


def numbers(
    estimate: float,
    variance: float,
    df: float,
    precision: Precision,
    scale: Scale = "identity",
    test: bool = False,
) -> dict[str, float | None]:
    """Return estimate, std_error, ci_low, ci_high, df and, when `test`, the p_value of no effect.

    On scale "ratio", `estimate` and `variance` are those of the logarithm, and the ratio is returned with the
    standard error of its logarithm. On "log" and "logit" the limits are formed there (delta method).
    """
    error = float(np.sqrt(variance))
    low, high = _limits(estimate, error * precision.critical(df), scale)
    shown = float(np.exp(estimate)) if scale == "ratio" else estimate
    p_value = precision.two_sided(estimate / error, df) if test and error > 0 else None
    return {
        "estimate": shown,
        "std_error": error,
        "ci_low": low,
        "ci_high": high,
        "df": float(df) if precision.limits == "t" else None,
        "p_value": p_value,
    }


def _limits(estimate: float, reach: float, scale: Scale) -> tuple[float | None, float | None]:
    if scale == "ratio":
        return float(np.exp(estimate - reach)), float(np.exp(estimate + reach))
    if scale == "identity":
        return float(estimate - reach), float(estimate + reach)
    if estimate <= 0 or (scale == "logit" and estimate >= 1):
        return None, None
    if scale == "log":
        return float(estimate * np.exp(-reach / estimate)), float(estimate * np.exp(reach / estimate))
    spread = reach / (estimate * (1 - estimate))
    return float(expit(logit(estimate) - spread)), float(expit(logit(estimate) + spread))


def weighted_share(
    value: float, influence: Array, rows: int, clusters: int, precision: Precision
) -> dict[str, Any]:
    """Return the numbers of a weighted share from its influence by cluster; no interval at 0 and 1.

    No model was fitted, so CR2, CR3, HC2 and HC3 have no scores to adjust; CR1S and HC1 stand in for them.
    """
    return weighted_mean(value, influence, rows, clusters, precision, "logit")


def weighted_mean(
    value: float, influence: Array, rows: int, clusters: int, precision: Precision, scale: Scale
) -> dict[str, Any]:
    """Return the numbers of a weighted mean; no interval where all values agree."""
    squares = float(influence @ influence)
    if not squares > 0:
        return {"estimate": float(value)}
    spread = Spread(without_model(precision.correction), rows, clusters, 1)
    return numbers(float(value), squares * spread.factor, spread.df, precision, scale)


def quadratic_form(values: Array, covariance: Array) -> float:
    """Return the Wald statistic of `values` (q) being all 0, divided by q.

    Raises EstimationError where one of them, or a combination of them, has no variance.
    """
    spread = np.sqrt(np.diag(covariance))
    if not (spread > 0).all() or np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0] < SINGULAR:
        raise EstimationError("no joint test: a difference in it has no variance")
    return float(values @ np.linalg.solve(covariance, values) / len(values))
