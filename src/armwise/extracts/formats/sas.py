"""SAS files, `.sas7bdat` and transport (`.xpt`): read in chunks with ReadStat and written anew as Parquet."""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from ibis.backends.duckdb import Backend

from armwise.extracts.errors import ExtractError
from armwise.extracts.formats.parquet import open_parquet
from armwise.extracts.opened import LINE, Opened

ROWS = 500_000  # of one chunk
FIRST_DAY = 3653  # days from SAS's 1960-01-01 to 1970-01-01

# SAS stores days and moments as numbers; only the format of a column tells them from amounts.
DAY = re.compile(
    r"(WEEKDAT[EX]|WORDDAT[EX]|(MMDDYY|DDMMYY|YYMMDD)[BCDNPSX]?|DATE|E8601DA|B8601DA|IS8601DA|JULIAN|JULDAY|"
    r"YYMON|MONYY|YYMM[CDNPS]?|MMYY[CDNPS]?|NLDATE\w*)[0-9.]*"
)
MOMENT = re.compile(r"(DATETIME|DATEAMPM|MDYAMPM|DTDATE|[EB]8601D[TNZ]|IS8601DT|NLDATM\w*)[0-9.]*")
PADDED = re.compile(r"Z([0-9]+)\.?0?")  # a number that is shown with leading zeros: a code


def open_sas(engine: Backend, path: str, settings: dict[str, Any], view: str, scratch: Path) -> Opened:
    """Open a SAS file: text without trailing blanks, days and moments by their formats, missing as missing.

    A number with a format Zw. is text with its leading zeros. Raises ExtractError.
    """
    import pyarrow.parquet as pq

    scratch.mkdir(parents=True, exist_ok=True)
    copy = scratch / f"{view}.parquet"
    chunks = _chunks(path)
    first = next(chunks)
    with pq.ParquetWriter(copy, first.schema) as writer:
        writer.write_table(first)
        for chunk in chunks:
            writer.write_table(chunk)
    read = open_parquet(engine, str(copy), settings, view, scratch)
    return Opened(path, read.table, read.header)


def _chunks(path: str) -> Iterator[Any]:
    """Yield the file as Arrow tables; one without rows if it has none."""
    import pyarrow as pa

    for before in count(0, ROWS):
        columns, about = _read(path, before)
        arrays = {
            name: _numbers(values, about.original_variable_types[name] or "")
            if about.readstat_variable_types[name] != "string"
            else pa.array([value or None for value in values], pa.string())
            for name, values in columns.items()
        }
        rows = len(next(iter(arrays.values()), []))
        if rows or not before:
            yield pa.table({**arrays, LINE: pa.array(range(before + 1, before + rows + 1), pa.int64())})
        if rows < ROWS:
            return


def _read(path: str, before: int) -> tuple[dict[str, Any], Any]:
    import pyreadstat

    read = pyreadstat.read_xport if path.lower().endswith(".xpt") else pyreadstat.read_sas7bdat
    try:
        return read(
            path,
            row_offset=before,
            row_limit=ROWS,
            output_format="dict",
            disable_datetime_conversion=True,
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        raise ExtractError(
            f"{path}: cannot be read as a SAS file: it is damaged, cut short or of another kind. Send it "
            "again."
        ) from error


def _numbers(values: Any, shown_as: str) -> Any:
    """Return one column of numbers in the type that its SAS format tells."""
    import numpy as np
    import pyarrow as pa

    numbers = np.array([np.nan if value is None else value for value in values], float)
    missing = ~np.isfinite(numbers)
    whole = np.where(missing, 0, np.floor(numbers)).astype(np.int64)
    if DAY.fullmatch(shown_as):
        return pa.array((whole - FIRST_DAY).astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())
    if MOMENT.fullmatch(shown_as):
        return pa.array(whole - FIRST_DAY * 86400, pa.int64(), mask=missing).cast(pa.timestamp("s"))
    if padded := PADDED.fullmatch(shown_as):
        width = int(padded[1])
        texts = [None if gone else f"{value:0{width}d}" for value, gone in zip(whole, missing, strict=True)]
        return pa.array(texts, pa.string())
    return pa.array(numbers, pa.float64(), mask=missing)
