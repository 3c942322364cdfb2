"""Randomization inference: was the difference larger than the lottery itself makes differences?

Arms are drawn again as they were drawn, and each time a studentized difference of residuals is computed; the
residuals are those of a model without arms (strata, covariates and offset in it), so that they stay as they
are under the hypothesis that assignment changed nothing for anyone. P = (1 + draws at least as extreme) /
(1 + draws): it is never 0. With several arms each is drawn again with the reference, the others held fixed.
The test is exact where each unit was drawn once; with persons drawn again in later lotteries it holds in
large samples. See Wu and Ding (2021) for what studentizing does when effects vary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from armwise.estimates import ard, core
from armwise.estimates.ard import Result
from armwise.estimates.core import Array, Codes
from armwise.estimates.design import Design, Outcome, Sample, adjust, analysed, dense
from armwise.estimates.errors import EstimationError
from armwise.estimates.inputs import Inputs, Plain
from armwise.estimates.redraws import over_strata
from armwise.estimates.standardize import SCALES, refuse_early_ends, strata_of

MEASURE = "randomization_test"
ESTIMAND = "studentized difference, tested by drawing the arms again as they were drawn"
# Statistics that differ by no more are equal.
EQUAL = 1e-9


@dataclass(frozen=True)
class Tested:
    """One outcome in one window: the residual of every enrollment of the design, NaN where it has none."""

    outcome: Outcome
    residual: Array | None
    n: int = 0
    notes: tuple[str, ...] = ()
    error: str | None = None


def estimate(
    cohort: str | Path,
    outcomes: Mapping[str, str | Path],
    results: str | Path,
    draws: str | Path,
    design: Plain,
    analyses: Mapping[str, Plain],
    precision: Plain,
    redraw: Plain,
) -> None:
    """Test every outcome of every window on the same draws; write the tests, and the draws themselves.

    `outcomes` and `analyses` are by window, see `Inputs`; `redraw` holds `draws`, `seed`, `unit` (enrollment
    or cluster) and `analysis` (adjusted or unadjusted). `draws` gets a column of statistics per test, named
    `contrast/outcome/window`, the observed one first.
    """
    tested, read = [], None
    for window, path in outcomes.items():
        read = Inputs.read(cohort, path, window, design, analyses[window], precision)
        tested += [prepared(read.design, *each, redraw["analysis"]) for each in read.each()]
    if read is None:
        raise EstimationError("no window to test")
    found, statistics = redraw_tests(read.design, tested, redraw)
    ard.write(found, results)
    pq.write_table(pa.table(statistics), draws)


def prepared(design: Design, outcome: Outcome, settings: Plain, analysis: str) -> Tested:
    """Fit the model without arms; an error stands in its place where there is none."""
    try:
        refuse_early_ends(outcome)
        sample = analysed(design, outcome)
        if analysis == "adjusted" and settings.get("covariates"):
            sample = adjust(sample, settings["covariates"], settings.get("missing_baseline", "impute"))
        residual = np.full(len(design), np.nan)
        places = np.flatnonzero(np.isin(design.rows, sample.design.rows))
        residual[places] = residuals(sample)
        return Tested(outcome, residual, len(sample), sample.notes)
    except EstimationError as error:
        return Tested(outcome, None, error=str(error))


def residuals(sample: Sample) -> Array:
    """Return outcome less what strata and covariates say of it (n), each row with its analysis weight."""
    outcome, link = sample.outcome, SCALES[sample.outcome.measure].link
    stratum, _ = strata_of(sample, link)
    covariates = sample.columns[len(sample.design.arms) - 1 :]
    fitted = core.fit(outcome.value, covariates, stratum, outcome.weight, outcome.years, link)
    return fitted.score


def redraw_tests(
    design: Design, tested: Sequence[Tested], redraw: Plain
) -> tuple[list[Result], dict[str, Array]]:
    """Return the tests of all contrasts, and their statistics by name, the observed one first."""
    found: list[Result] = []
    statistics: dict[str, Array] = {}
    for code, contrast in design.contrasts:
        if all(each.residual is None for each in tested):
            found += [_result(each, contrast, redraw, error=each.error) for each in tested]
            continue
        try:
            observed, redrawn = _of_contrast(design, code, tested, redraw)
        except EstimationError as error:
            found += [_result(each, contrast, redraw, error=str(error)) for each in tested]
            continue
        usable = [each for each in tested if each.residual is not None]
        for place, each in enumerate(usable):
            column = redrawn[:, place]
            statistics[name_of(contrast, each.outcome)] = np.append(observed[place], column)
            numbers = {"estimate": float(observed[place]), "p_value": p_value(observed[place], column)}
            found.append(_result(each, contrast, redraw, n=each.n, **numbers))
        found += [_result(each, contrast, redraw, error=each.error) for each in tested if each.error]
    return found, statistics


def name_of(contrast: str, outcome: Outcome) -> str:
    """Return the name of a test among the draws."""
    return f"{contrast}/{outcome.name}/{outcome.window}"


def p_value(observed: float, redrawn: Array) -> float:
    """Return the share of all assignments, the observed one among them, that are at least as extreme."""
    extreme = np.abs(redrawn) >= abs(observed) - EQUAL
    return float((1 + extreme.sum()) / (1 + len(redrawn)))


def _of_contrast(design: Design, code: int, tested: Sequence[Tested], redraw: Plain) -> tuple[Array, Array]:
    pair = np.flatnonzero((design.arm == 0) | (design.arm == code))
    values = np.stack([each.residual[pair] for each in tested if each.residual is not None])
    arm, stratum = (design.arm[pair] == code).astype(np.int64), design.stratum[pair]
    _require_one_chance(design, pair, arm)
    known = ~np.isnan(values)
    columns = np.concatenate([known.astype(float), np.where(known, values, 0.0)])
    if redraw["unit"] == "cluster":
        arm, stratum, columns = _by_cluster(design.cluster[pair], arm, stratum, columns)
    columns = np.vstack([columns, columns[len(values) :] ** 2])
    return over_strata(arm, dense(stratum), columns, redraw["draws"], redraw["seed"])


def _require_one_chance(design: Design, pair: Codes, arm: Codes) -> None:
    """Raise unless each stratum has one assignment probability per arm, so that order plays no part in it."""
    cell = dense(design.stratum[pair] * 2 + arm)
    low, high = np.full(int(cell.max()) + 1, np.inf), np.zeros(int(cell.max()) + 1)
    np.minimum.at(low, cell, design.weight[pair])
    np.maximum.at(high, cell, design.weight[pair])
    if (high - low > 1e-6 * high).any():
        raise EstimationError(
            "assignment probabilities differ within a stratum: arms cannot be drawn again as they were drawn"
        )


def _by_cluster(cluster: Codes, arm: Codes, stratum: Codes, columns: Array) -> tuple[Codes, Codes, Array]:
    """Return one unit per cluster: totals of what was observed; a cluster with nothing observed counts 0."""
    code = dense(cluster)
    first = np.unique(code, return_index=True)[1]
    if (arm != arm[first][code]).any() or (stratum != stratum[first][code]).any():
        raise EstimationError("a cluster has several arms or strata: clusters were not what was randomized")
    totals = np.stack([np.bincount(code, row) for row in columns]).astype(float)
    half = len(totals) // 2
    totals[:half] = totals[:half] > 0
    return arm[first], stratum[first], totals


def _result(each: Tested, contrast: str, redraw: Plain, **numbers: Any) -> Result:
    return Result(
        each.outcome.name, each.outcome.window, contrast, MEASURE,
        f"randomization.{redraw['analysis']}.{redraw['unit']}", estimand=ESTIMAND,
        warning="; ".join(each.notes) or None, **numbers,
    )  # fmt: skip


def westfall_young(observed: Array, redrawn: Array) -> list[float]:
    """Return P values adjusted for K tests by the step-down method of Westfall and Young (1993).

    `observed` (K) and `redrawn` (draws, K) are statistics whose size speaks against the hypothesis. Keeps the
    chance of any false rejection, whatever the dependence of the tests.
    """
    sizes, order = np.abs(redrawn), np.argsort(-np.abs(observed), kind="stable")
    adjusted, largest = np.zeros(len(observed)), 0.0
    greatest = np.maximum.accumulate(sizes[:, order[::-1]], axis=1)[:, ::-1]
    for rank, place in enumerate(order):
        largest = max(largest, p_value(observed[place], greatest[:, rank]))
        adjusted[place] = largest
    return [float(value) for value in adjusted]
