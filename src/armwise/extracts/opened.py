"""What every kind of file becomes once it is open: a table of what it says, and the line of each row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir

LINE = "__line"  # the number of a row among those that could be split into columns, from 1; see lines.py


@dataclass(frozen=True)
class Opened:
    """One file: `table` has its columns and `__line`.

    Of a CSV file `text` is the UTF-8 file that the engine reads (`path`, or a copy of it), and `broken` names
    the table of the lines that it could not split into columns. Of all others `__line` is the line itself.
    `layout` is what the settings say of how it is written.
    """

    path: str
    table: ir.Table
    header: list[str]
    text: str = ""
    broken: str = ""
    layout: Mapping[str, Any] = field(default_factory=dict)
