"""The audit of a finished release: what everything in it, taken together, says about what is hidden."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from armwise.disclosure.audit import (
    Block,
    Relation,
    Unknown,
    around,
    block_of,
    blocks,
    bounds,
    gives_away,
    leaks,
)
from armwise.disclosure.bounds import TIME, Bound, bounds_of, times_of
from armwise.disclosure.cells import Cell, Place, Row, cells_of, place_of
from armwise.disclosure.sums import Sum


@dataclass(frozen=True)
class Leak:
    """A small count that published numbers confine: what it is about, and the sums and bounds that do so."""

    place: Place
    low: float
    high: float
    relations: tuple[Relation, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the estimates that take part."""
        return tuple(each.key for each in self.relations if isinstance(each, Bound))

    def said(self) -> str:
        """Say what leaks, and which tables together give it away."""
        return (
            f"a count that must stay hidden can be computed, within {self.low:.0f} to {self.high:.0f}, from "
            f"what these show together: {'; '.join(self.tables())} ({'/'.join(self.place)})"
        )

    def tables(self) -> list[str]:
        """Return where the numbers stand that leak together, in words."""
        places = [place for each in self.relations for place in _places(each)]
        return sorted({table_of(place) for place in [self.place, *places]})


class Audit:
    """Looks at a release as a reader does who adds up, subtracts and multiplies all that it shows."""

    def __init__(
        self,
        rows: Sequence[Row],
        sums: Sequence[Sum],
        small_cell: int,
        known: Collection[Cell] = frozenset(),
        earlier: Sequence[Row] = (),
    ) -> None:
        """Take the results at full precision, without which nobody knows what is hidden.

        `sums`: those among their counts; `known`: counts that are known already; `earlier`: the rows of
        releases that are out.
        """
        self.rows, self.sums, self.small_cell, self.known = rows, sums, small_cell, known
        there = {row["key"] for row in rows}
        self.earlier = [row for row in earlier if row["key"] in there]
        self.safe: set[Unknown] = set()

    def leaks(self, published: Sequence[Row]) -> Iterator[Leak]:
        """Yield the small counts that `published` gives away, each with what gives it away.

        Between two calls less may be published, not more: what was safe stays so.
        """
        hidden = hidden_in(self.rows, published).difference(self.known)
        said = bounds_of(self.rows, [*published, *self.earlier])
        for block in blocks([*self.sums, *said], hidden):
            for unknown in leaks(block, self.small_cell, self.safe):
                yield _leak(block, unknown, hidden, self.small_cell)


def hidden_in(rows: Sequence[Row], published: Sequence[Row]) -> set[Cell]:
    """Return the counts, and the person-years, that no published row shows."""
    shown = {cell for row in published for cell in cells_of(row).values()}
    hidden = {cell for row in rows for cell in cells_of(row).values()} - shown
    timed = {place_of(row) for row in published if row.get(TIME) is not None}
    return hidden | {cell for place, cell in times_of(rows).items() if place not in timed}


def _leak(block: Block, unknown: Unknown, hidden: Collection[Cell], small_cell: int) -> Leak:
    together = _needed(block, unknown, hidden, small_cell)
    low, high = bounds(block_of(together, hidden), unknown)
    place = unknown.total.place if isinstance(unknown, Sum) else unknown.place
    return Leak(place, low, high, tuple(together))


def _needed(block: Block, unknown: Unknown, hidden: Collection[Cell], small_cell: int) -> list[Relation]:
    """Return sums and bounds of a block that give an unknown away, none of which can be left out."""
    needed = around(block, unknown, hidden, small_cell)
    for each in list(needed):
        rest = [other for other in needed if other != each]
        if gives_away(rest, unknown, hidden, small_cell):
            needed = rest
    return needed


def _places(each: Relation) -> Iterator[Place]:
    cells = [cell for cell, _ in each.terms] if isinstance(each, Bound) else [*each.parts, each.total]
    yield from (cell.place for cell in cells)


def table_of(place: Place) -> str:
    """Say in words where a count stands in the report."""
    name = place.subgroup.partition("=")[0]
    if place.analysis_set == "randomized" and place.window in ("flow", "baseline"):
        return f"{place.window} table"
    if place.analysis_set in ("extract", "checks"):
        return "checks of the data"
    if place.analysis_set != "itt":
        return f"{place.analysis_set}, {place.window}"
    return f"outcomes, {place.window}" + (f", by {name}" if name != "all" else "")
