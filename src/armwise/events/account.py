"""What a step took in, left out and made: a small table beside its events."""

import csv
from collections.abc import Mapping
from pathlib import Path

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import count_of

KEY = ["person_id", "started_on", "event_id"]  # of every table of events

Account = list[tuple[str, int]]


def counted(engine: Backend, tables: Mapping[str, ir.Table]) -> Account:
    """Count the rows of tables by what they are."""
    return [(what, count_of(engine, table)) for what, table in tables.items()]


def write_account(account: Account, path: str) -> None:
    """Write an account as CSV: what, rows."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("what", "rows"), *account])
