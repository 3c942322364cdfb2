"""Time to the first event, and how often it recurs: incidence, restricted means, hazard and rate ratios.

By each window's end: the cumulative incidence of a first event with death competing (Aalen and Johansen; for
death itself Kaplan and Meier), and the mean time alive without the event, weighted by design; the log-rank
test within strata; the hazard ratio of the first event (Cox, strata, weights, Efron's ties); the rate
ratio of all events of Lin, Wei, Yang and Ying; and the mean number of all events per enrollment, which death
ends (Ghosh and Lin 2000), weighted by design. Standard errors rest on influence functions summed by cluster.
What ends observation besides death is taken for uninformative.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import chdtrc

from armwise.estimates import ard, cox, tables
from armwise.estimates.ard import Result
from armwise.estimates.core import Array, Codes
from armwise.estimates.covariates import numbers as numbers_of
from armwise.estimates.curves import History as Counted
from armwise.estimates.curves import Spans, mean_cumulative_count
from armwise.estimates.design import Design, Outcome, Sample, adjust, distinct, doubts
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision, Scale, numbers
from armwise.estimates.inputs import Plain, declared_in, precision_of
from armwise.estimates.standardize import few_clusters
from armwise.estimates.survival import Followed, cumulative_incidence, restricted_mean
from armwise.estimates.variance import WITHOUT_MODEL, Spread, by_cluster

DAYS_PER_MONTH = 30.4375
ANALYSIS_SET = "first_event"
ALL_EVENTS = "all_events"  # the mean numbers of these: what is counted there is events, not who had one
ESTIMANDS = {
    "cumulative_incidence": "share with the event by the end of the window, death competing",
    "cumulative_incidence_difference": "difference of shares with the event by the end of the window",
    "cumulative_incidence_ratio": "ratio of shares with the event by the end of the window",
    "restricted_mean": "mean days alive without the event within the window",
    "restricted_mean_difference": "difference of mean days alive without the event within the window",
    "hazard_ratio": "ratio of hazards of a first event while alive and observed",
    "recurrent_rate_ratio": "ratio of event rates while alive and observed, proportional over time",
    "mean_count": "mean number of events by the end of the window, death ends them",
    "mean_count_difference": "difference of mean numbers of events by the end of the window",
    "mean_count_ratio": "ratio of mean numbers of events by the end of the window",
    "log_rank_test": "chi-squared statistic of equal hazards of a first event within strata",
}


def estimate(
    cohort: str | Path,
    event_times: str | Path,
    output: str | Path,
    design: Plain,
    analyses: Mapping[str, Any],
    precision: Plain,
) -> None:
    """Write the analyses of time of some outcomes in their windows.

    `analyses` holds `outcomes` (name to windows: window to months, None for all follow-up), and covariates
    and kinds of baseline characteristics as in `Inputs`.
    """
    stated = precision_of(precision)
    declared = declared_in(cohort, design, analyses, stated)
    times = tables.read(event_times)
    ard.write(_results(declared, times, analyses, stated), output)


def _results(
    design: Design, times: pa.Table, analyses: Mapping[str, Any], precision: Precision
) -> Iterator[Result]:
    for name, windows in analyses["outcomes"].items():
        history = History.of(design, times.filter(pc.equal(times["outcome"], name)))
        for window, months in windows.items():
            frame = Frame(design, name, window, precision, analyses)
            yield from time_results(frame, history, round(months * DAYS_PER_MONTH) if months else None)


@dataclass(frozen=True)
class History:
    """Follow-up of n enrollments in whole days, and all events as pairs of row and day.

    An event on day d happens at d + 1 and observation that ends at the start of day u lasts u days, so that
    an event precedes death or the end of observation on its day.
    """

    until: Codes
    died: np.ndarray
    row: Codes
    day: Codes

    @classmethod
    def of(cls, design: Design, times: pa.Table) -> "History":
        """Read the follow-up of one outcome; enrollments without any have 0 days."""
        place = pc.index_in(times["enrollment_id"], design.ids.combine_chunks()).to_numpy()
        day = numbers_of(times["day"]).astype(np.int64)
        happened = pc.equal(times["kind"], "event").to_numpy().astype(bool)
        until, died = np.zeros(len(design), np.int64), np.zeros(len(design), bool)
        until[place[~happened]] = np.maximum(day[~happened], 0)
        died[place[~happened]] = pc.equal(times["kind"], "death").to_numpy()[~happened]
        inside = happened & (day >= 0) & (day < until[place])
        return cls(until, died, place[inside], day[inside] + 1)

    def within(self, days: int) -> "History":
        """Return the follow-up of the first `days` days."""
        early = self.day <= days
        died = self.died & (self.until <= days)
        return History(np.minimum(self.until, days), died, self.row[early], self.day[early])

    @property
    def first(self) -> Codes:
        """Return the day of each first event, one beyond follow-up where there is none."""
        found = self.until + 1
        np.minimum.at(found, self.row, self.day)
        return found

    def followed(self, weight: Array) -> Followed:
        """Return time and cause of what came first: the event (1), death (2), or the end of observation."""
        had = self.first <= self.until
        time = np.where(had, self.first, self.until)
        return Followed(time, np.where(had, 1, np.where(self.died, 2, 0)), weight)


@dataclass(frozen=True)
class Frame:
    """What the results of one outcome in one window have in common."""

    design: Design
    outcome: str
    window: str
    precision: Precision
    analyses: Mapping[str, Any]

    def result(self, measure: str, method: str, contrast: str, **found: Any) -> Result:
        """Make one result."""
        return Result(
            self.outcome, self.window, contrast, measure, method, analysis_set=ANALYSIS_SET,
            estimand=ESTIMANDS[measure], **found,
        )  # fmt: skip

    @property
    def correction(self) -> str:
        """The correction of standard errors: scores of these models are not adjusted."""
        return WITHOUT_MODEL.get(self.precision.correction, self.precision.correction)

    def numbers(self, value: float, influence: Array, parameters: int, scale: Scale) -> dict[str, Any]:
        """Return estimate and limits from the influence of each row (n)."""
        summed = by_cluster(influence, self.design.cluster)
        spread = Spread(self.correction, len(self.design), len(summed), parameters)
        variance = float(summed @ summed) * spread.factor
        return numbers(value, variance, spread.df, self.precision, scale)


Curve = Callable[[Followed, int], tuple[float, Array]]
WITH_RATIO = ("cumulative_incidence", "mean_count")
CURVES: dict[str, tuple[Curve, Scale]] = {
    "cumulative_incidence": (cumulative_incidence, "logit"),
    "restricted_mean": (restricted_mean, "identity"),
}


def time_results(frame: Frame, history: History, days: int | None) -> Iterator[Result]:
    """Give every analysis of time of one outcome within `days` days.

    Without `days` follow-up is that of everyone, and only tests and ratios are given: curves need an end.
    """
    inside = history if days is None else history.within(days)
    followed = inside.followed(frame.design.weight)
    had = followed.cause == 1
    found = _every_result(frame, inside, followed, had, days)
    try:
        notes = [*doubts(_sample(frame)), *_without_events(frame, had)]
        notes += few_clusters(frame.design, replace(frame.precision, correction=frame.correction))
    except EstimationError as error:
        yield from (failed(row, str(error)) for row in found)
        return
    for row in found:
        texts = dict.fromkeys([*notes, *([row.warning] if row.warning else [])])
        yield row if row.error else replace(row, warning="; ".join(texts) or None)


def failed(row: Result, error: str) -> Result:
    """Return a result with an error in place of its numbers; what was counted stays."""
    nothing: dict[str, Any] = dict.fromkeys(("estimate", "std_error", "ci_low", "ci_high", "p_value", "df"))
    return replace(row, error=error, **nothing)


def _without_events(frame: Frame, had: np.ndarray) -> Iterator[str]:
    for code, arm in enumerate(frame.design.arms):
        if not had[frame.design.arm == code].any():
            yield f"nobody in {arm} has the event"


def _every_result(
    frame: Frame, inside: History, followed: Followed, had: np.ndarray, days: int | None
) -> Iterator[Result]:
    for measure, (curve, scale) in CURVES.items():
        if days is None:
            continue
        arms = [_of_arm(curve, followed, frame.design.arm == code, days) for code in _codes(frame)]
        yield from _by_arm(frame, measure, arms, had, scale)
        yield from _between(frame, measure, arms, had)
    if days is not None:
        yield from _mean_counts(frame, inside, days)
    yield from _tests_and_ratios(frame, inside, followed)


def _mean_counts(frame: Frame, inside: History, days: int) -> Iterator[Result]:
    """Give the mean number of all events by arm and between arms; counted are events."""
    arms = [_mean_count(inside, frame.design, frame.design.arm == code, days) for code in _codes(frame)]
    events = np.bincount(inside.row, minlength=len(frame.design)).astype(float)
    for row in (
        *_by_arm(frame, "mean_count", arms, events, "log", "ghosh_lin"),
        *_between(frame, "mean_count", arms, events, "ghosh_lin"),
    ):
        yield replace(row, analysis_set=ALL_EVENTS)


def _mean_count(inside: History, design: Design, rows: np.ndarray, days: int) -> tuple[float, Array]:
    """Return the mean number of events of an arm after `days` days and the influence of all rows."""
    mine, position, until = rows[inside.row], np.cumsum(rows) - 1, inside.until[rows]
    spans = Spans(np.arange(len(until)), np.zeros_like(until), until, np.ones(len(until)))
    of, day = position[inside.row[mine]], inside.day[mine] - 1
    followed = Counted(
        design.weight[rows], design.cluster[rows], until, inside.died[rows], np.zeros(len(until), bool),
        of, day, np.ones(len(day)), spans,
    )  # fmt: skip
    mean, influence = mean_cumulative_count(followed, days)
    everyone = np.zeros(len(rows))
    everyone[rows] = influence(days)
    return float(mean[days]), everyone


def _codes(frame: Frame) -> range:
    return range(len(frame.design.arms))


def _of_arm(curve: Curve, followed: Followed, rows: np.ndarray, days: int) -> tuple[float, Array]:
    """Return the value of a curve in an arm and the influence of all rows, 0 in other arms."""
    mine = Followed(followed.time[rows], followed.cause[rows], followed.weight[rows])
    value, influence = curve(mine, days)
    everyone = np.zeros(len(rows))
    everyone[rows] = influence
    return value, everyone


def _counted(frame: Frame, had: np.ndarray, codes: list[int]) -> dict[str, Any]:
    rows = np.isin(frame.design.arm, codes)
    return {
        "n": int(rows.sum()),
        "clusters": distinct(frame.design.cluster[rows]),
        "events": float(had[rows].sum()),
    }


def _by_arm(
    frame: Frame,
    measure: str,
    arms: list[tuple[float, Array]],
    had: np.ndarray,
    scale: Scale,
    model: str = "aalen_johansen",
) -> Iterator[Result]:
    method = f"{model}.unadjusted.{frame.correction}"
    for code, (value, influence) in enumerate(arms):
        found = frame.numbers(value, influence, len(arms), scale)
        counts = _counted(frame, had, [code])
        yield frame.result(measure, method, frame.design.arms[code], **found, **counts)


def _between(
    frame: Frame,
    measure: str,
    arms: list[tuple[float, Array]],
    had: np.ndarray,
    model: str = "aalen_johansen",
) -> Iterator[Result]:
    method = f"{model}.unadjusted.{frame.correction}"
    base, of_base = arms[0]
    for code, contrast in frame.design.contrasts:
        value, influence = arms[code]
        counts = _counted(frame, had, [0, code])
        found = frame.numbers(value - base, influence - of_base, len(arms), "identity")
        yield frame.result(f"{measure}_difference", method, contrast, **found, **counts)
        if measure in WITH_RATIO:
            if base > 0 and value > 0:
                pull = influence / value - of_base / base
                found = frame.numbers(float(np.log(value / base)), pull, len(arms), "ratio")
                yield frame.result(f"{measure}_ratio", method, contrast, **found, **counts)
            else:
                error = "an arm has no event: no ratio"
                yield frame.result(f"{measure}_ratio", method, contrast, error=error, **counts)


def _tests_and_ratios(frame: Frame, inside: History, followed: Followed) -> Iterator[Result]:
    design, first = frame.design, np.flatnonzero(followed.cause == 1)
    once = cox.Events(followed.time, first, followed.time[first], design.weight, design.stratum)
    every = cox.Events(inside.until, inside.row, inside.day, design.weight, design.stratum)
    for code, contrast in design.contrasts:
        yield _log_rank(frame, once, code, contrast)
        counts = _counted(frame, followed.cause == 1, [0, code])
        for measure, model, events in (
            ("hazard_ratio", "cox", once),
            ("recurrent_rate_ratio", "lwyy", every),
        ):
            for analysis in ("unadjusted", *(["adjusted"] if frame.analyses["covariates"] else [])):
                method = f"{model}.{analysis}.{frame.correction}"
                try:
                    found = _ratio(frame, events, code, analysis)
                except EstimationError as error:
                    yield frame.result(measure, method, contrast, error=str(error), **counts)
                else:
                    yield frame.result(measure, method, contrast, **found, **counts)


def _ratio(frame: Frame, events: cox.Events, code: int, analysis: str) -> dict[str, Any]:
    """Fit Cox's model of all arms and return the ratio of one with its limits."""
    sample = _sample(frame)
    if analysis == "adjusted":
        sample = adjust(sample, frame.analyses["covariates"], "impute")
    fitted = cox.fit(events, sample.columns)
    influence = fitted.influence(code - 1)
    found = frame.numbers(float(fitted.beta[code - 1]), influence, len(fitted.beta), "ratio")
    return found | {"warning": "; ".join(sample.notes) or None}


