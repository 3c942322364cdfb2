"""Choose the cells to hide: small counts first, then what they could be computed from."""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from armwise.disclosure.audit import Block, Unknown, blocks, leak
from armwise.disclosure.cells import Cell, Row, cells_of, implied_count, may_be_share
from armwise.disclosure.sums import PRIMARY, WHOLE, Sum, is_sensitivity, sums_of


class Leak(ValueError):
    """A small count stays known whatever else is hidden."""


def is_small(value: float, small_cell: int) -> bool:
    """Say whether a count must be hidden: from 1 to one below `small_cell`; zero may be shown."""
    return 0.5 <= value < small_cell - 0.5


def hidden_cells(rows: Sequence[Row], small_cell: int, related: Sequence[Sequence[str]] = ()) -> set[Cell]:
    """Return the cells to hide so that no count from 1 to `small_cell` - 1 can be seen or subtracted out.

    `related`: groups of outcomes of which one may be a part of another.
    """
    cells = [cell for row in rows for cell in cells_of(row).values()]
    hidden = {cell for cell in cells if is_small(cell.value, small_cell)}
    sums = sums_of(rows, related)
    repeated, safe, pending = _by_primary(cells), Safe(set(), set()), Pending(sums)
    hidden |= _repeats(hidden, repeated)
    while found := pending.first_leak(hidden, small_cell) or _joint_leak(sums, hidden, small_cell, safe):
        more = {found} | _repeats({found}, repeated)
        hidden |= more
        pending.look_again(more)
    return hidden


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

    def first_leak(self, hidden: set[Cell], small_cell: int) -> Cell | None:
        """Return what must be hidden for the first sum that leaks, in their order; None when none does."""
        while self.places:
            each = self.sums[self.places[0]]
            if _leaks(each, hidden, small_cell):
                return _complement(each, hidden)
            heappop(self.places)
        return None

    def look_again(self, cells: Iterable[Cell]) -> None:
        """Take the sums of newly hidden cells in again."""
        for place in {place for cell in cells for place in self.of.get(cell, [])}:
            heappush(self.places, place)


def _by_primary(cells: Iterable[Cell]) -> dict[Cell, list[Cell]]:
    """Return, by each count of the primary analysis, the same counts of sensitivity analyses."""
    found: dict[Cell, list[Cell]] = {}
    for cell in cells:
        if is_sensitivity(cell.place):
            primary = cell._replace(place=cell.place._replace(analysis_set=PRIMARY))
            found.setdefault(primary, []).append(cell)
    return found


def _repeats(hidden: Iterable[Cell], repeated: dict[Cell, list[Cell]]) -> set[Cell]:
    """Return the counts of sensitivity analyses that would show a hidden count of the primary analysis."""
    return {again for cell in hidden for again in repeated.get(cell, [])}


def _joint_leak(sums: Sequence[Sum], hidden: set[Cell], small_cell: int, safe: Safe) -> Cell | None:
    """Return a cell to hide because several sums together give a count away; note the safe blocks."""
    for block in blocks(sums, hidden):
        if block in safe.blocks:
            continue
        found = leak(block, small_cell, safe.unknowns)
        if found is not None:
            return _beside(found, block, hidden)
        safe.blocks.add(block)
    return None


def _beside(found: Unknown, block: Block, hidden: set[Cell]) -> Cell:
    """Return the smallest published count in a sum of what leaks, else in the block; zeros come last."""
    nearest = [each for each in block.sums if found == each or found in (*each.parts, each.total)]
    for sums in (nearest, block.sums):
        published = {cell for each in sums for cell in (*each.parts, each.total)} - hidden
        candidates = [cell for cell in published if cell.value] or list(published)
        if candidates:
            return min(
                candidates,
                key=lambda cell: (not _gives_way(cell), cell.value == 0, cell.value, cell),
            )
    where = found.total.place if isinstance(found, Sum) else found.place
    raise Leak(f"a small count stays known whatever else is hidden: {'/'.join(where)}")


def _gives_way(cell: Cell) -> bool:
    """Say whether a count is hidden before others: it says again, or otherwise, what others say."""
    return is_sensitivity(cell.place) or cell.what in WHOLE


def _leaks(each: Sum, hidden: set[Cell], small_cell: int) -> bool:
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


def _complement(each: Sum, hidden: set[Cell]) -> Cell:
    """Return the smallest other part, one that is not zero if there is one; the total as a last resort."""
    if each.total_first and each.total not in hidden:
        return each.total
    others = [part for part in each.parts if part not in hidden]
    candidates = [part for part in others if part.value] or others
    return min(candidates, key=lambda part: (part.value, part)) if candidates else each.total


def shares_too_small(row: Row, small_cell: int) -> bool:
    """Say whether a share gives away a small count, or that only few are left, with the n beside it."""
    count = implied_count(row)
    if count is None:
        return False
    left = float(row["n"]) - count if may_be_share(row) else 0.0
    return is_small(count, small_cell) or is_small(left, small_cell)
