"""What became of the rows of each file: read = kept + set aside + not included, asserted and written."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ibis.backends.duckdb import Backend

from armwise.extracts.check import NOT_INCLUDED, Rule
from armwise.extracts.made import Made, write_csv
from armwise.extracts.notes import Judged, Notes
from armwise.extracts.opened import Opened
from armwise.extracts.rejected import WHOLE_LINE, Aside, broken_records

log = logging.getLogger(__name__)


class Tally(NamedTuple):
    """What became of the rows of one file."""

    file: str
    read: int
    kept: int
    set_aside: int
    not_included: int

    @property
    def share_set_aside(self) -> float:
        """Return the share of the rows asked for that break the contract."""
        return self.set_aside / max(self.kept + self.set_aside, 1)


def tallied(engine: Backend, judged: list[Judged], files: Sequence[Opened]) -> list[Tally]:
    """Return what became of the rows of each file, in their order."""
    return [_tally_of(engine, file, number, judged) for number, file in enumerate(files)]


def _tally_of(engine: Backend, file: Opened, number: int, judged: list[Judged]) -> Tally:
    mine = {of.status: of.rows for of in judged if of.file == number}
    broken = len(broken_records(engine, file))
    return Tally(
        file.path,
        sum(mine.values()) + broken,
        mine.get(0, 0),
        sum(count for status, count in mine.items() if status > 0) + broken,
        mine.get(NOT_INCLUDED, 0),
    )


def checks_made(
    notes: Notes, found: list[Rule], broken_lines: int, severities: Mapping[str, str]
) -> list[Made]:
    """Return every check that was made, also where no row breaks it."""
    rows = [notes.doubts[number] for number in range(1, len(found) + 1)]
    for of in notes.judged():
        if of.status > 0:
            rows[of.status - 1] += of.rows
    made = [
        Made(rule.check, severities[rule.check], rule.column, count)
        for rule, count in zip(found, rows, strict=True)
    ]
    return [*made, Made("line_unreadable", severities["line_unreadable"], WHOLE_LINE, broken_lines)]


def assert_all_passed(source: str, judged: list[Judged], passed: int) -> None:
    """Raise AssertionError unless every row that the engine counted is accounted for in some file."""
    accounted = sum(of.rows for of in judged)
    if accounted != passed:
        raise AssertionError(f"{source}: {passed} rows passed, and {accounted} are accounted for")


def assert_nothing_lost(source: str, tallies: list[Tally], kept: int, aside: int) -> None:
    """Raise AssertionError unless every row read is kept, set aside or not included, in each file."""
    for tally in tallies:
        if tally.read != tally.kept + tally.set_aside + tally.not_included:
            raise AssertionError(f"{tally.file}: the rows read do not add up: {tally[1:]}")
    read = sum(tally.read for tally in tallies)
    left_out = sum(tally.not_included for tally in tallies)
    if read != kept + aside + left_out:
        raise AssertionError(
            f"{source}: read {read} rows, kept {kept}, set aside {aside}, left out {left_out}"
        )
    log.info("%s: read %d rows, kept %d, set aside %d, not included %d", source, read, kept, aside, left_out)


def write_counts(source: str, tallies: list[Tally], aside: list[Aside], to: str, reasons_to: str) -> None:
    """Write the rows of each file with its hash, and the reasons for which rows of it were set aside."""
    header = ["source", "file", "rows_read", "rows_kept", "rows_set_aside", "rows_not_included", "sha256"]
    rows = [[source, shown(tally.file), *tally[1:], hash_of(tally.file)] for tally in tallies]
    write_csv(to, header, rows)
    reasons: dict[tuple[str, str, str, str], int] = {}
    for row in aside:
        place = (shown(row.file), row.check, row.column, row.reason)
        reasons[place] = reasons.get(place, 0) + 1
    counted = [[source, *place, count] for place, count in sorted(reasons.items())]
    write_csv(reasons_to, ["source", "file", "check", "column", "reason", "rows"], counted)


def hash_of(path: str) -> str:
    """Return the SHA-256 of a file, in hexadecimal; none of a data set of a package."""
    if not Path(path).is_file():
        return ""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def shown(path: str) -> str:
    """Return a path as results may name it: the same on every machine."""
    return Path(path).name if Path(path).is_absolute() else path
