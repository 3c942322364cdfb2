"""The published results dataset, as the report reads it: rows that are found by the parts of their key."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

KEY = ("analysis_set", "outcome", "window", "subgroup", "contrast", "measure", "method")
# Models that never take the place of the planned one.
BESIDE = (
    "negative_binomial",
    "least_squares",
    "interacted",
    "over_control_mean",
    "gee",
    "fixed_control_mean",
    "modified_poisson",
    "logistic",
    "score",
    "exact",
)


@dataclass(frozen=True)
class Row:
    """One published result; `hidden` when it is, or would give away, a small cell."""

    key: str
    analysis_set: str
    outcome: str
    window: str
    subgroup: str
    contrast: str
    measure: str
    method: str
    estimate: float | None = None
    std_error: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    df: float | None = None
    n: float | None = None
    n_informative: float | None = None
    clusters: float | None = None
    events: float | None = None
    person_years: float | None = None
    estimand: str | None = None
    warning: str | None = None
    error: str | None = None
    hidden: bool = False

    @property
    def is_beside(self) -> bool:
        """Whether the row comes from a model that stands beside the planned one."""
        return self.method.partition(".")[0] in BESIDE

    @property
    def stands(self) -> bool:
        """Whether the row carries an estimate that may be shown."""
        return self.error is None and self.estimate is not None

    def hides(self, column: str) -> bool:
        """Say whether a blank `column` is blank because it was hidden."""
        return self.hidden and getattr(self, column) is None


_TEXT = {"key", *KEY, "estimand", "warning", "error"}


class Results:
    """All rows of a published dataset."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self._by_place: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            self._by_place.setdefault((row.outcome, row.window), []).append(row)

    @classmethod
    def read(cls, path: str | Path) -> "Results":
        """Read `ard.csv`; blank cells are None."""
        with Path(path).open(encoding="utf-8", newline="") as file:
            return cls(_row(record) for record in csv.DictReader(file))

    def find(self, **parts: str) -> list[Row]:
        """Return the rows whose key has these parts, in the order of the dataset."""
        if {"outcome", "window"} <= parts.keys():
            candidates: Iterable[Row] = self._by_place.get((parts["outcome"], parts["window"]), [])
        else:
            candidates = self.rows
        return [row for row in candidates if all(getattr(row, k) == v for k, v in parts.items())]

    def first(self, methods: Iterable[str] = ("",), **parts: str) -> Row | None:
        """Return the first row with these parts whose method contains the earliest of `methods`.

        Results of models that stand beside the planned one are found by `find` alone.
        """
        found = self.find(**parts)
        for method in methods:
            for row in (row for row in found if not row.is_beside):
                if method in row.method:
                    return row
        return None


def _row(record: dict[str, str]) -> Row:
    values: dict[str, Any] = {}
    for field in fields(Row):
        text = record.get(field.name, "")
        if field.name == "hidden":
            values[field.name] = text == "true"
        elif field.name in _TEXT:
            values[field.name] = text or None
        else:
            values[field.name] = float(text) if text else None
    return Row(**values)
