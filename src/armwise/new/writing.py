"""How a file is written, told from the file itself: encoding, delimiter, quotes, the sheets of a workbook."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from armwise.extracts.errors import ExtractError
from armwise.extracts.files import kind_of
from armwise.extracts.formats.text import DAMAGED, MARKS, read_bytes
from armwise.new.looks import DATES, is_number, is_written

DELIMITERS = (",", "|", "\t", ";", "^", "~")
LINES = 200  # of a text file that its delimiter is told from
BLOCK = 1 << 20  # bytes
MOST = 200  # blocks of a text file that its encoding is told from
PLAIN = "ascii"  # fits every encoding but utf-16


@dataclass(frozen=True)
class Written:
    """How a file is written, as the keys of a source say it, as far as it differs from their defaults."""

    settings: tuple[tuple[str, str], ...] = ()
    encoding: str = PLAIN
    evidence: str = ""  # of the delimiter

    def keys(self) -> dict[str, str]:
        """Return the keys of a source that say it."""
        told = {} if self.encoding in (PLAIN, "utf-8") else {"encoding": self.encoding}
        return {**dict(self.settings), **told}

    def reading(self) -> dict[str, str]:
        """Return the settings of a source with which the file can be opened."""
        return {"format": "auto", **self.keys()}


def ways_written(path: str) -> list[Written]:
    """Return how a file is written, once or for each of its sheets. Raises ExtractError if it is no table."""
    kind = kind_of(path, {})
    if kind == "excel":
        return [Written((("sheet", sheet),) if number else ()) for number, sheet in enumerate(_sheets(path))]
    return [_text_written(path)] if kind == "csv" else [Written()]


def one_encoding(ways: list[Written]) -> str | None:
    """Return the encoding in which files that are to be read together all are; None where there is none."""
    encodings = {each.encoding for each in ways} - {PLAIN}
    if encodings == {"cp1252", "latin-1"}:
        return "cp1252"  # the same but for signs that latin-1 does not have
    return None if len(encodings) > 1 else next(iter(encodings), PLAIN)


def _sheets(path: str) -> list[str]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except Exception as error:  # a damaged workbook fails in many ways
        raise ExtractError(f"{path}: cannot be read as an Excel workbook. Send the file again.") from error
    names = [sheet.title for sheet in book.worksheets]
    book.close()
    return names


def _text_written(path: str) -> Written:
    encoding = _encoding(path)
    lines = _first_lines(path, encoding)
    delimiter, columns, alike = _delimiter(lines)
    _refuse_without_names(lines, delimiter, path)
    settings = [("delimiter", delimiter)] if delimiter != "," else []
    if _quotes_mean_nothing(lines, delimiter):
        settings.append(("quote", "none"))
    said = f"splits the first {alike} lines into {columns} columns each" if delimiter != "," else ""
    return Written(tuple(settings), encoding, said)


def _encoding(path: str) -> str:
    """Return the encoding of a text file, from its first 200 MB. Raises ExtractError when it is no text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    high: set[int] = set()
    is_utf8 = True
    for number, block in enumerate(_blocks(path)):
        if number == 0 and block[:2] in MARKS:
            return MARKS[block[:2]]
        if b"\0" in block:
            raise ExtractError(f"{path}: holds bytes that no text has.")
        if not block.isascii():
            high |= {byte for byte in set(block) if byte > 127}
        is_utf8 = is_utf8 and _decodes(decoder, block)
    if is_utf8:
        return "utf-8" if high else PLAIN
    of_windows = any(0x80 <= byte < 0xA0 for byte in high) and high.isdisjoint({0x81, 0x8D, 0x8F, 0x90, 0x9D})
    return "cp1252" if of_windows else "latin-1"


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(path: str) -> Iterator[bytes]:
    """Yield the first blocks of a file, as far as it can be read; at least one."""
    try:
        with read_bytes(path) as file:
            for _ in range(MOST):
                block = file.read(BLOCK)
                if not block:
                    return
                yield block
    except DAMAGED as error:
        raise ExtractError(f"{path}: is damaged or cut short, or no gzip file: send it again.") from error


def _first_lines(path: str, encoding: str) -> list[str]:
    with read_bytes(path) as file:
        start = file.read(BLOCK)
    text = start.decode("utf-8-sig" if encoding in (PLAIN, "utf-8") else encoding, errors="replace")
    whole = text if len(start) < BLOCK else text[: text.rfind("\n") + 1]
    return whole.splitlines()[:LINES]


def _delimiter(lines: list[str]) -> tuple[str, int, int]:
    """Return the delimiter that splits most lines like the first, into how many columns, and the lines."""
    best = (",", 1, len(lines))
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter) if row]
        alike = sum(width == widths[0] for width in widths) if widths else 0
        if widths and widths[0] > best[1] and alike >= 0.9 * len(widths):
            best = (delimiter, widths[0], alike)
    return best


def _quotes_mean_nothing(lines: list[str], delimiter: str) -> bool:
    """Say whether quotes are signs like others: some line has one alone, and no value stands in quotes."""
    cells = [cell.strip() for line in lines for cell in line.split(delimiter)]
    in_quotes = any(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in cells)
    return not in_quotes and any(line.count('"') % 2 for line in lines)


def _refuse_without_names(lines: list[str], delimiter: str, path: str) -> None:
    """Refuse a file whose first line holds values: they would be shown as the names of columns."""
    cells = [cell.strip() for cell in next(csv.reader(lines[:1], delimiter=delimiter), [])]
    values = [cell for cell in cells if is_number(cell) or any(is_written(cell, each) for each in DATES)]
    if values:
        raise ExtractError(f"{path}: line 1 holds values, not the names of the columns: add a line of names.")
