"""The workbook shows the strings of the tables, a tab for each, and the same bytes every time."""

import csv
import os
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from armwise.report.tables import stored
from armwise.report.tables.model import Cell, Column, Line, Table
from armwise.report.tables.render import harmless
from armwise.report.workbook import write_workbook

TABLE = Table(
    "outcomes",
    "Outcomes",
    (Column("Outcome"), Column("No.", "Usual care"), Column("Rate", "Usual care")),
    (
        Line("Admissions", (), "group"),
        Line("12 months", (Cell("007", "itt/a"), Cell("=1+1", "itt/b")), "level strong"),
    ),
    ("A note.",),
)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    stored.write(TABLE, tmp_path / "outcomes.json")
    write_workbook([tmp_path / "outcomes.json"], tmp_path / "tables.xlsx")
    return tmp_path / "tables.xlsx"


def test_a_stored_table_is_read_as_it_was(written: Path) -> None:
    assert stored.read(written.with_name("outcomes.json")) == TABLE


def test_headings_lines_and_notes_stand_where_they_do_in_the_report(written: Path) -> None:
    sheet = load_workbook(written)["outcomes"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Outcomes", None, None],
        [None, "Usual care", None],
        ["Outcome", "No.", "Rate"],
        ["Admissions", None, None],
        ["12 months", "007", "=1+1"],
        ["A note.", None, None],
    ]
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["B2:C2"]


def test_nothing_is_a_formula_a_number_or_a_date(written: Path) -> None:
    sheet = load_workbook(written)["outcomes"]
    squares = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in squares} == {"s"}
    assert {cell.number_format for cell in squares} == {"@"}


def test_the_same_tables_give_the_same_bytes(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written.read_bytes()
    monkeypatch.setitem(os.environ, "TZ", "Asia/Tokyo")
    time.tzset()
    write_workbook([written.with_name("outcomes.json")], written)
    assert written.read_bytes() == before


def test_every_string_of_every_csv_is_in_its_tab(shown: Path) -> None:
    """With the apostrophe that keeps a spreadsheet from reading a cell of a CSV as a formula."""
    book = load_workbook(shown / "tables.xlsx")
    files = sorted((shown / "tables").glob("*.csv"))
    assert sorted(book.sheetnames) == [path.stem for path in files]
    for path in files:
        with path.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream))[1:]
        cells = {harmless(cell.value) for row in book[path.stem].iter_rows() for cell in row if cell.value}
        assert {text for line in lines for text in line if text} <= cells
