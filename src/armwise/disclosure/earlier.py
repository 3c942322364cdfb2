"""What earlier releases showed: fixed facts, which nothing can hide again."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from armwise.disclosure.cells import Cell, Place, Row, cells_of
from armwise.disclosure.sums import Sum, sums_of

NUMBERS = ("estimate", "n", "n_informative", "clusters", "events")

Counts = Mapping[tuple[Place, str], Cell]


@dataclass(frozen=True)
class Known:
    """Counts that everybody knows already, and all sums in which they and those of a new release stand."""

    cells: frozenset[Cell]
    sums: tuple[Sum, ...]


def read_release(path: str | Path) -> list[dict[str, Any]]:
    """Return the rows of a published dataset (ard.csv); a blank number is None."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [_typed(row) for row in csv.DictReader(file)]


def _typed(row: dict[str, str]) -> dict[str, Any]:
    return row | {name: float(row[name]) if row[name] else None for name in NUMBERS}


def known_from(
    releases: Sequence[Sequence[Row]],
    rows: Sequence[Row],
    small_cell: int,
    related: Sequence[Sequence[str]] = (),
) -> Known:
    """Return what earlier releases say about the counts of `rows`, and all sums of old and new counts.

    A count of the same place with the same value is the same count. Where the value has changed, old and new
    may be parts of each other: the few by which they differ must not be told.
    """
    counts = {(cell.place, cell.what): cell for row in rows for cell in cells_of(row).values()}
    cells: set[Cell] = set()
    sums = sums_of([*rows, *_only_earlier(releases, rows)], small_cell, related)
    for number, release in enumerate(releases, start=1):
        names = _named(release, counts, f"earlier release {number}")
        cells |= set(names.values())
        sums += (_renamed(each, names) for each in sums_of(release, small_cell, related))
        sums += _changed(names, counts, small_cell)
    return Known(frozenset(cells), tuple(dict.fromkeys(each for each in sums if not _is_past(each, cells))))


def _only_earlier(releases: Sequence[Sequence[Row]], rows: Sequence[Row]) -> list[Row]:
    """Return the results of earlier releases that the new one does not have."""
    there = {row["key"] for row in rows}
    return [row for release in releases for row in release if row["key"] not in there]


def _named(release: Iterable[Row], counts: Counts, name: str) -> dict[Cell, Cell]:
    """Return every count of a release as it is called here: as itself unless its value has changed."""
    found = {}
    for cell in (cell for row in release for cell in cells_of(row).values()):
        now = counts.get((cell.place, cell.what), cell)
        changed = cell.place._replace(analysis_set=f"{cell.place.analysis_set}, {name}")
        found[cell] = now if now.value == cell.value else cell._replace(place=changed)
    return found


def _renamed(each: Sum, names: Mapping[Cell, Cell]) -> Sum:
    return replace(each, total=names[each.total], parts=tuple(names[part] for part in each.parts))


def _changed(names: Mapping[Cell, Cell], counts: Counts, small_cell: int) -> Iterator[Sum]:
    """Yield old and new counts of one place that differ by a small count."""
    for cell, old in names.items():
        new = counts.get((cell.place, cell.what))
        if new is not None and 0 < abs(new.value - old.value) < small_cell:
            part, whole = sorted((old, new), key=lambda each: each.value)
            yield Sum(whole, (part,), round(whole.value - part.value))


def _is_past(each: Sum, cells: set[Cell]) -> bool:
    """Say whether a sum is about earlier releases alone: nothing can be done about it."""
    return cells.issuperset((*each.parts, each.total))
