"""Choose the cells to hide: small counts first, then what they could be computed from."""

from collections.abc import Collection, Iterable, Sequence
from heapq import heappop, heappush
from typing import Any, NamedTuple

from armwise.disclosure.audit import Block, Relation, Unknown, around, blocks, leaks
from armwise.disclosure.cells import Cell, Row, cells_of, implied_count, may_be_share
from armwise.disclosure.importance import Importance
from armwise.disclosure.repeats import repeats
from armwise.disclosure.seen_early import seen_early
from armwise.disclosure.sums import WHOLE, Sum, is_sensitivity


class LeftKnown(ValueError):
    """A small count stays known whatever else is hidden."""


def is_small(value: float, small_cell: int) -> bool:
    """Say whether a count must be hidden: from 1 to one below `small_cell`; zero may be shown."""
    return 0.5 <= value < small_cell - 0.5


def hidden_cells(
    rows: Sequence[Row],
    sums: Sequence[Sum],
    small_cell: int,
    importance: Importance,
    known: Collection[Cell] = frozenset(),
) -> set[Cell]:
    """Return the cells to hide so that no count from 1 to `small_cell` - 1 can be seen or subtracted out.

    `importance` decides what is hidden beside the small counts. Those of `known` are known already: to hide
    them would protect nothing, although small ones are not shown again.
    """
    cells = dict.fromkeys(cell for row in rows for cell in cells_of(row).values())
    small = {cell for cell in cells if is_small(cell.value, small_cell)}
    small |= {lost for lost, analysed in seen_early(cells) if is_small(analysed, small_cell)}
    search = Search(sums, small_cell, importance, repeats(cells, sums), known)
    return small | search.complete(small)


class Search:
    """Looks for counts to hide until no sum, and no sums together, give a small count away."""

    def __init__(
        self,
        sums: Sequence[Sum],
        small_cell: int,
        importance: Importance,
        same: dict[Cell, list[Cell]],
        known: Collection[Cell],
    ) -> None:
        self.sums, self.small_cell, self.importance, self.same = sums, small_cell, importance, same
        self.known = {again for cell in known for again in self._everywhere(cell)}
        self.pending = Pending(sums)
        self.hidden: set[Cell] = set()
        self.safe = Safe(set(), set())

    def complete(self, small: set[Cell]) -> set[Cell]:
        """Return the small counts with all that must be hidden beside them."""
        self._hide(small)
        self._sum_by_sum()
        while self._jointly():
            self._sum_by_sum()
        return self.hidden

    def _hide(self, cells: Iterable[Cell]) -> None:
        """Hide counts wherever they stand."""
        more = {again for cell in cells for again in self._everywhere(cell)} - self.known
        self.hidden |= more
        self.pending.look_again(more)

    def _everywhere(self, cell: Cell) -> Sequence[Cell]:
        return self.same.get(cell, (cell,))

    def _sum_by_sum(self) -> None:
        """Hide a count more in each sum that leaks by itself."""
        while (each := self.pending.first_leak(self.hidden, self.small_cell)) is not None:
            if self._open([each]):
                self._hide([self._least([each])])
            else:
                self.pending.leave()

    def _jointly(self) -> bool:
        """Hide a count more wherever several sums together leak; say whether any did."""
        touched: set[Sum] = set()
        found = False
        for block in list(blocks(self.sums, self.hidden)):
            if block in self.safe.blocks:
                continue
            leaking = leaks(block, self.small_cell, self.safe.unknowns)
            found |= bool(leaking)
            if not leaking:
                self.safe.blocks.add(block)
            for unknown in leaking:
                near = sums_in(around(block, unknown, self.hidden, self.small_cell))
                if touched.isdisjoint(near):
                    chosen = self._beside(unknown, near, block)
                    self._hide([chosen])
                    touched.update(each for each in near if chosen in (*each.parts, each.total))
        return found

    def _beside(self, unknown: Unknown, near: Sequence[Sum], block: Block) -> Cell:
        """Return a count to hide in the sums that give an unknown away, else in its block."""
        for sums in (near, block.sums):
            if self._open(sums):
                return self._least(sums)
        where = unknown.total.place if isinstance(unknown, Sum) else unknown.place
        raise LeftKnown(f"a small count stays known whatever else is hidden: {'/'.join(where)}")

    def _open(self, sums: Iterable[Sum]) -> set[Cell]:
        """Return the published counts of some sums that can be hidden."""
        return {cell for each in sums for cell in (*each.parts, each.total)} - self.hidden - self.known

    def _least(self, sums: Sequence[Sum]) -> Cell:
        """Return the published count of some sums that matters least."""
        as_total = {each.total for each in sums if not each.total_first}
        given_up = {each.total for each in sums if each.total_first}

        def order(cell: Cell) -> tuple[Any, ...]:
            """What matters least first, then what says nothing new; zeros and totals last, small first."""
            everywhere = self._everywhere(cell)
            return (
                -min(self.importance.rank(each.place) for each in everywhere),
                not all(_gives_way(each) for each in everywhere),
                cell not in given_up,
                cell in as_total,
                cell.value == 0,
                cell.value,
                cell,
            )

        return min(self._open(sums), key=order)


