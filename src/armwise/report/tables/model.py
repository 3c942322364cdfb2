"""One table, computed once: finished strings, each with the key of the result it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass

from armwise.report.results import Row as Result


@dataclass(frozen=True)
class Cell:
    """A finished string; `key` names the results behind it, joined by " | ", and is empty for words."""

    text: str = ""
    key: str = ""


@dataclass(frozen=True)
class Column:
    """The heading of a column, with the heading that it shares with its neighbours, if any."""

    label: str
    group: str = ""


@dataclass(frozen=True)
class Line:
    """One line: its label and its cells.

    `kind`: `group` (a heading without cells), `level` (indented under one), `plain`, or `strong` (the result
    that the trial was made for).
    """

    label: str
    cells: tuple[Cell, ...] = ()
    kind: str = "plain"


@dataclass(frozen=True)
class Table:
    """A table: `columns` names the first column too, so each line has one cell fewer than it."""

    id: str
    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns, the labels included."""
        return len(self.columns)

    def header_groups(self) -> Iterator[tuple[str, int]]:
        """Yield the upper headings with the number of columns that each spans; "" where there is none."""
        start = 0
        while start < self.width:
            group = self.columns[start].group
            end = start + 1
            while group and end < self.width and self.columns[end].group == group:
                end += 1
            yield group, end - start
            start = end

    @property
    def has_groups(self) -> bool:
        """Whether any column stands under an upper heading."""
        return any(column.group for column in self.columns)


def cell(text: str, *results: Result | None) -> Cell:
    """Return a cell with the keys of the results behind it."""
    return Cell(text, " | ".join(dict.fromkeys(r.key for r in results if r is not None)))
