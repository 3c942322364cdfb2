"""Effects month by month since randomization, with two joint tests: of any effect, and of equal effects.

Each month is a model of its own, strata in it, of the events and the person-time of that month; months share
persons, and the tests take the covariance of their effects from influence functions summed by cluster. A
month of 30.4375 days begins where the one before it ended. Single months are no findings: they have no P
values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
from scipy.special import fdtrc

from armwise.estimates import ard, tables
from armwise.estimates.ard import Result
from armwise.estimates.core import Array
from armwise.estimates.covariates import DAYS_PER_YEAR
from armwise.estimates.design import Design, Outcome, Sample, adjust, analysed
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision, numbers, quadratic_form
from armwise.estimates.inputs import Plain, declared_in, precision_of
from armwise.estimates.standardize import SCALES, at_edge, counted, said, standardize, suited
from armwise.estimates.time_to_event import DAYS_PER_MONTH, History

ANALYSIS_SET = "by_month"
ESTIMANDS = {
    "rate_ratio": "ratio of event rates in the month, while alive and observed, as randomized",
    "any_month_p": "F statistic of no effect in any month",
    "month_interaction_p": "F statistic of equal effects in all months",
}


def estimate(
    cohort: str | Path,
    event_times: str | Path,
    output: str | Path,
    design: Plain,
    analyses: Mapping[str, Any],
    precision: Plain,
) -> None:
    """Write the effects of some outcomes by month.

    `analyses` holds `outcomes` (name to how many months), and covariates, missing_baseline and kinds of
    baseline characteristics as in `Inputs`.
    """
    stated = precision_of(precision)
    declared = declared_in(cohort, design, analyses, stated)
    times = tables.read(event_times)
    results: list[Result] = []
    for name, months in analyses["outcomes"].items():
        history = History.of(declared, times.filter(pc.equal(times["outcome"], name)))
        results += monthly_results(declared, name, history, months, analyses, suited(declared, stated))
    ard.write(results, output)


def monthly_results(
    design: Design,
    name: str,
    history: History,
    months: int,
    settings: Mapping[str, Any],
    precision: Precision,
) -> Iterator[Result]:
    """Give the rate ratio of every month, unadjusted and adjusted, and the joint tests."""
    for analysis in ("unadjusted", *(["adjusted"] if settings["covariates"] else [])):
        frame = Frame(name, f"{analysis}.{precision.correction}", precision)
        every = [in_month(history, name, month) for month in range(1, months + 1)]
        found = [list(_of_month(frame, design, outcome, analysis, settings)) for outcome in every]
        for place, (_, contrast) in enumerate(design.contrasts):
            effects = [each[place] for each in found]
            yield from (each.result for each in effects)
            known = [each for each in effects if each.influence is not None]
            yield from _tests(frame, contrast, known, months)


def in_month(history: History, name: str, month: int) -> Outcome:
    """Return the events and person-time of one month, 1 the first."""
    start, stop = (round(m * DAYS_PER_MONTH) for m in (month - 1, month))
    years = np.clip(history.until - start, 0, stop - start) / DAYS_PER_YEAR
    inside = (history.day > start) & (history.day <= stop)
    value = np.bincount(history.row[inside], minlength=len(years)).astype(float)
    ones = np.ones(len(years))
    return Outcome(name, f"month_{month}", "count", value, years, ones, ones < 0)


@dataclass(frozen=True)
class Frame:
    """What the results of one outcome and analysis have in common."""

    outcome: str
    method: str
    precision: Precision

    def result(self, window: str, contrast: str, measure: str, **found: Any) -> Result:
        """Make one result."""
        return Result(
            self.outcome, window, contrast, measure, f"poisson.{self.method}", analysis_set=ANALYSIS_SET,
            estimand=ESTIMANDS[measure], **found,
        )  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """The result of a month, and its log ratio with the influence of each cluster of the design (G)."""

    result: Result
    value: float = 0.0
    influence: Array | None = None
    df: float = np.inf


def _of_month(
    frame: Frame, design: Design, outcome: Outcome, analysis: str, settings: Mapping[str, Any]
) -> Iterator[Effect]:
    try:
        sample = analysed(design, outcome)
        if analysis == "adjusted":
            sample = adjust(sample, settings["covariates"], settings.get("missing_baseline", "impute"))
        means = standardize(sample, SCALES["count"], frame.precision)
    except EstimationError as error:
        for _, contrast in design.contrasts:
            yield Effect(frame.result(outcome.window, contrast, "rate_ratio", error=str(error)))
        return
    for code, contrast in design.contrasts:
        edge, counts = at_edge(sample.design, means, [0, code]), counted(sample, [0, code])
        if edge:
            yield Effect(frame.result(outcome.window, contrast, "rate_ratio", error=edge, **counts))
            continue
        arms = np.eye(len(means.value)) / means.value[:, None]
        pull = arms[code] - arms[0]
        value = float(np.log(means.value[code] / means.value[0]))
        found = numbers(value, means.covariance(pull), means.df(pull), frame.precision, "ratio")
        row = frame.result(outcome.window, contrast, "rate_ratio", **found, **counts, **said(means))
        influence = _of_all_clusters(design, sample, pull @ means.influence) * np.sqrt(means.spread.factor)
        yield Effect(row, value, influence, means.df(pull))


def _of_all_clusters(design: Design, sample: Sample, influence: Array) -> Array:
    """Return the influence of the sample's clusters at the places of all clusters of the design."""
    everyone = np.zeros(int(design.cluster.max()) + 1)
    places = design.cluster[np.isin(design.rows, sample.design.rows)]
    everyone[places] = influence[sample.design.cluster]
    return everyone


def _tests(frame: Frame, contrast: str, known: list[Effect], months: int) -> Iterator[Result]:
    dropped = "months without an effect of their own are not in the test" if len(known) < months else None
    for measure in ("any_month_p", "month_interaction_p"):
        if len(known) < 2:
            yield frame.result("months", contrast, measure, error="fewer than two months have an effect")
            continue
        values = np.array([each.value for each in known])
        pull = np.stack([each.influence for each in known if each.influence is not None])
        if measure == "month_interaction_p":
            values, pull = values[1:] - values[0], pull[1:] - pull[0]
        try:
            statistic = quadratic_form(values, pull @ pull.T)
        except EstimationError as error:
            yield frame.result("months", contrast, measure, error=str(error))
            continue
        df = min(each.df for each in known)
        p_value = float(fdtrc(len(values), df, statistic))
        yield frame.result(
            "months", contrast, measure, estimate=statistic, df=float(len(values)), p_value=p_value,
            warning=dropped,
        )  # fmt: skip
