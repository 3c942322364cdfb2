"""The analysis results dataset: one row per result, with a key, and numbers at full precision.

The standard error of a ratio is that of its logarithm; every other one is on the scale of its estimate.
Limits of ratios, rates and counts are formed on the log scale, those of risks on the logit scale.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

KEY = ("analysis_set", "outcome", "window", "subgroup", "contrast", "measure", "method")


@dataclass(frozen=True)
class Result:
    """One row of the dataset; the seven key columns come first, what does not apply is None."""

    outcome: str
    window: str
    contrast: str
    measure: str
    method: str
    analysis_set: str = "itt"
    subgroup: str = "all"
    estimate: float | None = None
    std_error: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    df: float | None = None
    n: int | None = None
    n_informative: int | None = None
    clusters: int | None = None
    events: float | None = None
    person_years: float | None = None
    estimand: str | None = None
    assignment: str | None = None
    warning: str | None = None
    error: str | None = None

    @property
    def key(self) -> str:
        """Return the seven key columns joined by slashes."""
        return "/".join(getattr(self, name) for name in KEY)


_KINDS = {"float | None": pa.float64(), "int | None": pa.int64()}
_TYPES = {f.name: _KINDS.get(str(f.type), pa.string()) for f in fields(Result)}
_OTHERS = [f.name for f in fields(Result) if f.name not in KEY]
SCHEMA = pa.schema([("key", pa.string()), *((name, _TYPES[name]) for name in [*KEY, *_OTHERS])])


class RepeatedKey(ValueError):
    """Two results claim the same key."""


def table(results: Iterable[Result]) -> pa.Table:
    """Return results as a table with the columns of `SCHEMA`, sorted by key."""
    rows = sorted(({"key": result.key, **vars(result)} for result in results), key=lambda row: row["key"])
    return unique(pa.Table.from_pylist(rows, SCHEMA))


def unique(results: pa.Table) -> pa.Table:
    """Return `results` as they are; raise RepeatedKey unless every key is there once."""
    repeated = [key for key, times in Counter(results["key"].to_pylist()).items() if times > 1]
    if repeated:
        raise RepeatedKey("these keys name more than one result: " + ", ".join(sorted(repeated)[:5]))
    return results


def write(results: Iterable[Result], path: str | Path) -> None:
    """Write results to a Parquet file, sorted by key."""
    pq.write_table(table(results), path)


def collect(paths: Sequence[str | Path]) -> pa.Table:
    """Read pieces and return them as one table sorted by key."""
    pieces = pa.concat_tables([pq.read_table(path, schema=SCHEMA) for path in paths])
    return unique(pieces.sort_by("key"))
