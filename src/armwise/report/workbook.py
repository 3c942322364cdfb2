"""All tables in one Excel workbook, a tab for each: the strings of the report, and no formula."""

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell as Square
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from armwise.report.tables import stored
from armwise.report.tables.model import Line, Table

LONGEST_NAME = 31  # of a tab, in Excel
WIDEST, NARROWEST = 60, 9  # characters
BOLD, GREY = Font(bold=True), Font(color="595959", italic=True)
BELOW, ABOVE = Border(bottom=Side("thin")), Border(top=Side("thin"))
# What a file's making would leave in it: the same tables give the same bytes.
EPOCH = "1980-01-01T00:00:00Z"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def write_workbook(tables: Sequence[str | Path], path: str | Path) -> None:
    """Write the stored `tables` as one workbook, in their order."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in map(stored.read, tables):
        _fill(book.create_sheet(table.id[:LONGEST_NAME]), table)
    made = BytesIO()
    book.save(made)
    Path(path).write_bytes(_without_times(made))


def _fill(sheet: Worksheet, table: Table) -> None:
    _put(sheet, 1, 1, table.title, BOLD)
    row = _headings(sheet, table)
    sheet.freeze_panes = sheet.cell(row + 1, 2)
    sheet.print_title_rows = f"1:{row}"
    for line in table.lines:
        row += 1
        _line(sheet, row, line)
    for note in table.notes:
        row += 1
        _put(sheet, row, 1, note, GREY)
    _widths(sheet, table)


def _headings(sheet: Worksheet, table: Table) -> int:
    """Write the headings, those that several columns share above them, and return their last row."""
    row, at = 2, 1
    if table.has_groups:
        for group, span in table.header_groups():
            _put(sheet, row, at, group, BOLD)
            if span > 1:
                sheet.merge_cells(start_row=row, end_row=row, start_column=at, end_column=at + span - 1)
            at += span
        row += 1
    for at, column in enumerate(table.columns, 1):
        _put(sheet, row, at, column.label, BOLD).border = BELOW
    return row


def _line(sheet: Worksheet, row: int, line: Line) -> None:
    bold = BOLD if line.kind == "group" or "strong" in line.kind else None
    label = _put(sheet, row, 1, line.label, bold)
    label.alignment = Alignment(indent=int("level" in line.kind), wrap_text=True, vertical="top")
    for at, cell in enumerate(line.cells, 2):
        _put(sheet, row, at, cell.text, bold).alignment = Alignment(horizontal="right", vertical="top")


def _put(sheet: Worksheet, row: int, column: int, text: str, font: Font | None = None) -> Square:
    """Write text as text, whatever it begins with: no cell is a formula, a number or a date."""
    square = sheet.cell(row, column)
    square.value = text
    square.data_type = "s"
    square.number_format = "@"
    square.quotePrefix = True
    square.font = font or Font()
    return square


def _widths(sheet: Worksheet, table: Table) -> None:
    for at, column in enumerate(table.columns):
        texts = [column.label, *(_text(line, at) for line in table.lines)]
        letter = sheet.cell(1, at + 1).column_letter
        sheet.column_dimensions[letter].width = min(max(NARROWEST, *map(len, texts)) + 2, WIDEST)


def _text(line: Line, at: int) -> str:
    if at == 0:
        return line.label
    return line.cells[at - 1].text if at <= len(line.cells) else ""


def _without_times(made: BytesIO) -> bytes:
    """Return a workbook with one fixed time in the place of those at which it was made."""
    clean = BytesIO()
    with ZipFile(made) as before, ZipFile(clean, "w", ZIP_DEFLATED) as after:
        for name in sorted(before.namelist()):
            content = before.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>" + EPOCH.encode(), content)
            after.writestr(ZipInfo(name, FIRST_DAY), content, ZIP_DEFLATED)
    return clean.getvalue()
