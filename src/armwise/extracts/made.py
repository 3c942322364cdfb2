"""The checks that a step made, as rows of a small CSV file: which, on what, and how many rows break it."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

HEADER = ("source", "check", "severity", "column", "rows")


class Made(NamedTuple):
    """One check on one column, and the rows that break it; none where it is kept."""

    check: str
    severity: str
    column: str
    rows: int


def write_made(source: str, made: Iterable[Made], path: str) -> None:
    """Write the checks of a source."""
    write_all(((source, each) for each in made), path)


def write_all(made: Iterable[tuple[str, Made]], path: str) -> None:
    """Write the checks of several sources."""
    write_csv(path, HEADER, [[source, *each] for source, each in made])


def read_made(path: str | Path) -> Iterator[tuple[str, Made]]:
    """Yield the source and each check that `write_made` wrote."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["source"], Made(row["check"], row["severity"], row["column"], int(row["rows"]))


def write_csv(path: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV, in a folder that need not exist."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
