"""Baseline characteristics as columns of a model, settled without looking at arm or outcome.

Numbers enter as they are or as a restricted cubic spline, counts of baseline events as log(1 + rate over
covered baseline time), categories as indicators. A missing number becomes the mean and is marked by an
indicator; a missing category is a category of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from armwise.estimates.core import Array, Codes
from armwise.estimates.errors import EstimationError

DAYS_PER_YEAR = 365.25
# Harrell (2015), table 2.3: quantiles of the knots of a spline with four of them.
KNOTS = (0.05, 0.35, 0.65, 0.95)
UNKNOWN = "missing"

Named = dict[str, Array]


@dataclass(frozen=True)
class Baseline:
    """The characteristics of all enrollments: model columns, where they were missing, and their groups."""

    encoded: Mapping[str, Named]
    unknown: Mapping[str, np.ndarray]
    groups: Mapping[str, tuple[list[str], Codes]]


Kinds = Mapping[str, Mapping[str, Any]]


def baseline(cohort: pa.Table, names: Iterable[str], kinds: Kinds, groups: Iterable[str] = ()) -> Baseline:
    """Encode the characteristics `names` for models, and `groups` for subgroups, over the whole cohort.

    `kinds` says per characteristic its `type` (number, category, binary) and whether it is a `spline`.
    Raises EstimationError for one that the cohort does not have.
    """
    names, groups = sorted(set(names)), sorted(set(groups))
    for name in (*names, *groups):
        if name not in cohort.column_names:
            raise EstimationError(f"the cohort has no column {name!r} to adjust for or to group by")
    return Baseline(
        {name: _encoded(cohort, name, kinds.get(name, {})) for name in names},
        {name: _unknown(cohort, name) for name in names},
        {name: levels(cohort[name], kinds.get(name, {}).get("type")) for name in groups},
    )


def _unknown(cohort: pa.Table, name: str) -> np.ndarray:
    if is_event_count(cohort, name):
        return np.isnan(baseline_rate(cohort, name))
    return cohort[name].is_null().to_numpy().astype(bool)


def _encoded(cohort: pa.Table, name: str, kind: Mapping[str, Any]) -> Named:
    if is_event_count(cohort, name):
        return with_indicator(f"log(1 + {name})", baseline_rate(cohort, name))
    values = cohort[name]
    if kind.get("type") == "category" or pa.types.is_string(values.type):
        return indicators(name, values)
    encoded = with_indicator(name, numbers(values))
    if kind.get("spline"):
        encoded |= spline(name, encoded[name])
    return encoded


def is_event_count(cohort: pa.Table, name: str) -> bool:
    """Whether `name` counts events of the baseline period (it then has covered days beside it)."""
    return name.startswith("baseline_") and name != "baseline_days" and "baseline_days" in cohort.column_names


def numbers(values: pa.ChunkedArray) -> Array:
    """Return a column as floats, missing ones as NaN."""
    return values.cast(pa.float64()).to_numpy().astype(float)


def baseline_rate(cohort: pa.Table, name: str) -> Array:
    """Return log(1 + events per covered year of baseline); NaN without a covered day."""
    years = numbers(cohort["baseline_days"]) / DAYS_PER_YEAR
    seen = years > 0
    rate = np.divide(numbers(cohort[name]), years, out=np.full(len(years), np.nan), where=seen)
    return np.log1p(rate)


def with_indicator(name: str, values: Array) -> Named:
    """Return `values` with the mean in place of NaN, and an indicator of them when there are any."""
    unknown = np.isnan(values)
    if unknown.all():
        return {name: np.zeros(len(values))}
    filled = np.where(unknown, values[~unknown].mean(), values)
    return {name: filled} | ({f"{name} {UNKNOWN}": unknown.astype(float)} if unknown.any() else {})


def levels(values: pa.ChunkedArray, kind: str | None = None) -> tuple[list[str], Codes]:
    """Return the sorted levels of a category, missing last, and the code of each row."""
    text = level_of_each(values, kind)
    found = sorted(set(text), key=lambda level: (level == UNKNOWN, level))
    place = {level: code for code, level in enumerate(found)}
    return found, np.array([place[level] for level in text], dtype=np.int64)


def level_of_each(values: pa.ChunkedArray, kind: str | None = None) -> list[str]:
    """Return the level of each row as text: "0" and "1" for a binary kind, "missing" where there is none."""
    if kind == "binary":
        coded = numbers(values)
        return np.where(np.isnan(coded), UNKNOWN, np.where(coded > 0, "1", "0")).tolist()
    return pc.fill_null(values.cast(pa.string()), UNKNOWN).to_pylist()


def indicators(name: str, values: pa.ChunkedArray) -> Named:
    """Return one indicator per level but the most frequent, which is the reference."""
    found, codes = levels(values)
    reference = int(np.bincount(codes).argmax()) if len(codes) else 0
    return {
        f"{name}={level}": (codes == code).astype(float)
        for code, level in enumerate(found)
        if code != reference
    }


def spline(name: str, values: Array) -> Named:
    """Return the two nonlinear terms of a restricted cubic spline (Harrell 2015, equation 2.25)."""
    knots = np.quantile(values, KNOTS)
    if len(np.unique(knots)) < len(KNOTS):
        return {}
    cubes = [np.clip(values - knot, 0, None) ** 3 for knot in knots]
    last, before, width = knots[-1], knots[-2], knots[-1] - knots[0]
    terms = [
        (cube - cubes[-2] * (last - knot) / (last - before) + cubes[-1] * (before - knot) / (last - before))
        / width**2
        for cube, knot in zip(cubes[:-2], knots[:-2], strict=True)
    ]
    return {f"{name} spline {i}": term for i, term in enumerate(terms, start=1)}
