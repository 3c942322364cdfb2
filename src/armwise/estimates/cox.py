"""Cox's model, stratified and weighted, with Efron's ties and robust standard errors by cluster.

With one event per row at most it is the hazard ratio of the first event; with several it is the rate ratio of
Lin, Wei, Yang and Ying (2000), whose risk sets do not depend on earlier events. Score residuals are those of
R's survival for Efron's approximation: the h-th of d tied events sees the others with weight 1 - h/d.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from armwise.estimates.core import Array, Codes, independent
from armwise.estimates.errors import EstimationError

MOST_STEPS = 40
CLOSE = 1e-12
# A coefficient beyond this is on its way to infinity: an arm without events.
FURTHEST = 15.0


@dataclass(frozen=True)
class Events:
    """Follow-up of n rows until a day, and events as pairs of row and day (day <= until)."""

    until: Codes
    row: Codes
    day: Codes
    weight: Array
    stratum: Codes


@dataclass(frozen=True)
class Fitted:
    """A solved model: coefficients (p), inverse information (p, p), score residuals (p, n), weighted."""

    beta: Array
    inverse: Array
    residuals: Array

    def influence(self, place: int) -> Array:
        """Return the influence of each row (n) on a coefficient."""
        return np.asarray(self.inverse[place] @ self.residuals)


@dataclass(frozen=True)
class Tied:
    """One stratum in order of time: its rows, its events, and which fraction of its ties each sees taken."""

    rows: Codes  # by until
    at: Codes  # (events) the first place in `rows` that is at risk
    event: Codes  # (events) rows of the events, tied ones together
    tie: Codes  # (events) the number of the tie
    fraction: Array  # (events) h / d
    weight: Array  # (events) mean weight of the tied events


def fit(events: Events, columns: Array) -> Fitted:
    """Fit the model with `columns` (p, n). Raises EstimationError when it has no finite solution."""
    if not len(events.row):
        raise EstimationError("no events: there is no hazard ratio")
    away = columns - (columns @ events.weight / events.weight.sum())[:, None]
    ties = list(_in_order(events))
    beta = np.zeros(len(columns))
    for _ in range(MOST_STEPS):
        score, information = _equations(events, away, ties, beta)
        if not independent(information, np.diag(information)).all():
            raise EstimationError("the design is singular: effects cannot be told apart")
        step = np.linalg.solve(information, score)
        beta = beta + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))
        if np.abs(beta * np.ptp(away, axis=1)).max() > FURTHEST:
            raise EstimationError("an arm or level has no events: no finite hazard ratio")
        if score @ step < CLOSE:
            return _solved(events, away, ties, beta)
    raise EstimationError(f"the hazard model did not converge in {MOST_STEPS} steps")


def _solved(events: Events, away: Array, ties: list[Tied], beta: Array) -> Fitted:
    _, information = _equations(events, away, ties, beta)
    inverse: Array = np.linalg.inv(information).astype(float)
    return Fitted(beta, inverse, _residuals(events, away, ties, beta))


def _in_order(events: Events) -> Iterator[Tied]:
    by_stratum = np.argsort(events.stratum, kind="stable")
    ends = np.cumsum(np.bincount(events.stratum))
    of_event = events.stratum[events.row]
    for code, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        mine = np.flatnonzero(of_event == code)
        if len(mine):
            rows = by_stratum[start:end]
            rows = rows[np.argsort(events.until[rows], kind="stable")]
            yield _tied(events, rows, mine[np.argsort(events.day[mine], kind="stable")])


def _tied(events: Events, rows: Codes, mine: Codes) -> Tied:
    day = events.day[mine]
    tie = np.cumsum(np.diff(day, prepend=day[0]) > 0).astype(np.int64)
    size = np.bincount(tie)
    rank = np.arange(len(mine)) - np.concatenate([[0], np.cumsum(size)[:-1]])[tie]
    weight = events.weight[events.row[mine]]
    mean = np.bincount(tie, weight) / size
    at = np.searchsorted(events.until[rows], day).astype(np.int64)
    return Tied(rows, at, events.row[mine], tie, rank / size[tie], mean[tie])


def _sums(away: Array, relative: Array, each: Tied) -> tuple[Array, Array]:
    """Return the sums of relative hazards (events), and with columns (p, events), as each event sees them."""
    risk = relative[each.rows]
    values = np.vstack([risk, away[:, each.rows] * risk])
    ahead = np.concatenate([np.cumsum(values[:, ::-1], axis=1)[:, ::-1], np.zeros((len(values), 1))], axis=1)
    own = relative[each.event] * np.vstack([np.ones(len(each.event)), away[:, each.event]])
    tied = np.stack([np.bincount(each.tie, row) for row in own])[:, each.tie]
    seen = ahead[:, each.at] - each.fraction * tied
    return seen[0], seen[1:]


def _equations(events: Events, away: Array, ties: list[Tied], beta: Array) -> tuple[Array, Array]:
    relative = events.weight * np.exp(beta @ away)
    p = len(away)
    score, information = np.zeros(p), np.zeros((p, p))
    for each in ties:
        zero, one = _sums(away, relative, each)
        mean = one / zero
        score += away[:, each.event] @ events.weight[each.event] - mean @ each.weight
        for i in range(p):
            second = _sums(away[i : i + 1] * away[: i + 1], relative, each)[1] / zero
            row = (second - mean[i] * mean[: i + 1]) @ each.weight
            information[i, : i + 1] += row
    return score, np.tril(information) + np.tril(information, -1).T


def _residuals(events: Events, away: Array, ties: list[Tied], beta: Array) -> Array:
    relative = np.exp(beta @ away)
    found = np.zeros_like(away)
    for each in ties:
        zero, one = _sums(away, events.weight * relative, each)
        hazard, mean = each.weight / zero, one / zero
        _exposed(found, away, relative, each, hazard, mean)
        _happened(found, away, relative, each, hazard, mean)
    return found * events.weight


def _exposed(found: Array, away: Array, relative: Array, each: Tied, hazard: Array, mean: Array) -> None:
    """Take off each row's expected events: all steps of the ties at which it is at risk."""
    places = len(each.rows) + 1
    total = np.cumsum(np.bincount(each.at, hazard, places))[: places - 1]
    for i in range(len(away)):
        drift = np.cumsum(np.bincount(each.at, hazard * mean[i], places))[: places - 1]
        found[i, each.rows] -= relative[each.rows] * (away[i, each.rows] * total - drift)


