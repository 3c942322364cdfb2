"""Variance of standardized risks by Ye et al. (2023), as R's RobinCar2 (vcovG) has it.

It holds whatever the working model; under permuted blocks it takes account of the balance within strata. It
is for trials with one assignment probability, no weights and no clusters; elsewhere, and by default,
influence functions summed by cluster serve.
"""

import numpy as np

from armwise.estimates.core import Array, Codes


def ye_covariance(outcome: Array, arm: Codes, predicted: Array, stratum: Codes | None = None) -> Array:
    """Return the covariance (A, A) of standardized means.

    `outcome` and `arm` (codes) have n entries, `predicted` (A, n) holds predictions under each arm; `stratum`
    (n) those within which arms were balanced by permuted blocks, None for simple randomization.
    """
    arms, n = len(predicted), len(outcome)
    share = np.bincount(arm, minlength=arms) / n
    of_predictions = np.atleast_2d(np.cov(predicted))
    with_outcome = np.stack([_covariance_with(outcome, predicted, arm == code) for code in range(arms)])
    own = np.array([np.var(outcome[arm == code], ddof=1) for code in range(arms)])
    own = (own + np.diag(of_predictions) - 2 * np.diag(with_outcome)) / share
    variance = np.diag(own) + with_outcome + with_outcome.T - of_predictions
    if stratum is not None:
        residual = outcome - predicted[arm, np.arange(n)]
        variance = variance - _balanced(residual, arm, share, stratum)
    return np.asarray(variance / n)


def _covariance_with(outcome: Array, predicted: Array, rows: np.ndarray) -> Array:
    """Return the sample covariance of the outcome with the predictions under each arm (A), in some rows."""
    centred = predicted[:, rows] - predicted[:, rows].mean(axis=1, keepdims=True)
    return centred @ (outcome[rows] - outcome[rows].mean()) / (rows.sum() - 1)


def _balanced(residual: Array, arm: Codes, share: Array, stratum: Codes) -> Array:
    """Return what balance within strata takes off the variance (A, A), before division by n."""
    simple = np.diag(share) - np.outer(share, share)
    taken = np.zeros_like(simple)
    for code in range(int(stratum.max()) + 1):
        mine = stratum == code
        means = np.array([_mean(residual[mine & (arm == a)]) for a in range(len(share))]) / share
        taken += mine.mean() * means[:, None] * simple * means[None, :]
    return taken


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else 0.0
