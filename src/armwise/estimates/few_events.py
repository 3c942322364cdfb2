"""Intervals where an arm has few events, or none: by inverting score and exact tests, not from a model.

Score limits are those of Miettinen and Nurminen (1985), over strata with their Mantel-Haenszel weights: the
difference or ratio of shares that a test with the constrained estimates of both arms does not reject. They
need no event in either arm. Limits of a rate ratio are exact: given the events of both arms together, those
of one arm are binomial (Clopper and Pearson 1934). Enrollments are taken for independent, and weights have
no part in them: strata do the work that weights do in models.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri

from armwise.estimates.ard import Result
from armwise.estimates.core import Array
from armwise.estimates.design import Mask, Sample, distinct
from armwise.estimates.inference import Precision
from armwise.estimates.standardize import counted

# Below this many events, or others, in an arm, limits from a model are not to be trusted.
FEW = 10
DEPENDENT = "persons enrolled more than once are taken for independent"
NEAR = 1e-12


@dataclass(frozen=True)
class Tables:
    """Events and enrollments of an arm and the reference arm in each of S strata in which both are."""

    events: Array  # (2, S): reference, arm
    size: Array  # (2, S)

    @classmethod
    def of(cls, sample: Sample, code: int) -> "Tables":
        """Count the strata of a sample of 0/1 outcomes."""
        stratum, arm = sample.design.stratum, sample.design.arm
        count = int(stratum.max()) + 1
        pairs = [arm == 0, arm == code]
        value = sample.outcome.value
        events = np.stack([np.bincount(stratum[m], value[m], count) for m in pairs]).astype(float)
        size = np.stack([np.bincount(stratum[m], minlength=count) for m in pairs]).astype(float)
        both = (size > 0).all(axis=0)
        return cls(events[:, both], size[:, both])

    @property
    def weight(self) -> Array:
        """Mantel-Haenszel weights of the strata."""
        return np.asarray(self.size.prod(axis=0) / self.size.sum(axis=0))

    @property
    def shares(self) -> Array:
        """Return the weighted shares of the reference and of the arm (2)."""
        return (self.events / self.size) @ self.weight / self.weight.sum()

    def variance(self, constrained: Array, scale: float) -> Array:
        """Return the variance of arm - scale x reference in each stratum, at constrained shares (2, S)."""
        each = constrained * (1 - constrained) / self.size
        total = self.size.sum(axis=0)
        return (each[1] + scale**2 * each[0]) * total / (total - 1)


def difference_score(tables: Tables, delta: float) -> float:
    """Return the score statistic of arm - reference = `delta`, squared, with its sign."""
    constrained = _with_difference(tables, delta)
    gap = tables.events[1] / tables.size[1] - tables.events[0] / tables.size[0] - delta
    return _statistic(tables, gap, tables.variance(constrained, 1.0))


def ratio_score(tables: Tables, ratio: float) -> float:
    """Return the score statistic of arm = `ratio` x reference, with its sign."""
    constrained = _with_ratio(tables, ratio)
    gap = tables.events[1] / tables.size[1] - ratio * tables.events[0] / tables.size[0]
    return _statistic(tables, gap, tables.variance(constrained, ratio))


def _statistic(tables: Tables, gap: Array, variance: Array) -> float:
    top, bottom = tables.weight @ gap, np.sqrt(tables.weight**2 @ variance)
    if bottom < NEAR < abs(top):
        return float(np.inf if top > 0 else -np.inf)
    return float(top) / max(float(bottom), NEAR)


def _with_difference(tables: Tables, delta: float) -> Array:
    """Return the likeliest shares that differ by `delta` (Miettinen and Nurminen 1985, appendix I)."""
    (x0, x1), (n0, n1) = tables.events, tables.size
    total, events = n0 + n1, x0 + x1
    second = (n1 + 2 * n0) * delta - total - events
    first = (n0 * delta - total - 2 * x0) * delta + events
    constant = x0 * delta * (1 - delta)
    q = second**3 / (3 * total) ** 3 - second * first / (6 * total**2) + constant / (2 * total)
    inside = np.maximum(second**2 / (3 * total) ** 2 - first / (3 * total), 0)
    p = np.where(q >= 0, 1.0, -1.0) * np.sqrt(inside)
    cosine = np.divide(q, p**3, out=np.zeros_like(q), where=np.abs(p) > NEAR)
    angle = (np.pi + np.arccos(np.clip(cosine, -1, 1))) / 3
    reference = 2 * p * np.cos(angle) - second / (3 * total)
    reference = np.clip(reference, max(0.0, -delta), min(1.0, 1 - delta))
    return np.stack([reference, reference + delta])


def _with_ratio(tables: Tables, ratio: float) -> Array:
    """Return the likeliest shares whose ratio is `ratio` (the smaller root of a quadratic equation)."""
    (x0, x1), (n0, n1) = tables.events, tables.size
    if ratio == 0:
        return np.stack([x0 / n0, np.zeros_like(x0)])
    square, total = (n0 + n1) * ratio, x0 + x1
    middle = -(n1 * ratio + x1 + n0 + x0 * ratio)
    root = np.sqrt(np.maximum(middle**2 - 4 * square * total, 0))
    reference = np.clip((-middle - root) / (2 * square), 0, min(1.0, 1 / ratio))
    return np.stack([reference, ratio * reference])


Score = Callable[[Tables, float], float]


def limits(
    score: Score, tables: Tables, at: float, lowest: float, highest: float, level: float
) -> tuple[float, float]:
    """Return the values around `at` that the score test does not reject, within the range of the effect."""
    critical = float(ndtri(0.5 + level / 2))
    return (
        _crossing(score, tables, lowest, at, critical),
        _crossing(score, tables, highest, at, -critical),
    )


def _crossing(score: Score, tables: Tables, end: float, at: float, critical: float) -> float:
    def above(value: float) -> float:
        return float(np.clip(score(tables, value), -1e6, 1e6)) - critical

    if end == at or above(end) * np.sign(critical) <= 0:  # not even the end of the range is rejected
        return end
    from scipy.optimize import brentq  # slow to import, and few jobs come here

    return float(brentq(above, *sorted((end, at)), xtol=1e-14, rtol=1e-13))


def exact_rate_ratio(events: tuple[int, int], time: tuple[float, float], level: float) -> dict[str, Any]:
    """Return the ratio of two rates and its limits given all events; reference first, then the arm."""
    (base, mine), (base_time, my_time) = events, time
    tail = (1 - level) / 2
    low = float(betaincinv(mine, base + 1, tail)) if mine else 0.0
    high = float(betaincinv(mine + 1, base, 1 - tail)) if base else 1.0
    scale = base_time / my_time

    def odds(share: float) -> float | None:
        return None if share >= 1 else share / (1 - share) * scale

    return {"estimate": odds(mine / (base + mine)), "ci_low": odds(low), "ci_high": odds(high)}


# -- results --------------------------------------------------------------------------------------

ESTIMANDS = {
    "risk_difference": "difference of shares with the outcome over strata, Mantel-Haenszel weights",
    "risk_ratio": "ratio of shares with the outcome over strata, Mantel-Haenszel weights",
    "rate_ratio": "ratio of event rates, given the events of both arms together",
}


def few_events_results(sample: Sample, precision: Precision) -> Iterator[Result]:
    """Give limits by score or exact test for contrasts with few events, or few others, in an arm."""
    for code, contrast in sample.design.contrasts:
        pair = np.isin(sample.design.arm, [0, code])
        if sample.outcome.measure in ("binary", "by_date") and _few(sample, code):
            yield from _shares(sample, code, contrast, pair, precision)
        elif sample.outcome.measure == "count" and _may_be_exact(sample, code, pair):
            yield _rates(sample, code, contrast, pair, precision)


def _few(sample: Sample, code: int) -> bool:
    arms = [sample.outcome.value[sample.design.arm == each] for each in (0, code)]
    return any(min(values.sum(), len(values) - values.sum()) < FEW for values in arms)


def _may_be_exact(sample: Sample, code: int, pair: Mask) -> bool:
    """Whether an arm has few events over time, in one stratum, none of them repeated."""
    outcome = sample.outcome
    arms = [outcome.value[sample.design.arm == each].sum() for each in (0, code)]
    simple = distinct(sample.design.stratum[pair]) == 1 and outcome.value[pair].max(initial=0) <= 1
    return outcome.years is not None and simple and min(arms) < FEW and sum(arms) > 0


def _shares(sample: Sample, code: int, contrast: str, pair: Mask, precision: Precision) -> Iterator[Result]:
    tables = Tables.of(sample, code)
    if not tables.size.size:
        return
    base, share = tables.shares
    p_value = float(2 * ndtr(-abs(difference_score(tables, 0.0))))
    low, high = limits(difference_score, tables, share - base, -1 + 1e-9, 1 - 1e-9, precision.level)
    found = {"estimate": float(share - base), "ci_low": low, "ci_high": high, "p_value": p_value}
    yield _result(sample, code, contrast, "risk_difference", "score", pair, found)
    if base > 0:
        ratio = float(share / base)
        low, high = limits(ratio_score, tables, ratio, 0.0, 1e6, precision.level)
        found = {"estimate": ratio, "ci_low": low, "ci_high": high, "p_value": p_value}
        yield _result(sample, code, contrast, "risk_ratio", "score", pair, found)


def _rates(sample: Sample, code: int, contrast: str, pair: Mask, precision: Precision) -> Result:
    outcome, rows = sample.outcome, [sample.design.arm == each for each in (0, code)]
    years = np.zeros(len(sample)) if outcome.years is None else outcome.years
    events = (int(outcome.value[rows[0]].sum()), int(outcome.value[rows[1]].sum()))
    time = (float(years[rows[0]].sum()), float(years[rows[1]].sum()))
    found = exact_rate_ratio(events, time, precision.level)
    return _result(sample, code, contrast, "rate_ratio", "exact", pair, found)


def _result(
    sample: Sample, code: int, contrast: str, measure: str, model: str, pair: Mask, found: dict[str, Any]
) -> Result:
    repeated = distinct(sample.design.cluster[pair]) < pair.sum()
    return Result(
        sample.outcome.name, sample.outcome.window, contrast, measure, f"{model}.unadjusted.independent",
        estimand=ESTIMANDS[measure], warning=DEPENDENT if repeated else None,
        **found, **counted(sample, [0, code]),
    )  # fmt: skip