class Safe(NamedTuple):
    """What was proved safe: it stays so, because hiding more leaves more room."""

    blocks: set[Block]
    unknowns: set[Unknown]


class Pending:
    """The sums that may leak: at first all, later those of which a count was hidden since."""

    def __init__(self, sums: Sequence[Sum]) -> None:
        self.sums, self.places = sums, list(range(len(sums)))
        self.of: dict[Cell, list[int]] = {}
        for place, each in enumerate(sums):
            for cell in (each.total, *each.parts):
                self.of.setdefault(cell, []).append(place)

    def first_leak(self, hidden: set[Cell], small_cell: int) -> Sum | None:
        """Return the first sum that leaks, in their order; None when none does."""
        while self.places:
            each = self.sums[self.places[0]]
            if _leaks(each, hidden, small_cell):
                return each
            heappop(self.places)
        return None

    def leave(self) -> None:
        """Leave the first sum to the sums around it."""
        heappop(self.places)

    def look_again(self, cells: Iterable[Cell]) -> None:
        """Take the sums of newly hidden cells in again."""
        for place in {place for cell in cells for place in self.of.get(cell, [])}:
            heappush(self.places, place)


def sums_in(relations: Iterable[Relation]) -> list[Sum]:
    """Return the sums among sums and bounds."""
    return [each for each in relations if isinstance(each, Sum)]


def _gives_way(cell: Cell) -> bool:
    """Say whether a count is hidden before others: it says again, or otherwise, what others say."""
    return is_sensitivity(cell.place) or cell.what in WHOLE


def _leaks(each: Sum, hidden: Collection[Cell], small_cell: int) -> bool:
    """Say whether a sum gives a hidden count, or a small rest, away.

    It does when that is its only unknown, or when the unknown parts of a known total sum to so little that
    each of them must be small.
    """
    total_hidden = each.total in hidden
    unknown = [part.value for part in each.parts if part in hidden] + [each.rest] * (each.rest > 0)
    concerns = total_hidden or any(p in hidden for p in each.parts) or is_small(each.rest, small_cell)
    if not concerns or not unknown + [0] * total_hidden:
        return False
    if len(unknown) + total_hidden == 1:
        return True
    return not total_hidden and sum(unknown) < small_cell


def shares_too_small(row: Row, small_cell: int) -> bool:
    """Say whether a share gives away a small count, or that only few are left, with the n beside it."""
    count = implied_count(row)
    if count is None:
        return False
    left = float(row["n"]) - count if may_be_share(row) else 0.0
    return is_small(count, small_cell) or is_small(left, small_cell)
