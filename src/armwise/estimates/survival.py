"""Cumulative incidence with a competing cause, survival and restricted mean, with influence functions.

Times are whole days; on a day events come before the end of observation. The estimators are Kaplan and
Meier's and Aalen and Johansen's with weights; the influence of a row is the derivative by its weight times
its weight (the infinitesimal jackknife of R's survival, which for an unweighted Kaplan-Meier curve without
clusters is Greenwood's formula).
"""

from dataclasses import dataclass

import numpy as np

from armwise.estimates.core import Array, Codes


@dataclass(frozen=True)
class Followed:
    """Follow-up of n rows: the day it ended, and why: 0 censored, 1 the event, 2 a competing cause."""

    time: Codes
    cause: Codes
    weight: Array


@dataclass(frozen=True)
class Steps:
    """Quantities on the days 0 .. last, each at the end of its day."""

    at_risk: Array
    left: Array  # weight at risk less all events of the day
    survival: Array  # free of both causes
    before: Array  # survival just before the day
    incidence: Array  # of cause 1
    pull: Array  # sum of d / (Y (Y - d))
    flow: Array  # sum of survival before x d1 / Y squared


def steps(followed: Followed, last: int) -> Steps:
    """Return the curves of some rows up to the day `last`; later events are not seen."""
    time, weight = np.minimum(followed.time, last + 1), followed.weight
    binned = [_binned(time, weight * (followed.cause == c), last)[: last + 1] for c in (1, 2)]
    at_risk: Array = np.cumsum(_binned(time, weight, last)[::-1])[::-1][: last + 1]
    events = binned[0] + binned[1]
    left = np.where(events > 0, np.maximum(at_risk - events, 0), at_risk)
    survival: Array = np.cumprod(1 - _over(events, at_risk)).astype(float)
    before = np.concatenate([[1.0], survival[:-1]])
    incidence = np.cumsum(before * _over(binned[0], at_risk))
    pull = np.cumsum(_over(events, at_risk * left))
    flow = np.cumsum(before * _over(binned[0], at_risk**2))
    return Steps(at_risk, left, survival, before, incidence, pull, flow)


def cumulative_incidence(followed: Followed, day: int) -> tuple[float, Array]:
    """Return the share with the event by the end of `day`, and the influence of each row on it (n)."""
    found = steps(followed, day)
    seen = np.minimum(followed.time, day)
    moved = np.diff(found.incidence, prepend=0.0)
    pull_before = np.concatenate([[0.0], found.pull[:-1]])
    until = np.cumsum(moved * pull_before)[seen]
    after = found.incidence[day] - found.incidence[seen]
    total = until + found.pull[seen] * after - found.flow[seen]
    total += _event_terms(followed, found, day, after)
    return float(found.incidence[day]), followed.weight * total


def _event_terms(followed: Followed, found: Steps, day: int, after: Array) -> Array:
    """Return what a row's own event adds to its influence on the incidence."""
    happened = (followed.cause > 0) & (followed.time <= day)
    seen = np.minimum(followed.time, day)
    lost = _over(after, found.left[seen])
    own = _over(found.before[seen], found.at_risk[seen])
    return np.where(happened, own * (followed.cause == 1) - lost, 0.0)


def restricted_mean(followed: Followed, day: int) -> tuple[float, Array]:
    """Return the mean time free of both causes within `day` days, and the influence of each row (n)."""
    found = steps(followed, day)
    survival = found.survival[:day]
    area = np.concatenate([[0.0], np.cumsum(survival)])  # up to the start of each day
    through = np.concatenate([[0.0], np.cumsum(survival * found.pull[:day])])
    seen = np.minimum(followed.time, day)
    after = area[day] - area[seen]
    happened = (followed.cause > 0) & (followed.time < day)
    total = through[seen] + found.pull[seen] * after
    total -= np.where(happened, _over(after, found.left[seen]), 0.0)
    return float(area[day]), followed.weight * total


def _binned(time: Codes, values: Array, last: int) -> Array:
    return np.bincount(time, values, last + 2).astype(float)


def _over(top: Array, bottom: Array) -> Array:
    return np.divide(top, bottom, out=np.zeros(np.shape(bottom)), where=bottom > 0)
