"""Excel workbooks (`.xlsx`, `.xlsm`): one sheet, every cell as text, codes as Excel shows them."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from ibis.backends.duckdb import Backend

from armwise.extracts.dates import first_format
from armwise.extracts.errors import ExtractError
from armwise.extracts.formats.csv import refuse_unusable
from armwise.extracts.formats.parquet import open_parquet
from armwise.extracts.opened import LINE, Opened

PADDED = re.compile(r"0+")  # a number format that shows leading zeros: a code


def open_excel(engine: Backend, path: str, settings: dict[str, Any], view: str, scratch: Path) -> Opened:
    """Open a sheet, its first row the names of the columns; the lines are the rows of the sheet.

    Every cell becomes text: a whole number without decimals, with the zeros of a format like 0000; a day in
    the date format of the source. Rows without any value are no rows. Raises ExtractError.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = _rows(path, settings)
    header = _header(path, next(rows, []))
    columns: list[list[str | None]] = [[] for _ in header]
    lines: list[int] = []
    for line, row in enumerate(rows, 2):
        if any(cell is not None for cell in row):
            lines.append(line)
            for column, cell in zip(columns, [*row, *[None] * len(header)], strict=False):
                column.append(cell)
    scratch.mkdir(parents=True, exist_ok=True)
    copy = scratch / f"{view}.parquet"
    texts = {name: pa.array(column, pa.string()) for name, column in zip(header, columns, strict=True)}
    pq.write_table(pa.table({**texts, LINE: pa.array(lines, pa.int64())}), copy)
    read = open_parquet(engine, str(copy), settings, view, scratch)
    return Opened(path, read.table, header)


def _header(path: str, row: list[str | None]) -> list[str]:
    header = [(cell or "").strip() for cell in row]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise ExtractError(f"{path}: row 1 of the sheet is empty, and should hold the names of the columns.")
    refuse_unusable(path, header)
    return header


def _rows(path: str, settings: dict[str, Any]) -> Iterator[list[str | None]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise ExtractError(f"{path}: cannot be read as an Excel workbook. Send the file again.") from error
    date_format = first_format(settings)
    try:
        for row in _sheet(path, book, settings.get("sheet")).iter_rows():
            yield [_text(cell, date_format) for cell in row]
    finally:
        book.close()


def _sheet(path: str, book: Any, wanted: str | None) -> Any:
    names = [sheet.title for sheet in book.worksheets]
    if wanted and wanted not in names:
        there = ", ".join(names)
        raise ExtractError(
            f"{path}: there is no sheet {wanted!r}. Set `sheet` of this source to one of {there}."
        )
    return book[wanted] if wanted else book.worksheets[0]


def _text(cell: Any, date_format: str) -> str | None:
    """Return what a cell says as text; None where it is empty."""
    value = cell.value
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime) and value.time() != time():
        return f"{value.strftime(date_format)} {value:%H:%M:%S}"
    if isinstance(value, date):
        return value.strftime(date_format)
    if isinstance(value, int | float) and value == int(value):
        shown_as = str(cell.number_format or "")
        return f"{int(value):0{len(shown_as)}d}" if PADDED.fullmatch(shown_as) else str(int(value))
    return str(value)
