"""On which line of a file a row starts: quoted line breaks, blank lines and broken lines counted."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from armwise.extracts.errors import ExtractError
from armwise.extracts.formats.text import dialect, read_bytes, read_text
from armwise.extracts.opened import Opened

LineOf = Callable[[int], int]  # from the number of a row, as in `__line`, to its line


def lines_of(file: Opened, rows: int, broken: Sequence[int]) -> tuple[LineOf, Sequence[int]]:
    """Return how to find the lines on which the `rows` readable rows start, and the lines of the broken ones.

    `broken` are the numbers of records that DuckDB could not split into columns; it counts the header and
    blank lines as records, and a record of several lines as one. Raises ExtractError when the rows of the
    file can be told apart in more than one way.
    """
    if not file.text:  # the number of a row is its line
        return int, broken
    if file.layout.get("fields"):  # without header and quotes: every record is one line, blank or not
        return lambda row: _beyond(row, broken), broken
    starts, of_broken = _start_lines(file, rows, broken)
    return lambda row: starts[row - 1], of_broken


def _beyond(row: int, broken: Sequence[int]) -> int:
    for line in sorted(broken):
        row += line <= row
    return row


def _start_lines(file: Opened, rows: int, broken: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    lines, apart = _lines(file.text), set(broken)
    if lines == 1 + rows + len(broken):  # every record is one line
        every = range(2, lines + 1)
        return [line for line in every if line not in apart] if apart else every, broken
    records = list(_records(file.text, file.layout))
    apart.add(1)
    readable = [line for number, (line, blank) in enumerate(records, 1) if not blank and number not in apart]
    if len(readable) != rows or max(apart) > len(records):
        raise ExtractError(
            f"{file.path}: its quotes do not balance, so rows cannot be told apart. Quote it anew, or set "
            "`quote: none` of this source if it quotes nothing."
        )
    return readable, [records[number - 1][0] for number in broken]


def _lines(path: str) -> int:
    lines, last = 0, b"\n"
    with read_bytes(path) as file:
        while block := file.read(1 << 20):
            lines, last = lines + block.count(b"\n"), block[-1:]
    return lines + (last != b"\n")


def _records(path: str, layout: Mapping[str, Any]) -> Iterator[tuple[int, bool]]:
    """Yield for each record the line on which it starts, and whether it is blank."""
    limit = csv.field_size_limit(sys.maxsize)
    try:
        with read_text(path) as file:
            reader = csv.reader(file, **dialect(layout.get("delimiter", ","), layout.get("quote", '"')))
            start = 1
            for row in reader:
                yield start, not row
                start = reader.line_num + 1
    finally:
        csv.field_size_limit(limit)
