"""A table as CSV and as HTML: the same strings."""

import csv
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from armwise.report.tables.model import Table

DATA = ["table.html.j2"]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def html(table: Table) -> str:
    """Return the table as an HTML fragment; every label and value is escaped."""
    folder = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(DATA[0]).render(table=table)


def write_html(table: Table, path: str | Path) -> None:
    """Write the HTML fragment."""
    Path(path).write_text(html(table), encoding="utf-8", newline="\n")


def write_csv(table: Table, path: str | Path) -> None:
    """Write the strings; no cell starts a formula when a spreadsheet opens the file."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow([harmless(_heading(c.group, c.label)) for c in table.columns])
        for line in table.lines:
            texts = [line.label, *(cell.text for cell in line.cells)]
            texts += [""] * (table.width - len(texts))
            lines.writerow([harmless(text) for text in texts])


def harmless(text: str) -> str:
    """Return text that a spreadsheet takes for text: an apostrophe before what would start a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _heading(group: str, label: str) -> str:
    return f"{group}: {label}" if group else label
