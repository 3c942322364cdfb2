"""From the full-precision dataset to the one that may leave the machine."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from armwise.disclosure.cells import (
    SHARES,
    SIZES,
    UPTAKE,
    Cell,
    Place,
    Row,
    arms_of,
    cells_of,
    counted_at,
    place_of,
    rests_on_uptake,
)
from armwise.disclosure.curves import too_close
from armwise.disclosure.importance import Importance, Order
from armwise.disclosure.sums import LEFT_OUT, PRIMARY, WHOLE, is_sensitivity
from armwise.disclosure.suppress import hidden_cells, is_small, shares_too_small
from armwise.disclosure.words import masked

SIGNIFICANT = 6
COUNTED = (*SIZES, "events")
STATED = ("estimate", "std_error", "ci_low", "ci_high", "p_value", "df")
NUMBERS = ("estimate", "std_error", "ci_low", "ci_high", "p_value", "df", *COUNTED, "person_years")
# What a count that stays hidden could be computed from.
TIED = (
    "estimate",
    "std_error",
    "ci_low",
    "ci_high",
    "p_value",
    "df",
    "n_informative",
    "clusters",
    "person_years",
)
LOG = ("key", "columns", "reason")
OWN = "a count below the limit, or one that protects such a count"
DERIVED = "computed from a hidden count"

Published = dict[str, Any]


def disclose(
    ard: Sequence[Row],
    small_cell: int,
    public: bool,
    related: Sequence[Sequence[str]] = (),
    order: Order = (),
) -> tuple[list[Published], list[dict[str, str]]]:
    """Return the dataset as it may be shown, and the log of what was hidden, where and why.

    `ard`: rows as mappings with the columns of the results dataset. Estimates are rounded to 6 significant
    digits; counts stay exact. A hidden number is None and its row has `hidden` true. The log does not say
    which count was small and which one was hidden to protect it: that alone would narrow the range.
    `related`: groups of outcomes of which one may be a part of another, as all and avoidable admissions.
    `order`: from what matters most to what matters least, parts of a key with their values; of the counts
    that would protect a small one, that of the last line is hidden. With `public`, nothing is hidden.
    """
    if public:
        return [{**_rounded(row), "hidden": False} for row in ard], []
    hidden = hidden_cells(ard, small_cell, related, Importance(order))
    primary = {(cell.place, cell.what): cell for row in ard for cell in cells_of(row).values()}
    beside_small = {_siblings(cell.place) for cell in hidden if is_small(cell.value, small_cell)}
    tied = {
        cell.place
        for cell in hidden
        if _ties(cell, small_cell, beside_small) and not gives_way(cell, hidden, primary, small_cell)
    }
    tied |= {place_of(row) for row in ard if shares_too_small(row, small_cell)}
    close = too_close(ard, small_cell)
    published, log = [], []
    for row in ard:
        blank = _blanks(row, hidden, tied, close, small_cell)
        published.append({**_rounded(row), **dict.fromkeys(blank), "hidden": bool(blank)})
        published[-1] |= {name: masked(row.get(name), small_cell) for name in ("warning", "error")}
        if blank:
            log.append({"key": row["key"], "columns": " ".join(blank), "reason": _reason(row, hidden)})
    return published, log


def _ties(cell: Cell, small_cell: int, beside_small: set[Place]) -> bool:
    """Say whether a hidden cell takes the estimates of its place with it.

    Those left out or observed in some way, and a size that is hidden for their sake alone, do not: rates and
    effects give neither away. A level that protects a small one of the same characteristic does: its
    person-years would give away those of the small one.
    """
    if cell.what in (*LEFT_OUT, *WHOLE):
        return False
    if cell.what not in SIZES or cell.value < small_cell:
        return True
    return cell.place.subgroup != "all" and _siblings(cell.place) in beside_small


def gives_way(
    cell: Cell, hidden: set[Cell], counts: Mapping[tuple[Place, str], Cell], small_cell: int
) -> bool:
    """Say whether a count of a sensitivity analysis is hidden for the sake of its gap to the primary alone.

    Then its estimates stay, and its person-time does not: the primary analysis shows both, so that a rate
    tells roughly the count that is known roughly, and not how few events lie between the two.
    """
    if not is_sensitivity(cell.place) or cell.value < small_cell:
        return False
    primary = counts.get((cell.place._replace(analysis_set=PRIMARY), cell.what))
    return primary is not None and primary not in hidden


def _siblings(place: Place) -> Place:
    """Return what the levels of one characteristic have in common."""
    return place._replace(subgroup=place.subgroup.partition("=")[0])


def few_uninformative(row: Row, small_cell: int) -> bool:
    """Say whether n and n_informative side by side tell of few who do not inform a ratio."""
    if row.get("n") is None or row.get("n_informative") is None:
        return False
    return is_small(row["n"] - row["n_informative"], small_cell)


def _blanks(row: Row, hidden: set[Cell], tied: set[Place], close: set[str], small_cell: int) -> list[str]:
    """Return the columns of a row that must be blank, in the order of the dataset."""
    cells = cells_of(row)
    blank = {column for column, cell in cells.items() if cell in hidden}
    if blank & {"n", "clusters"}:
        blank |= {"n", "n_informative", "clusters", "df"}
        blank |= {"events"} if row["measure"] in SHARES else set()
    place = counted_at(place_of(row))
    if blank & {"n", "events"} and is_sensitivity(place):
        blank |= {"n_informative", "person_years"}
    if _is_tied(place, tied):
        blank |= {column for column in TIED if column not in cells or column in ("n_informative", "clusters")}
    if rests_on_uptake(row) and _is_tied(place._replace(outcome=UPTAKE, subgroup="all"), tied):
        blank |= set(STATED) if place.subgroup == "all" else set(NUMBERS)
    blank |= set(STATED) if row["key"] in close else set()
    blank |= {"n_informative"} if few_uninformative(row, small_cell) else set()
    return [column for column in NUMBERS if column in blank and row.get(column) is not None]


def _is_tied(place: Place, tied: set[Place]) -> bool:
    return any(place._replace(contrast=arm) in tied for arm in (place.contrast, *arms_of(place.contrast)))


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
