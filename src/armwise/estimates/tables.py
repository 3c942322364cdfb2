"""Tables read and sorted without `pyarrow.dataset`, whose import takes a quarter of a second of each job."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def read(path: str | Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a Parquet file, or some of its columns; `pyarrow.parquet.read_table` imports data sets."""
    with pq.ParquetFile(path) as file:
        return file.read(None if columns is None else list(columns))


def ordered(table: pa.Table, *columns: str) -> pa.Table:
    """Return the rows sorted by some columns; `Table.sort_by` imports data sets."""
    return table.take(pc.sort_indices(table, [(name, "ascending") for name in columns]))
