"""Cumulative curves by arm: mean number of events since randomization, share with an event by calendar date.

The mean count per enrollment takes death as the end of events and censors what else ends observation (Ghosh
and Lin 2000), weighted by design; its limits rest on influence functions summed by cluster. Curves are given
on a grid of months, never at the days of events: that shows enough, and no one's dates.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from armwise.estimates import ard
from armwise.estimates.ard import Result
from armwise.estimates.core import Array, Codes
from armwise.estimates.design import EARLY, Design, declare, distinct
from armwise.estimates.inference import Precision, weighted_mean, weighted_share
from armwise.estimates.inputs import Plain
from armwise.estimates.variance import ROW_LEVEL, by_cluster

DAYS_PER_MONTH = 30.4375


def describe(
    cohort: str | Path,
    event_times: str | Path,
    output: str | Path,
    design: Plain,
    outcomes: Mapping[str, Any],
    precision: Plain,
) -> None:
    """Write the curves of count outcomes (by day) and of by_date outcomes (by calendar date)."""
    stated = Precision(precision["standard_error"], precision["level"], precision["limits"])
    clustered = stated.correction not in ROW_LEVEL
    declared = declare(pq.read_table(cohort), design["arms"], design["reference"], clustered=clustered)
    ard.write(_results(declared, pq.read_table(event_times), outcomes, stated), output)


def _results(
    design: Design, times: pa.Table, outcomes: Mapping[str, Any], precision: Precision
) -> Iterator[Result]:
    for name, settings in outcomes.items():
        mine = times.filter(pc.equal(times["outcome"], name))
        if settings["measure"] == "count":
            yield from mean_counts(design, mine, name, precision)
        elif settings["measure"] == "by_date" and len(mine):
            yield from shares_by_date(design, mine, name, settings["date"], precision)


@dataclass(frozen=True)
class History:
    """Follow-up of the n enrollments of one arm, in days since randomization.

    `until` is the day at whose start observation ended, `died` whether death ended it; events are pairs of
    the enrollment's position and the day.
    """

    weight: Array
    cluster: Codes
    until: Codes
    died: np.ndarray
    event_of: Codes
    event_day: Codes


def histories(design: Design, times: pa.Table) -> list[History]:
    """Return the follow-up of each arm; enrollments without an end row are not observed."""
    place = pc.index_in(times["enrollment_id"], design.ids.combine_chunks()).to_numpy()
    day = times["day"].to_numpy().astype(np.int64)
    happened = pc.equal(times["kind"], "event").to_numpy()
    until, died = np.zeros(len(design), np.int64), np.zeros(len(design), bool)
    until[place[~happened]] = day[~happened]
    died[place[~happened]] = pc.equal(times["kind"], "death").to_numpy()[~happened]
    return [
        _history(design, design.arm == code, until, died, place[happened], day[happened])
        for code in range(len(design.arms))
    ]


def _history(
    design: Design, arm: np.ndarray, until: Codes, died: np.ndarray, event_of: Codes, event_day: Codes
) -> History:
    position = np.cumsum(arm) - 1
    mine = arm[event_of] & (event_day >= 0) & (event_day < until[event_of])
    return History(
        design.weight[arm], design.cluster[arm], until[arm], died[arm],
        position[event_of[mine]], event_day[mine],
    )  # fmt: skip


def mean_counts(design: Design, times: pa.Table, outcome: str, precision: Precision) -> Iterator[Result]:
    """Give the mean cumulative count of each arm at the end of every month of follow-up."""
    arms = histories(design, times)
    last = max(int(history.until.max(initial=0)) for history in arms)
    days = [round(month * DAYS_PER_MONTH) for month in range(round(last / DAYS_PER_MONTH) + 1)]
    for arm, history in zip(design.arms, arms, strict=True):
        mean, influence = mean_cumulative_count(history, last)
        rows, clusters = len(history.weight), distinct(history.cluster)
        for day in days:
            summed = by_cluster(influence(min(day, last)), history.cluster)
            yield Result(
                outcome, f"d{day}", arm, "mean_cumulative_count", "weighted",
                n=int((history.until >= min(day, last)).sum()),
                estimand="mean number of events per enrollment, death ends them",
                **weighted_mean(mean[min(day, last)], summed, rows, clusters, precision, "log"),
            )  # fmt: skip


def mean_cumulative_count(history: History, last: int) -> tuple[Array, Any]:
    """Return the mean count after 0 .. `last` days, and a function from a day to each row's influence on it.

    On each day events come before death, and death before what else ends observation. The influence is that
    of Ghosh and Lin's equation for continuous time, as in R's mets.
    """
    w, until = history.weight, history.until
    died = history.died & (until > 0)
    at_risk = _after(_binned(until, w, last + 2))[1:]  # weight observed on day u = 0 .. last
    events = _binned(history.event_day, w[history.event_of], last + 1)
    deaths = _binned(until[died] - 1, w[died], last + 1)
    rate, hazard = _over(events, at_risk), _over(deaths, at_risk)
    alive = np.concatenate([[1.0], np.cumprod(1 - hazard)[:-1]])  # just before day u
    mean = np.concatenate([[0.0], np.cumsum(alive * rate)])[: last + 1]  # after u days
    compensators = [
        _cumulated(_over(part, bottom))
        for part, bottom in (
            (alive * rate, at_risk),
            (hazard, at_risk),
            (np.append(mean[1:], mean[-1]) * hazard, at_risk),
        )
    ]

    def influence(day: int) -> Array:
        seen = np.minimum(until, day)
        early = history.event_day < day
        gain = _over(alive, at_risk)[history.event_day[early]]
        through_events, through_deaths, by_mean = (part[seen] for part in compensators)
        total = np.bincount(history.event_of[early], gain, len(w)) - through_events
        total += mean[day] * through_deaths - by_mean
        gone = died & (until <= day)
        lost = mean[day] - mean[until[gone]]
        total[gone] -= lost * _over(np.ones(last + 1), at_risk)[until[gone] - 1]
        return w * total

    return mean, influence


def _binned(codes: Codes, values: Array, count: int) -> Array:
    return np.bincount(codes, values, count).astype(float)


def _after(values: Array) -> Array:
    """Return for each u the sum of values at u and later."""
    return np.cumsum(values[::-1])[::-1]


def _cumulated(values: Array) -> Array:
    return np.concatenate([[0.0], np.cumsum(values)])


def _over(top: Array, bottom: Array) -> Array:
    return np.divide(top, bottom, out=np.zeros(len(bottom)), where=bottom > 0)


def shares_by_date(
    design: Design, times: pa.Table, outcome: str, end: str, precision: Precision
) -> Iterator[Result]:
    """Give the share of each arm with a first event by the end of every calendar month, up to `end`."""
    happened = pc.equal(times["kind"], "event").to_numpy().astype(bool)
    place = pc.index_in(times["enrollment_id"], design.ids.combine_chunks()).to_numpy()
    on = pc.fill_null(times["on_date"].cast(pa.date32()).cast(pa.int32()), 0).to_numpy()
    first = np.full(len(design), np.iinfo(np.int32).max)
    np.minimum.at(first, place[happened], on[happened])
    unseen = pc.is_in(times["kind"], pa.array(EARLY)).to_numpy().astype(bool)
    if (first[place[unseen]] > on[unseen]).any():
        yield from _refused(design, outcome, end)
    elif happened.any():
        for day in month_ends(date.fromordinal(EPOCH + int(on[happened].min())), date.fromisoformat(end)):
            had = (first <= day.toordinal() - EPOCH).astype(float)
            for code, arm in enumerate(design.arms):
                yield _share(design, code, arm, had, outcome, day, precision)


def _refused(design: Design, outcome: str, end: str) -> Iterator[Result]:
    """Say that some enrollments were not seen until the date, in place of a share that ignores it."""
    error = "observation ended before the date for some enrollments without an event"
    for arm in design.arms:
        yield Result(outcome, end, arm, "cumulative_risk", "weighted", error=error)


EPOCH = date(1970, 1, 1).toordinal()


def month_ends(first: date, last: date) -> list[date]:
    """Return the last days of the months from before `first` to `last`, and `last` itself."""
    days, day = [], first.replace(day=1)
    while day - timedelta(days=1) < last:
        days.append(day - timedelta(days=1))
        day = (day + timedelta(days=31)).replace(day=1)
    return [*days, last]


def _share(
    design: Design, code: int, arm: str, had: Array, outcome: str, day: date, precision: Precision
) -> Result:
    rows = design.arm == code
    share = design.weight[rows] / design.weight[rows].sum()
    value = float(share @ had[rows])
    summed = by_cluster(share * (had[rows] - value), design.cluster[rows])
    n, clusters = int(rows.sum()), distinct(design.cluster[rows])
    return Result(
        outcome, day.isoformat(), arm, "cumulative_risk", "weighted", n=n,
        events=float(had[rows].sum()), estimand="share with an event by the date",
        **weighted_share(value, summed, n, clusters, precision),
    )  # fmt: skip
