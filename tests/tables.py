"""Small tables written as text: rows in, values out.

    person | day        | n
    P1     | 2018-01-31 | 2
    P2     |            | 3

Columns are dates, whole numbers, true/false or text, by what they hold; a number that begins with 0 is text;
a blank is a missing value.
"""

import re
from datetime import date
from itertools import count
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

_number = count()
_DATE, _WHOLE, _NUMBER = r"\d{4}-\d\d-\d\d", r"-?(0|[1-9]\d{0,4})", r"-?\d+\.\d+"


def rows(text: str) -> list[dict[str, str | None]]:
    """Return the rows of a table, every value as text."""
    lines = [line for line in text.strip("\n").splitlines() if line.strip()]
    header, *body = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [dict(zip(header, [cell or None for cell in row], strict=True)) for row in body]


def given(engine: Backend, text: str, **defaults: Any) -> ir.Table:
    """Return a written table in the engine; `defaults` are columns with one value, or a type of nulls."""
    read = rows(text)
    names = [cell.strip() for cell in text.strip("\n").splitlines()[0].split("|")]
    columns = {name: _column([row[name] for row in read]) for name in names}
    for name, value in defaults.items():
        if name not in columns:
            columns[name] = (
                pa.nulls(len(read), value)
                if isinstance(value, pa.DataType)
                else pa.array([value] * len(read))
            )
    called = f"given_{next(_number)}"
    engine.con.register(called, pa.table(columns))
    return engine.table(called)


def _column(values: list[str | None]) -> pa.Array:
    said = [value for value in values if value is not None]
    if said and all(re.fullmatch(_DATE, value) for value in said):
        return pa.array([value and date.fromisoformat(value) for value in values], pa.date32())
    if said and all(re.fullmatch(_WHOLE, value) for value in said):
        return pa.array([None if value is None else int(value) for value in values], pa.int64())
    if said and all(re.fullmatch(_NUMBER, value) for value in said):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    if said and all(value in ("true", "false") for value in said):
        return pa.array([None if value is None else value == "true" for value in values], pa.bool_())
    return pa.array(values, pa.string())


def texts(engine: Backend, text: str, **defaults: Any) -> ir.Table:
    """Return a written table whose columns are all text."""
    called = f"given_{next(_number)}"
    read = rows(text)
    table = pa.table({name: pa.array([row[name] for row in read], pa.string()) for name in read[0]})
    engine.con.register(called, table)
    return engine.table(called)


def same(engine: Backend, found: ir.Table, expected: str) -> None:
    """Assert that a table holds the expected rows, in any order, in the columns that are written."""
    wanted = rows(expected)
    names = [cell.strip() for cell in expected.strip("\n").splitlines()[0].split("|")]
    got = [{name: _said(row[name]) for name in names} for row in engine.to_pyarrow(found).to_pylist()]
    order = [tuple(str(row[name]) for name in names) for row in got]
    assert sorted(order) == sorted(tuple(str(row[name]) for name in names) for row in wanted)


def _said(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
