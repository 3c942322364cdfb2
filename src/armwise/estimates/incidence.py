"""Shares where follow-up ended early for some: the cumulative incidence in place of a silent zero.

The share with the event by the end of the window is that of Aalen and Johansen, death competing, in each arm
and weighted by design; what else ends observation is taken for uninformative within the arm. Each enrollment
then has a pseudo-value: the share plus its influence on it (the infinitesimal jackknife; Andersen, Klein and
Rosthoj 2003). Their weighted mean is the share itself and their spread is that of its influence, so that a
least-squares model of them with strata, covariates and clusters does for shares under censoring what it does
for means: with one stratum and without covariates it gives Aalen and Johansen's share and the standard error
of R's survival.
"""

from dataclasses import replace

import numpy as np

from armwise.estimates.core import Array, Codes
from armwise.estimates.design import INCIDENCE, Course, Design, Mask, Outcome
from armwise.estimates.errors import EstimationError
from armwise.estimates.survival import Followed, cumulative_incidence

SHARES = ("binary", "by_date")
# Windows of the same months differ by as many days: 181 to 184, 365 or 366.
SAME_END = 3


def ends_unknown(outcome: Outcome) -> Mask:
    """Tell for which enrollments a share would count the end of follow-up as no event, or leave them out."""
    return outcome.ended_early & (outcome.value != 1) & (outcome.weight > 0)


def with_incidence(design: Design, outcome: Outcome, group: Codes | None = None) -> Outcome:
    """Return an outcome as it is; or, where ends are unknown, with pseudo-values in place of 0 and 1.

    They are those of each arm, and within it of each `group` (codes of the rows) whose shares are compared.
    Raises EstimationError where the course of follow-up does not tell a cumulative incidence.
    """
    if outcome.measure not in SHARES or not ends_unknown(outcome).any():
        return outcome
    course, weight = _course(outcome), design.weight * outcome.weight
    followed = Followed(course.day, np.where(course.cause == course.END, 0, course.cause), weight)
    last, counted = int(course.day.max()), weight > 0
    value = np.full(len(design), np.nan)
    groups = np.zeros(len(design), np.int64) if group is None else group
    for arm in range(len(design.arms)):
        for level in np.unique(groups):
            mine = counted & (design.arm == arm) & (groups == level)
            if mine.any():
                value[mine] = _pseudo_values(followed, mine, last)
    return replace(outcome, measure=INCIDENCE, value=value, seen=(course.cause == course.EVENT) * 1.0)


def _pseudo_values(followed: Followed, mine: Mask, last: int) -> Array:
    part = Followed(followed.time[mine], followed.cause[mine], followed.weight[mine])
    share, influence = cumulative_incidence(part, last)
    return np.asarray(share + influence * part.weight.sum() / part.weight)


def _course(outcome: Outcome) -> Course:
    """Return the course of follow-up, whoever reached the end of the window observed to its last day."""
    course, missing = outcome.course, np.isnan(outcome.value) & ~outcome.ended_early & (outcome.weight > 0)
    if course is None:
        raise EstimationError(
            "follow-up ended before the window for some enrollments, and nothing says when: "
            "there is no cumulative incidence"
        )
    if missing.any() or course.broken:
        raise EstimationError(
            "follow-up ended before the window for some enrollments, and has gaps or begins after "
            "randomization: the cumulative incidence needs a window from randomization on and "
            "`coverage: first_gap`"
        )
    whole = course.cause == course.END
    ends = course.day[whole]
    if len(ends) and ends.max() - ends.min() > SAME_END:
        raise EstimationError(
            "follow-up ended before the window for some enrollments, and the window ends on a calendar day: "
            "the cumulative incidence needs a window in months"
        )
    return replace(course, day=np.where(whole, course.day.max(), course.day))
