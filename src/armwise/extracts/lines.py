"""On which line of a CSV file a row starts: quoted line breaks, blank lines and broken lines counted."""

import csv
from collections.abc import Iterator, Sequence

from armwise.extracts.errors import ExtractError
from armwise.extracts.files import read_bytes, read_text


def start_lines(
    path: str, delimiter: str, rows: int, broken: Sequence[int]
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the lines on which the `rows` readable rows start, and those of the broken ones.

    `broken` are the numbers of records that DuckDB could not split into columns; it counts the header and
    blank lines as records, and a record of several lines as one. Raises ExtractError when the rows of the
    file can be told apart in more than one way.
    """
    lines, apart = _lines(path), set(broken)
    if lines == 1 + rows + len(broken):  # every record is one line
        every = range(2, lines + 1)
        return [line for line in every if line not in apart] if apart else every, broken
    return _start_lines_of_records(path, list(_records(path, delimiter)), rows, broken)


def _start_lines_of_records(
    path: str, records: list[tuple[int, bool]], rows: int, broken: Sequence[int]
) -> tuple[list[int], list[int]]:
    apart = {1, *broken}
    readable = [line for number, (line, blank) in enumerate(records, 1) if not blank and number not in apart]
    if len(readable) != rows or max(apart) > len(records):
        raise ExtractError(f"{path}: its quotes do not balance, so rows cannot be told apart. Quote it anew.")
    return readable, [records[number - 1][0] for number in broken]


def _lines(path: str) -> int:
    lines, last = 0, b"\n"
    with read_bytes(path) as file:
        while block := file.read(1 << 20):
            lines, last = lines + block.count(b"\n"), block[-1:]
    return lines + (last != b"\n")


def _records(path: str, delimiter: str) -> Iterator[tuple[int, bool]]:
    """Yield for each record the line on which it starts, and whether it is blank."""
    with read_text(path) as file:
        reader, start = csv.reader(file, delimiter=delimiter), 1
        for row in reader:
            yield start, not row
            start = reader.line_num + 1
