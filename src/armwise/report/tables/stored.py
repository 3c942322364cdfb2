"""A finished table as JSON, so that every rendering reads the same strings and computes none."""

import json
from dataclasses import asdict
from pathlib import Path

from armwise.report.tables.model import Cell, Column, Line, Table


def write(table: Table, path: str | Path) -> None:
    """Write a table with the keys of its cells."""
    text = json.dumps(asdict(table), ensure_ascii=False, indent=1)
    Path(path).write_text(text + "\n", encoding="utf-8", newline="\n")


def read(path: str | Path) -> Table:
    """Read a table as `write` left it."""
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    columns = tuple(Column(**column) for column in found["columns"])
    lines = tuple(_line(**line) for line in found["lines"])
    return Table(found["id"], found["title"], columns, lines, tuple(found["notes"]))


def _line(label: str, cells: list[dict[str, str]], kind: str) -> Line:
    return Line(label, tuple(Cell(**cell) for cell in cells), kind)
