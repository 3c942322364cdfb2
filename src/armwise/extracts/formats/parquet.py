"""Parquet files, as received or as written here of what the engine cannot read."""

from pathlib import Path
from typing import Any

import duckdb
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import quoted
from armwise.extracts.errors import ExtractError
from armwise.extracts.opened import LINE, Opened


def open_parquet(engine: Backend, path: str, settings: dict[str, Any], view: str, scratch: Path) -> Opened:
    """Open a Parquet file; its columns keep their types."""
    try:
        engine.raw_sql(
            f"CREATE TEMP VIEW {view} AS SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS {LINE} "
            f"FROM read_parquet({quoted(path)}, file_row_number = true)"
        )
    except duckdb.Error as error:
        raise ExtractError(f"{path}: cannot be read as Parquet. Send the file again.") from error
    return opened(engine, path, view)


def opened(engine: Backend, path: str, view: str) -> Opened:
    """Return the view of a file that carries its lines itself."""
    table = engine.table(view)
    return Opened(path, table, [column for column in table.columns if column != LINE])
