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

from armwise.estimates import ard, tables
from armwise.estimates.ard import Result
from armwise.estimates.core import Array, Codes
from armwise.estimates.design import EARLY, Design, Mask, distinct
from armwise.estimates.inference import Precision, weighted_mean, weighted_share
from armwise.estimates.inputs import Plain, declared_in, precision_of
from armwise.estimates.variance import by_cluster

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
    stated = precision_of(precision)
    declared = declared_in(cohort, design, {}, stated)
    ard.write(_results(declared, tables.read(event_times), outcomes, stated), output)


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
class Spans:
    """Stretches of days at risk [start, stop) with weights; those of one enrollment do not overlap."""

    of: Codes
    start: Codes
    stop: Codes
    weight: Array

    def at(self, day: int) -> Mask:
        """Tell which spans a day lies in, or just behind."""
        return (self.start < day) & (day <= self.stop)

    def weight_at(self, rows: Codes, days: Codes) -> Array:
        """Return the weight of some rows on some days, one each; 0 where they are not at risk."""
        order = np.lexsort((self.start, self.of))
        scale = int(max(self.stop.max(initial=0), days.max(initial=0))) + 1
        starts = self.of[order] * scale + self.start[order]
        place = np.searchsorted(starts, rows * scale + days, side="right") - 1
        span = order[np.maximum(place, 0)] if len(order) else np.zeros(len(rows), np.int64)
        if not len(order):
            return np.zeros(len(rows))
        inside = (place >= 0) & (self.of[span] == rows) & (days < self.stop[span])
        return np.where(inside, self.weight[span], 0.0)


@dataclass(frozen=True)
class History:
    """Follow-up of the n enrollments of one arm, in days since randomization.

    `until` is the day at whose start observation ended, `died` whether death ended it, `complete` whether the
    window did; events are pairs of the enrollment's position and the day, with the weight of the day.
    """

    weight: Array
    cluster: Codes
    until: Codes
    died: Mask
    complete: Mask
    event_of: Codes
    event_day: Codes
    event_weight: Array
    spans: Spans


def histories(design: Design, times: pa.Table) -> list[History]:
    """Return the follow-up of each arm; enrollments without an end row are not observed."""
    place = pc.index_in(times["enrollment_id"], design.ids.combine_chunks()).to_numpy()
    kind = times["kind"]
    span, event = (pc.equal(kind, what).to_numpy().astype(bool) for what in ("at_risk", "event"))
    day, weight = times["day"].to_numpy().astype(np.int64), times["weight"].to_numpy().astype(float)
    ends, until = ~(span | event), np.zeros(len(design), np.int64)
    until[place[ends]] = day[ends]
    ended_by = {what: np.zeros(len(design), bool) for what in ("death", "end")}
    for what, mask in ended_by.items():
        mask[place[ends]] = pc.equal(kind, what).to_numpy()[ends]
    stops = pc.fill_null(times["until_day"], 0).to_numpy().astype(np.int64)
    spans = Spans(place[span], day[span], stops[span], weight[span])
    events = place[event], day[event], weight[event]
    return [
        _history(design, design.arm == code, until, ended_by, events, spans)
        for code in range(len(design.arms))
    ]


def _history(
    design: Design,
    arm: Mask,
    until: Codes,
    ended_by: Mapping[str, Mask],
    events: tuple[Codes, Codes, Array],
    spans: Spans,
) -> History:
    position = np.cumsum(arm) - 1
    of, day, weight = events
    mine, here = arm[of], arm[spans.of]
    return History(
        design.weight[arm], design.cluster[arm], until[arm], ended_by["death"][arm], ended_by["end"][arm],
        position[of[mine]], day[mine], weight[mine],
        Spans(position[spans.of[here]], spans.start[here], spans.stop[here], spans.weight[here]),
    )  # fmt: skip