def _sample(frame: Frame) -> Sample:
    """Return all rows of the design as a sample, for its columns alone."""
    nothing = np.zeros(len(frame.design))
    outcome = Outcome(frame.outcome, frame.window, "binary", nothing, None, nothing + 1, nothing.astype(bool))
    return Sample(frame.design, outcome, frame.design.assigned)


def _log_rank(frame: Frame, events: cox.Events, code: int, contrast: str) -> Result:
    """Test equal hazards of two arms within strata; repeated enrollments are taken for independent."""
    design, method = frame.design, "log_rank.unadjusted.independent"
    pair = (design.arm == 0) | (design.arm == code)
    mine = pair[events.row]
    place = np.cumsum(pair) - 1
    part = replace(
        events, until=events.until[pair], row=place[events.row[mine]], day=events.day[mine],
        weight=events.weight[pair], stratum=events.stratum[pair],
    )  # fmt: skip
    repeated = distinct(design.cluster[pair]) < pair.sum()
    note = "persons enrolled more than once are taken for independent" if repeated else None
    try:
        statistic, df = cox.log_rank(part, (design.arm[pair] == code).astype(np.int64))
    except EstimationError as error:
        return frame.result("log_rank_test", method, contrast, error=str(error))
    p_value = float(chdtrc(df, statistic))
    found = {"estimate": statistic, "df": float(df), "p_value": p_value, "warning": note}
    return frame.result("log_rank_test", method, contrast, **found)