def _happened(found: Array, away: Array, relative: Array, each: Tied, hazard: Array, mean: Array) -> None:
    """Add each event, and give back the share of its tie in which it counts as taken already."""
    size = np.bincount(each.tie)
    back = np.bincount(each.tie, hazard * each.fraction)[each.tie]
    for i in range(len(away)):
        middle = (np.bincount(each.tie, mean[i]) / size)[each.tie]
        drift = np.bincount(each.tie, hazard * each.fraction * mean[i])[each.tie]
        gain = away[i, each.event] - middle + relative[each.event] * (away[i, each.event] * back - drift)
        np.add.at(found[i], each.event, gain)


def log_rank(events: Events, group: Codes) -> tuple[float, int]:
    """Return the stratified log-rank statistic of `group` (codes, n) and its degrees of freedom.

    Weights play no part; the variance is hypergeometric.
    """
    groups = int(group.max()) + 1
    gap, variance = np.zeros(groups), np.zeros((groups, groups))
    for each in _in_order(events):
        first = np.flatnonzero(each.fraction == 0)
        happened = np.bincount(each.tie).astype(float)
        member = (group[each.rows] == np.arange(groups)[:, None]).astype(float)
        ahead = np.concatenate([np.cumsum(member[:, ::-1], axis=1)[:, ::-1], np.zeros((groups, 1))], axis=1)
        at_risk = ahead[:, each.at[first]]
        total = at_risk.sum(axis=0)
        share = at_risk / total
        spread = happened * np.divide(total - happened, total - 1, out=np.zeros_like(total), where=total > 1)
        gap += np.bincount(group[each.event], minlength=groups) - share @ happened
        variance += np.diag(share @ spread) - (share * spread) @ share.T
    kept = gap[1:], variance[1:, 1:]
    if not np.diag(kept[1]).all():
        raise EstimationError("no stratum has events while both arms are at risk: no log-rank test")
    return float(kept[0] @ np.linalg.solve(kept[1], kept[0])), groups - 1
