"""What the steps from sources to events took in, left out and made, as results of their own."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from armwise.estimates import ard
from armwise.estimates.ard import Result


def describe(accounts: Mapping[str, str | Path], sources: Mapping[str, str], output: str | Path) -> None:
    """Write every line of the accounts (step: CSV file with what and rows) as a result.

    `sources`: the source that each step reads. The method numbers the lines, so that they keep their order.
    """
    lines = (line for step, path in accounts.items() for line in _lines(step, path, sources[step]))
    ard.write(lines, output)


def _lines(step: str, path: str | Path, source: str) -> Iterator[Result]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        for number, line in enumerate(csv.DictReader(file), start=1):
            yield Result(
                f"{step}={line['what']}", "events", "all", "rows_counted", f"line_{number:02d}",
                analysis_set="extract", subgroup=f"source={source}", estimate=float(line["rows"]),
            )  # fmt: skip
