"""The baseline table: who was randomized to each arm, weighted as designed, and how far the arms differ."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from armwise.estimates import ard, tables
from armwise.estimates.ard import Result
from armwise.estimates.core import Array
from armwise.estimates.covariates import UNKNOWN, is_event_count, level_of_each, numbers
from armwise.estimates.crude import weighted_moments
from armwise.estimates.design import Design, Mask, declare

WINDOW = "baseline"


def describe(
    cohort: str | Path, output: str | Path, arms: Sequence[str], reference: str, kinds: Mapping[str, Any]
) -> None:
    """Write means and SDs of numbers, counts and shares of levels, and standardized differences.

    Means, SDs and shares are weighted by design; counts are of enrollments. `kinds` says the `type` of each
    characteristic; counts of baseline events are found in the cohort.
    """
    people = tables.read(cohort)
    design = declare(people, arms, reference)
    ordered = people.sort_by([("stratum", "ascending"), ("enrollment_id", "ascending")])
    ard.write(_results(design, ordered, kinds), output)


def _results(design: Design, people: pa.Table, kinds: Mapping[str, Any]) -> Iterator[Result]:
    counts = [name for name in people.column_names if is_event_count(people, name) and name not in kinds]
    for name in [*kinds, *counts]:
        if name not in people.column_names:
            continue
        if kinds.get(name, {}).get("type", "number") == "number":
            yield from _number(design, name, numbers(people[name]))
        else:
            yield from _category(design, name, np.array(level_of_each(people[name], kinds[name]["type"])))


def _number(design: Design, name: str, values: Array) -> Iterator[Result]:
    known = ~np.isnan(values)
    moments = []
    for code, arm in enumerate(design.arms):
        rows = known & (design.arm == code)
        moments.append(weighted_moments(values[rows], design.weight[rows]))
        for measure, estimate in zip(("mean", "sd"), moments[-1], strict=True):
            yield _result(name, arm, measure, "weighted", estimate, int(rows.sum()))
    if not known.all():
        yield from _shares(design, f"{name}={UNKNOWN}", ~known)
    for code, contrast in design.contrasts:
        yield _gap(name, contrast, moments[code], moments[0], len(design))


def _category(design: Design, name: str, level: np.ndarray) -> Iterator[Result]:
    for found in sorted(set(level.tolist()), key=lambda text: (text == UNKNOWN, text)):
        yield from _shares(design, f"{name}={found}", level == found)


def _shares(design: Design, outcome: str, there: Mask) -> Iterator[Result]:
    """Give the count and the weighted share of a level in each arm, and the standardized differences."""
    moments = []
    for code, arm in enumerate(design.arms):
        rows = design.arm == code
        n, weight = int(rows.sum()), design.weight[rows]
        share = float(weight @ there[rows] / weight.sum()) if n else 0.0
        moments.append((share, float(np.sqrt(share * (1 - share)))))
        yield _result(outcome, arm, "count", "count", float((there & rows).sum()), n)
        yield _result(outcome, arm, "percent", "weighted", share, n)
    for code, contrast in design.contrasts:
        yield _gap(outcome, contrast, moments[code], moments[0], len(design))


Moments = tuple[float | None, float | None]


def _gap(outcome: str, contrast: str, arm: Moments, reference: Moments, n: int) -> Result:
    """Give the difference of two means over the root of the mean of their variances (Austin 2009)."""
    (mean, sd), (other, other_sd) = arm, reference
    estimate = None
    if mean is not None and other is not None:
        pooled = np.sqrt(((sd or 0) ** 2 + (other_sd or 0) ** 2) / 2)
        estimate = float((mean - other) / pooled) if pooled > 0 else _without_spread(mean, other)
    return _result(outcome, contrast, "standardized_difference", "weighted", estimate, n)


def _without_spread(mean: float, other: float) -> float | None:
    """Two constants differ by nothing or by infinitely many standard deviations, which is not a number."""
    return 0.0 if mean == other else None


def _result(outcome: str, contrast: str, measure: str, method: str, estimate: float | None, n: int) -> Result:
    return Result(
        outcome, WINDOW, contrast, measure, method, analysis_set="randomized", estimate=estimate, n=n
    )
