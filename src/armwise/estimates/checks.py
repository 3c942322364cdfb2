"""What was read from each source: rows kept, set aside and not included, as results of their own."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from armwise.estimates import ard
from armwise.estimates.ard import Result

COUNTED = ("rows_read", "rows_kept", "rows_set_aside", "rows_not_included")


def describe(counts: Sequence[str | Path], rejected: Sequence[str | Path], output: str | Path) -> None:
    """Write the counts of every source, and rows set aside by reason, from the CSV files of extracts."""
    ard.write([*_by_source(counts), *_by_reason(rejected)], output)


def _by_source(paths: Sequence[str | Path]) -> Iterator[Result]:
    total: Counter[tuple[str, str]] = Counter()
    for path in paths:
        for row in _read(path):
            for measure in COUNTED:
                total[row["source"], measure] += int(row[measure] or 0)
    for (source, measure), rows in total.items():
        yield _count(source, measure, rows)


def _by_reason(paths: Sequence[str | Path]) -> Iterator[Result]:
    total: Counter[str] = Counter()
    for path in paths:
        for row in _read(path):
            total[f"{row['source']}={row['reason']}"] += int(row["rows"])
    for reason, rows in total.items():
        yield _count(reason, "rows_set_aside", rows)


def _read(path: str | Path) -> Iterator[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _count(outcome: str, measure: str, rows: int) -> Result:
    return Result(outcome, "extract", "all", measure, "count", analysis_set="extract", estimate=float(rows))
