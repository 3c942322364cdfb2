"""CSV files: the engine splits them, with the header read beforehand."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

from ibis.backends.duckdb import Backend

from armwise.extracts.engine import quoted
from armwise.extracts.errors import ExtractError
from armwise.extracts.formats import long_lines
from armwise.extracts.formats.text import DAMAGED, damaged, dialect, in_utf8, not_utf8, read_text
from armwise.extracts.opened import LINE, Opened

DELIMITERS = {",": "','", ";": "';'", "\t": "tab", "|": "'|'"}


def open_csv(engine: Backend, path: str, settings: dict[str, Any], view: str, scratch: Path) -> Opened:
    """Open a CSV file; every column is text. Raises ExtractError when its header cannot be used."""
    delimiter, quote = settings.get("delimiter", ","), settings.get("quote", '"')
    text = in_utf8(path, settings.get("encoding", "utf-8"), scratch, view)
    header = _header(path, text, delimiter, quote)
    columns = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in header)
    mark = quoted("" if quote == "none" else quote)
    broken = f"broken_{view}"
    as_written = (
        f"auto_detect = false, header = true, delim = {quoted(delimiter)}, quote = {mark}, escape = {mark}, "
        f"buffer_size = {long_lines.BUFFER}"
    )
    set_apart = f"store_rejects = true, rejects_table = '{broken}', rejects_scan = 'scans_{view}'"
    engine.raw_sql(
        f"CREATE TEMP VIEW {view} AS SELECT *, row_number() OVER () AS {LINE} "
        f"FROM read_csv({quoted(text)}, columns = {{{columns}}}, {as_written}, {set_apart})"
    )
    return Opened(path, engine.table(view), header, text, broken)


def _header(path: str, text: str, delimiter: str, quote: str) -> list[str]:
    """Return the column names of a CSV file. Raises ExtractError when it has none that can be used."""
    _refuse_other_kinds(path)
    try:
        with read_text(text) as file:
            header = next(csv.reader(file, **dialect(delimiter, quote)), [])
    except UnicodeDecodeError as error:
        raise not_utf8(text, delimiter, quote) from error
    except DAMAGED as error:
        raise damaged(path) from error
    except csv.Error as error:
        raise ExtractError(
            f"{path}: line 1 is too long to hold the names of columns. Is a quote not closed, or are the "
            "line breaks missing?"
        ) from error
    if not any(header):
        raise ExtractError(f"{path}: line 1 is empty, and should hold the names of the columns.")
    refuse_unusable(path, header)
    _refuse_unsplit(path, header, delimiter)
    return header


def _refuse_other_kinds(path: str) -> None:
    """Stop at what is no text at all, which would be read as one strange column."""
    with Path(path).open("rb") as file:
        begins = file.read(4)
    if not begins:
        raise ExtractError(
            f"{path}: the file is empty. Send it again, with the names of the columns in line 1."
        )
    if begins.startswith(b"PK\x03\x04"):
        raise ExtractError(f"{path}: this is a workbook or a zip archive. Set `format: excel`, or unpack it.")


def refuse_unusable(path: str, header: list[str]) -> None:
    """Stop at column names that cannot be told apart or are not there."""
    twice = sorted(column for column, times in Counter(header).items() if times > 1 and column)
    if twice:
        raise ExtractError(f"{path}: line 1 names the column {twice[0]} twice. Rename or remove one of them.")
    if "" in header:
        raise ExtractError(f"{path}: column {header.index('') + 1} has no name in line 1. Give it one.")


def _refuse_unsplit(path: str, header: list[str], delimiter: str) -> None:
    """Stop at a header that is one column and looks like several: it is split at another character."""
    others = {each: header[0].count(each) for each in DELIMITERS if header[0].count(each)}
    if len(header) == 1 and others:
        meant = DELIMITERS[max(others, key=lambda each: others[each])]
        raise ExtractError(
            f"{path}: line 1 has one column when split at {delimiter!r}. Set `delimiter: {meant}` of this "
            "source."
        )
