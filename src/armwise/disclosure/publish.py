"""From the full-precision dataset to the one that may leave the machine."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from armwise.disclosure.blanks import COUNTED, NUMBERS, Withheld, withheld_with
from armwise.disclosure.cells import Cell, Place, Row, arms_of, cells_of, place_of
from armwise.disclosure.earlier import known_from
from armwise.disclosure.importance import Importance, Order
from armwise.disclosure.leaks import Audit, Leak
from armwise.disclosure.suppress import LeftKnown, hidden_cells
from armwise.disclosure.words import masked

SIGNIFICANT = 6
LOG = ("key", "columns", "reason")
OWN = "a count below the limit, or one that protects such a count"
DERIVED = "computed from a hidden count"
# The measure of an arm that a comparison is made of, where its name does not say so.
COMPARED = {"loss_difference": "share_lost"}

Published = dict[str, Any]


def disclose(
    ard: Sequence[Row],
    small_cell: int,
    public: bool,
    related: Sequence[Sequence[str]] = (),
    order: Order = (),
    earlier: Sequence[Sequence[Row]] = (),
) -> tuple[list[Published], list[dict[str, str]]]:
    """Return the dataset as it may be shown, and the log of what was hidden, where and why.

    `ard`: rows as mappings with the columns of the results dataset. Estimates are rounded to 6 significant
    digits; counts stay exact. A hidden number is None and its row has `hidden` true. The log does not say
    which count was small and which one was hidden to protect it: that alone would narrow the range.
    `related`: groups of outcomes of which one may be a part of another, as all and avoidable admissions.
    `order`: from what matters most to what matters least, parts of a key with their values; of the counts
    that would protect a small one, that of the last line is hidden. `earlier`: the rows of releases that are
    out already, whose counts cannot be hidden again. With `public`, nothing is hidden. Raise LeftKnown when
    a small count stays known whatever else is hidden.
    """
    if public:
        return [{**_rounded(row), "hidden": False} for row in ard], []
    importance = Importance(order)
    known = known_from(earlier, ard, small_cell, related)
    hidden = hidden_cells(ard, known.sums, small_cell, importance, known.cells)
    withheld = withheld_with(hidden, ard, small_cell)
    audit = Audit(ard, known.sums, small_cell, known.cells, [row for release in earlier for row in release])
    while leaks := list(audit.leaks(published := [_published(row, withheld) for row in ard])):
        withheld.keys.update(_withheld_for(leaks, ard, importance))
    return published, list(_log(ard, withheld))


def _published(row: Row, withheld: Withheld) -> Published:
    blank = withheld.blanks(row)
    said = {name: masked(row.get(name), withheld.small_cell) for name in ("warning", "error")}
    return {**_rounded(row), **dict.fromkeys(blank), "hidden": bool(blank), **said}


def _withheld_for(leaks: Iterable[Leak], rows: Sequence[Row], importance: Importance) -> set[str]:
    """Return the keys of the estimates to withhold: of each leak those that matter least, of all methods, and
    the comparisons with other arms, which would give them back.

    Raise LeftKnown where no estimate takes part in a leak.
    """
    by_key = {row["key"]: row for row in rows}
    places = set()
    for leak in leaks:
        here = [key for key in leak.keys if key in by_key]
        if not here:
            raise LeftKnown(leak.said())
        least = by_key[max(here, key=lambda key: (importance.rank(place_of(by_key[key])), key))]
        places.add((place_of(least), least["measure"]))
    return {row["key"] for row in rows if not places.isdisjoint(_tells_of(row))}


def _tells_of(row: Row) -> Iterable[tuple[Place, str]]:
    """Yield the places and measures that a row tells of: its own, and those of the arms that it compares."""
    place, measure = place_of(row), row["measure"]
    yield place, measure
    compared = COMPARED.get(measure) or measure.removesuffix("_difference").removesuffix("_ratio")
    yield from ((place._replace(contrast=arm), compared) for arm in arms_of(place.contrast))


def _log(rows: Sequence[Row], withheld: Withheld) -> Iterable[dict[str, str]]:
    for row in rows:
        if blank := withheld.blanks(row):
            reason = _reason(row, withheld.hidden)
            yield {"key": row["key"], "columns": " ".join(blank), "reason": reason}


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