def mean_counts(design: Design, times: pa.Table, outcome: str, precision: Precision) -> Iterator[Result]:
    """Give the mean cumulative count of each arm at the end of every month of follow-up."""
    arms = histories(design, times)
    last = max(int(history.until.max(initial=0)) for history in arms)
    days = month_grid(last)
    for arm, history in zip(design.arms, arms, strict=True):
        mean, influence = mean_cumulative_count(history, last)
        rows, clusters = len(history.weight), distinct(history.cluster)
        for day in days:
            summed = by_cluster(influence(min(day, last)), history.cluster)
            yield Result(
                outcome, f"d{day}", arm, "mean_cumulative_count", "weighted",
                n=number_at(history, min(day, last), last),
                estimand="mean number of events per enrollment, death ends them",
                **weighted_mean(mean[min(day, last)], summed, rows, clusters, precision, "log"),
            )  # fmt: skip


# Windows of the same months differ by as many days: 181 to 184, 365 or 366.
SAME_END = 3


def month_grid(last: int) -> list[int]:
    """Return the days at which months of follow-up end, up to the `last` day of follow-up.

    The last one is that of the longest window, so that no event in it lies behind the grid.
    """
    days = [round(month * DAYS_PER_MONTH) for month in range(round(last / DAYS_PER_MONTH) + 1)]
    return [*days[:-1], last] if days[1:] and abs(last - days[-1]) <= SAME_END else days


def number_at(history: History, day: int, last: int) -> int:
    """Count the enrollments at risk when a day of follow-up began, everybody on day 0.

    On the last day those count whose own window ended a little earlier, because its months were shorter.
    """
    if not day:
        return len(history.weight)
    there = np.zeros(len(history.weight), bool)
    there[history.spans.of[history.spans.at(day)]] = True
    if day == last:
        there |= history.complete & (history.until > 0) & (history.until >= last - SAME_END)
    return int(there.sum())


def mean_cumulative_count(history: History, last: int) -> tuple[Array, Any]:
    """Return the mean count after 0 .. `last` days, and a function from a day to each row's influence on it.

    On each day events come before death, and death before what else ends observation. The influence is that
    of Ghosh and Lin's equation for continuous time, as in R's mets. Days at risk and what happens on them
    carry the weight of their span.
    """
    w, until, spans = history.weight, history.until, history.spans
    died = np.flatnonzero(history.died & (until > 0))
    of_death = spans.weight_at(died, until[died] - 1)
    at_risk = _at_risk(spans, w, last)  # weight observed on day u = 0 .. last
    events = _binned(history.event_day, w[history.event_of] * history.event_weight, last + 1)
    deaths = _binned(until[died] - 1, w[died] * of_death, last + 1)
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
        early = history.event_day < day
        gain = _over(alive, at_risk)[history.event_day[early]] * history.event_weight[early]
        through_events, through_deaths, by_mean = (
            _through(spans, part, day, len(w)) for part in compensators
        )
        total = np.bincount(history.event_of[early], gain, len(w)) - through_events
        total += mean[day] * through_deaths - by_mean
        gone = until[died] <= day
        lost = (mean[day] - mean[until[died[gone]]]) * of_death[gone]
        total[died[gone]] -= lost * _over(np.ones(last + 1), at_risk)[until[died[gone]] - 1]
        return w * total

    return mean, influence


def _at_risk(spans: Spans, weight: Array, last: int) -> Array:
    """Return the weight at risk on each day from 0 to `last`."""
    mass = weight[spans.of] * spans.weight
    return (_after(_binned(spans.stop, mass, last + 2)) - _after(_binned(spans.start, mass, last + 2)))[1:]


def _through(spans: Spans, compensator: Array, day: int, rows: int) -> Array:
    """Return what each row gathers of a compensator on its days at risk before `day`."""
    gathered = compensator[np.minimum(spans.stop, day)] - compensator[np.minimum(spans.start, day)]
    return _binned(spans.of, gathered * spans.weight, rows)


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
