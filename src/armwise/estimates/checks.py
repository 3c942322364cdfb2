"""What was read from each source, and what the checks of the data found, as results of their own."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from armwise.estimates import ard
from armwise.estimates.ard import Result
from armwise.extracts.absences import absent
from armwise.extracts.catalogue import CATALOGUE
from armwise.extracts.made import read_made, write_csv

COUNTED = ("rows_read", "rows_kept", "rows_set_aside", "rows_not_included")
# What became of the rows that break a check, by its severity.
MEASURES = {
    "stop": "rows_stopped",
    "set_aside": "rows_set_aside",
    "warn": "rows_warned",
    "ignore": "rows_ignored",
}
FINDINGS = "findings"  # of a check that looks at the data as a whole
HEADER = ("source", "check", "level", "severity", "column", "rows")


class Files(NamedTuple):
    """The CSV files of the steps before: rows by file, and checks made while reading and across sources."""

    counts: Sequence[str | Path]
    read: Sequence[str | Path]
    across: Sequence[str | Path] = ()
    analysis: Sequence[str | Path] = ()
    tables: Sequence[str] = ()  # the typed extracts, of trials that come as extracts


Checks = dict[tuple[str, str, str], dict[str, int]]  # (source, check, severity): rows by column


def describe(files: Files, output: str | Path, table: str | Path) -> None:
    """Write the rows of every source and file and every check as results, and the checks as a CSV file."""
    across = collected(files.across)
    checks = collected(files.read) | across | collected(files.analysis)
    missing = absent({Path(path).stem: path for path in files.tables}) if files.tables else ()
    ard.write([*_of_sources(files.counts, across), *_of_checks(checks), *map(_absence, missing)], output)
    write_csv(str(table), HEADER, list(_rows(checks)))


def collected(paths: Sequence[str | Path]) -> Checks:
    """Return the checks of several files, in the order in which they were made."""
    found: Checks = {}
    for source, made in (pair for path in paths for pair in read_made(path)):
        columns = found.setdefault((source, made.check, made.severity), defaultdict(int))
        columns[made.column] += made.rows
    return found


def _rows(checks: Checks) -> Iterator[tuple[str, ...]]:
    for (source, check, severity), columns in checks.items():
        for column, rows in columns.items():
            yield source, check, CATALOGUE[check].level, severity, column, str(rows)


def _of_sources(paths: Sequence[str | Path], across: Checks) -> Iterator[Result]:
    """Give the rows of every source, and of every file where a source has several."""
    files: dict[str, list[dict[str, str]]] = defaultdict(list)
    for path in paths:
        for row in _read(path):
            files[row["source"]].append(row)
    for source, rows in files.items():
        later = _taken_out(across, source)
        moved = {"rows_kept": -later, "rows_set_aside": later}
        for measure in COUNTED:
            total = sum(int(row[measure]) for row in rows) + moved.get(measure, 0)
            yield _count(source, measure, total)
            for name, row in _named(rows):
                yield _count(source, measure, int(row[measure]), f"file={name}")


def _taken_out(across: Checks, source: str) -> int:
    """Return the rows of a source that were set aside because another source contradicts them."""
    taken = (
        (of, sum(columns.values()))
        for (of, _, severity), columns in across.items()
        if severity == "set_aside"
    )
    return sum(rows for of, rows in taken if of == source)


def _named(rows: list[dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each of several files under a name of its own."""
    if len(rows) < 2:
        return
    seen: dict[str, int] = defaultdict(int)
    for row in rows:
        seen[row["file"]] += 1
        number = seen[row["file"]]
        yield row["file"] if number == 1 else f"{row['file']} ({number})", row


def _of_checks(checks: Checks) -> Iterator[Result]:
    """Give the rows that break each check, none too, and by column where there are any."""
    for (source, check, severity), columns in checks.items():
        measure = FINDINGS if CATALOGUE[check].finds != "rows" else MEASURES[severity]
        name, total = f"{source}={check}", sum(columns.values())
        yield _count(name, measure, total, method=severity)
        for column, rows in columns.items():
            if rows and measure != FINDINGS:
                yield _count(name, measure, rows, f"column={column}", severity)


def _absence(name: str) -> Result:
    return Result(name, "absent", "all", "absent", "contract", analysis_set="checks", estimate=1.0)


def _read(path: str | Path) -> Iterator[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _count(outcome: str, measure: str, rows: int, subgroup: str = "all", method: str = "count") -> Result:
    return Result(
        outcome,
        "extract",
        "all",
        measure,
        method,
        analysis_set="extract",
        subgroup=subgroup,
        estimate=float(rows),
    )
