"""DuckDB under Ibis: one place that opens it, dates that stay dates, Parquet that repeats byte for byte."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend


def connect(threads: int = 1, memory_mb: int = 2000, temporary: str = "") -> Backend:
    """Open an in-memory database that spills to the folder `temporary` beyond `memory_mb` megabytes.

    It has two threads at least: with one, the engine cuts Parquet into row groups in another way, and the
    same rows would not be the same bytes.
    """
    engine = ibis.duckdb.connect(threads=max(threads, 2), memory_limit=f"{memory_mb}MB")
    engine.raw_sql("SET enable_progress_bar = false")
    engine.raw_sql("SET TimeZone = 'UTC'")  # stored moments fall on the same day on every machine
    if temporary:
        Path(temporary).mkdir(parents=True, exist_ok=True)
        engine.raw_sql(f"SET temp_directory = {quoted(temporary)}")
    return engine


def quoted(text: str) -> str:
    """Return `text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def name(column: str) -> str:
    """Return `column` as an SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def read_named(engine: Backend, paths: Iterable[str]) -> dict[str, ir.Table]:
    """Open Parquet files; each is called what its file is."""
    return {Path(path).stem: engine.read_parquet(path) for path in paths}


def hold(engine: Backend, table: ir.Table, called: str) -> ir.Table:
    """Compute `table` once under a name, for expressions that read it several times."""
    engine.raw_sql(f"CREATE OR REPLACE TEMP TABLE {name(called)} AS {ibis.to_sql(table, dialect='duckdb')}")
    return engine.table(called)


def put(engine: Backend, columns: Mapping[str, list[str | None]], called: str) -> ir.Table:
    """Put a small table of text into the engine under a name; Arrow would import pandas for it."""
    unnested = ", ".join(f"unnest(?::VARCHAR[]) AS {name(column)}" for column in columns)
    made = f"CREATE OR REPLACE TEMP TABLE {name(called)} AS SELECT {unnested}"
    engine.con.execute(made, list(columns.values()))
    return engine.table(called)


def rows_of(engine: Backend, table: ir.Table) -> list[dict[str, Any]]:
    """Return the rows of a small table as plain values; Ibis's own way would import pandas for it."""
    cursor = engine.raw_sql(ibis.to_sql(table, dialect="duckdb"))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def count_of(engine: Backend, table: ir.Table) -> int:
    """Return the number of rows."""
    return rows_of(engine, table.agg(rows=table.count()))[0]["rows"]


def write(engine: Backend, table: ir.Table, path: str, order_by: list[str] | None = None) -> int:
    """Write `table` to Parquet, sorted by `order_by` (none: as read), and return its number of rows."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    ordered = table.order_by(order_by) if order_by else table
    sql = ibis.to_sql(ordered, dialect="duckdb")
    copy = f"COPY ({sql}) TO {quoted(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
    return engine.raw_sql(copy).fetchone()[0]


def months_after(date: ir.DateValue, months: int) -> ir.DateValue:
    """Return the day `months` calendar months later: January 31 + 1 month is the last day of February."""
    return (
        (date + ibis.interval(months=months)).cast("timestamp").cast("date")
    )  # date + interval is a timestamp


def days_after(date: ir.DateValue, days: int) -> ir.DateValue:
    """Return the day `days` days later."""
    return (date + ibis.interval(days=days)).cast("timestamp").cast("date")


def days_between(start: ir.DateValue, end: ir.DateValue) -> ir.IntegerValue:
    """Return the whole days from `start` to `end`, negative when `end` comes first."""
    return end.delta(start, unit="day").cast("int64")
