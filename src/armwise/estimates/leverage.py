"""HC2, HC3 and CR3: scores enlarged for the pull that each row, or each cluster, has on its own fit.

HC2 divides the score of a row by the root of 1 - h, HC3 by 1 - h, h being the row's leverage in the last
weighted least-squares step (MacKinnon and White 1985; R's sandwich). CR3 multiplies the residuals of a
cluster by the inverse of I - H, H being the block of the hat matrix that belongs to it (Bell and McCaffrey
2002; R's clubSandwich): nearly the jackknife that leaves out clusters.
"""

from dataclasses import replace

import numpy as np

from armwise.estimates.core import Array, Codes, Fit
from armwise.estimates.errors import EstimationError

# A row or cluster with this leverage determines a coefficient alone: without it there is no estimate.
FULL = 1 - 1e-10
POWER = {"HC2": 0.5, "HC3": 1.0}


def enlarged(model: Fit, correction: str, cluster: Codes) -> Fit:
    """Return `model` with the scores of HC2, HC3 or CR3; as it is for any other correction.

    `cluster` holds codes (n) and matters to CR3 alone. Raises EstimationError when a row or a cluster has a
    leverage of 1, so that its residual says nothing.
    """
    if correction in POWER:
        return replace(model, score=model.score / (1 - _below_one(leverage(model))) ** POWER[correction])
    return replace(model, score=_by_cluster(model, cluster)) if correction == "CR3" else model


def leverage(model: Fit) -> Array:
    """Return the leverage of each row (n), 0 where a row is not used."""
    away = model.columns - model.means[:, model.strata.codes]
    own = np.divide(1, model.mass, out=np.zeros_like(model.mass), where=model.mass > 0)
    spread: Array = np.einsum("pn,pn->n", away, model.inverse @ away) + own[model.strata.codes]
    return spread * model.information


def _below_one(leverages: Array) -> Array:
    if leverages.max(initial=0) > FULL:
        raise EstimationError(
            "an enrollment determines a coefficient alone: no HC2, HC3 or CR3 standard error"
        )
    return leverages


def _by_cluster(model: Fit, cluster: Codes) -> Array:
    score = np.zeros_like(model.score)
    for rows in same_sized(cluster, model.information > 0):
        score[rows] = _of_clusters(model, rows)
    return score


def same_sized(cluster: Codes, used: np.ndarray) -> list[Codes]:
    """Return the used rows of clusters, those of one size together: arrays (clusters, rows of each)."""
    positions = np.flatnonzero(used)
    order = positions[np.argsort(cluster[positions], kind="stable")]
    starts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(order)))
    return [order[starts[sizes == size, None] + np.arange(size)] for size in np.unique(sizes)]


def _of_clusters(model: Fit, rows: Codes) -> Array:
    """Return the scores of some clusters of one size, (g, m): each times the inverse of I - H."""
    stratum = model.strata.codes[rows]
    away = np.moveaxis(model.columns[:, rows] - model.means[:, stratum], 0, 1)
    own = np.divide(1, model.mass[stratum], out=np.zeros(rows.shape), where=model.mass[stratum] > 0)
    same = stratum[:, :, None] == stratum[:, None, :]
    hat = np.einsum("gpm,pq,gql->gml", away, model.inverse, away, optimize=True) + same * own[:, :, None]
    matrix = np.eye(rows.shape[1]) - model.information[rows][:, :, None] * hat
    try:
        return np.linalg.solve(matrix, model.score[rows][..., None])[..., 0]
    except np.linalg.LinAlgError:
        raise EstimationError("a cluster determines a coefficient alone: no CR3 standard error") from None
