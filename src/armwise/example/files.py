"""Writes extracts: CSV.gz or Parquet, chunk after chunk, the same bytes from the same rows."""

import gzip
import io
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from armwise.example.book import IMPOSSIBLE_DAY
from armwise.example.calendar import DAY_ZERO

FORMATS = ["csv.gz", "parquet"]
_EPOCH_DAYS = DAY_ZERO.toordinal() - 719163  # days from 1970-01-01 to DAY_ZERO


class Extract:
    """One extract file, open for writing; use as a context manager."""

    def __init__(self, folder: Path, name: str, file_format: str) -> None:
        self.path = folder / f"{name}.{file_format}"
        self.parquet = file_format == "parquet"
        self._file = self.path.open("wb")
        self._parquet_writer: pq.ParquetWriter | None = None
        # No name and no time in the header, so that the same rows give the same bytes. Opening it writes one.
        self._gzip = None if self.parquet else gzip.GzipFile("", "wb", 9, self._file, mtime=0)
        self._begun = False

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table."""
        if self._gzip is None:
            if self._parquet_writer is None:
                self._parquet_writer = pq.ParquetWriter(self._file, table.schema, compression="zstd")
            self._parquet_writer.write_table(table)
        else:
            if not self._begun:
                self._gzip.write((",".join(table.column_names) + "\n").encode())
            self._gzip.write(csv_bytes(table))
        self._begun = True

    def __enter__(self) -> "Extract":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._parquet_writer is not None:
            self._parquet_writer.close()
        if self._gzip is not None:
            self._gzip.close()
        self._file.close()


def csv_bytes(table: pa.Table) -> bytes:
    """The rows of a table as CSV without header; missing is blank. No value holds a comma or a quote."""
    buffer = io.BytesIO()
    options = pc_csv.WriteOptions(include_header=False, quoting_style="none")
    pc_csv.write_csv(table, buffer, options)
    return buffer.getvalue()


def dates(days: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Day numbers as dates; null where `missing`."""
    return pa.array((days + _EPOCH_DAYS).astype("int32"), mask=missing).cast(pa.date32())


def dates_as_sent(days: np.ndarray, as_text: bool) -> pa.Array:
    """Dates of which some exist in no calendar: February 30 as text, null where a column holds dates only."""
    impossible = days == IMPOSSIBLE_DAY
    typed = dates(np.where(impossible, 0, days), impossible)
    if not as_text:
        return typed
    return pc.if_else(pa.array(impossible), "2018-02-30", pc.cast(typed, pa.string()))


def ids(prefix: str, numbers: np.ndarray, width: int, missing: np.ndarray | None = None) -> pa.Array:
    """Identifiers such as P0000123; null where `missing`."""
    text = pc.utf8_lpad(pa.array(numbers, mask=missing).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, text, "")


def labels(vocabulary: list, index: np.ndarray, blank_is_null: bool = False) -> pa.Array:
    """Texts of category numbers; as plain strings."""
    words = [None if blank_is_null and word == "" else word for word in vocabulary]
    return pa.DictionaryArray.from_arrays(
        pa.array(index.astype("int16")), pa.array(words, pa.string())
    ).dictionary_decode()
