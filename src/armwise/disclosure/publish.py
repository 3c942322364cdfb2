"""From the full-precision dataset to the one that may leave the machine."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from armwise.disclosure.cells import SIZES, Cell, Place, Row, arms_of, cells_of, place_of
from armwise.disclosure.suppress import hidden_cells, shares_too_small
from armwise.disclosure.words import masked

SIGNIFICANT = 6
COUNTED = (*SIZES, "events")
NUMBERS = ("estimate", "std_error", "ci_low", "ci_high", "p_value", "df", *COUNTED, "person_years")
# What a count that stays hidden could be computed from.
TIED = ("estimate", "std_error", "ci_low", "ci_high", "p_value", "df", "n_informative", "clusters", "person_years")
LOG = ("key", "columns", "reason")
OWN = "a count below the limit, or one that protects such a count"
DERIVED = "computed from a hidden count"

Published = dict[str, Any]


def disclose(ard: Sequence[Row], small_cell: int, public: bool) -> tuple[list[Published], list[dict[str, str]]]:
    """Return the dataset as it may be shown, and the log of what was hidden, where and why.

    `ard`: rows as mappings with the columns of the results dataset. Estimates are rounded to 6 significant
    digits; counts stay exact. A hidden number is None and its row has `hidden` true. The log does not say
    which count was small and which one was hidden to protect it: that alone would narrow the range.
    With `public`, nothing is hidden.
    """
    if public:
        return [{**_rounded(row), "hidden": False} for row in ard], []
    hidden = hidden_cells(ard, small_cell)
    touched = {cell.place for cell in hidden} | {place_of(r) for r in ard if shares_too_small(r, small_cell)}
    published, log = [], []
    for row in ard:
        blank = _blanks(row, hidden, touched)
        published.append({**_rounded(row), **dict.fromkeys(blank), "hidden": bool(blank)})
        published[-1] |= {name: masked(row.get(name), small_cell) for name in ("warning", "error")}
        if blank:
            log.append({"key": row["key"], "columns": " ".join(blank), "reason": _reason(row, hidden)})
    return published, log


def _blanks(row: Row, hidden: set[Cell], touched: set[Place]) -> list[str]:
    """Return the columns of a row that must be blank, in the order of the dataset."""
    own = {column for column, cell in cells_of(row).items() if cell in hidden}
    place = place_of(row)
    if any(place._replace(contrast=arm) in touched for arm in (place.contrast, *arms_of(place.contrast))):
        own |= {column for column in TIED if _is_tied(row, column)}
    return [column for column in NUMBERS if column in own and row.get(column) is not None]


def _is_tied(row: Row, column: str) -> bool:
    """A count keeps its place unless it is hidden itself; all else in a row with a hidden count goes."""
    return column not in cells_of(row) or column in ("n_informative", "clusters")


def _reason(row: Row, hidden: set[Cell]) -> str:
    return OWN if any(cell in hidden for cell in cells_of(row).values()) else DERIVED


def _rounded(row: Row) -> Published:
    return {name: _round(name, value) for name, value in row.items()}


def _round(name: str, value: Any) -> Any:
    if value is None or name not in NUMBERS:
        return value
    if name in COUNTED or float(value).is_integer():
        return int(value)
    return float(f"{value:.{SIGNIFICANT}g}")


def write_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], path: str | Path) -> None:
    """Write rows as CSV: None is blank, true and false in small letters."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(columns)
        for row in rows:
            lines.writerow([_text(row.get(column)) for column in columns])


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
