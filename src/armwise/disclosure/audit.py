"""What could be computed about hidden counts from all published sums taken together, by linear programming.

Each sum is an equation between published and unknown counts, none of which is negative. For every unknown
count that must stay so, the smallest and the largest value that all equations allow are found; it leaks when
they leave less room than the small counts themselves have (after Fischetti and Salazar 2001).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from armwise.disclosure.cells import Cell
from armwise.disclosure.repeats import Groups
from armwise.disclosure.sums import Sum

# An unknown is a hidden cell, or what is missing to the total of a sum.
Unknown = Cell | Sum
Array = np.ndarray
TOLERANCE = 1e-6
# How far above the truth an unknown is looked for: more room than any count needs.
BEYOND = 1e5


class Inconsistent(ValueError):
    """The published counts contradict each other: a sum was found that is none."""


@dataclass(frozen=True)
class Block:
    """Sums that share unknowns, directly or through others, and those unknowns."""

    sums: tuple[Sum, ...]
    unknowns: tuple[Unknown, ...]


def unknowns_of(each: Sum, hidden: set[Cell]) -> list[Unknown]:
    """Return what a sum leaves unknown."""
    cells: list[Unknown] = [cell for cell in (*each.parts, each.total) if cell in hidden]
    return cells + ([each] if each.rest else [])


def blocks(sums: Iterable[Sum], hidden: set[Cell]) -> Iterator[Block]:
    """Yield the blocks of sums that leave something unknown, in a fixed order."""
    unknown = {each: found for each in sums if (found := unknowns_of(each, hidden))}
    groups: Groups[Unknown] = Groups()
    for found in unknown.values():
        for other in found:
            groups.join(found[0], other)
    members: dict[Unknown, list[Sum]] = {}
    for each, found in unknown.items():
        members.setdefault(groups.leader(found[0]), []).append(each)
    for together in members.values():
        everything = dict.fromkeys(u for each in together for u in unknown[each])
        yield Block(tuple(together), tuple(everything))


def leaks(block: Block, small_cell: int, safe: set[Unknown] | None = None) -> list[Unknown]:
    """Return the small counts of a block that its sums give away.

    `safe` are unknowns that were proved safe with fewer counts hidden, and it takes those proved here.
    """
    proved = set() if safe is None else safe
    small = [
        column
        for column, each in enumerate(block.unknowns)
        if each not in proved and 0 < value_of(each) < small_cell
    ]
    if not small:
        return []
    program = Program(block)
    program.spread(small)
    open_ = [column for column in small if not program.is_safe(column, small_cell)]
    known = {block.unknowns[column] for column in open_}
    proved.update(block.unknowns[column] for column in small if block.unknowns[column] not in known)
    return [block.unknowns[column] for column in open_]


def value_of(unknown: Unknown) -> int:
    """Return the true count behind an unknown."""
    return unknown.rest if isinstance(unknown, Sum) else unknown.value


def bounds(block: Block, unknown: Unknown) -> tuple[float, float]:
    """Return the smallest and the largest value of an unknown that the sums of its block allow."""
    program = Program(block)
    column = block.unknowns.index(unknown)
    program.stretch(column)
    return float(program.low[column]), float(program.high[column])


class Program:
    """The equations of a block, and the smallest and largest values of its unknowns seen to agree with them.

    The true values agree with all sums, and so does every solution found on the way: an unknown that has
    room in those needs no program of its own.
    """

    def __init__(self, block: Block) -> None:
        self.truth = np.array([value_of(each) for each in block.unknowns], dtype=float)
        self.low, self.high = self.truth.copy(), self.truth.copy()
        place = {each: column for column, each in enumerate(block.unknowns)}
        matrix, right = _equations(block.sums, place)
        self.equations = LinearConstraint(matrix, right, right)
        self.box = Bounds(np.zeros(len(place)), self.truth + BEYOND)

    def spread(self, columns: Sequence[int]) -> None:
        """Look at both ends of all the given unknowns together."""
        self._solve(columns, 1)
        self._solve(columns, -1)

    def stretch(self, column: int) -> None:
        """Find the smallest and the largest value of one unknown."""
        self.spread([column])

    def is_safe(self, column: int, small_cell: int) -> bool:
        """Say whether an unknown has as much room as small counts have, and not inside their range."""
        if not self._has_room(column, small_cell):
            self.stretch(column)
        return self._has_room(column, small_cell)

    def _has_room(self, column: int, small_cell: int) -> bool:
        low, high = self.low[column], self.high[column]
        wide = high - low >= small_cell - 1 - TOLERANCE
        return bool(wide and not (low >= 1 - TOLERANCE and high <= small_cell - 1 + TOLERANCE))

    def _solve(self, columns: Sequence[int], sign: int) -> None:
        goal = np.zeros(len(self.truth))
        goal[list(columns)] = sign
        found = milp(goal, constraints=self.equations, bounds=self.box)
        if found.x is None:
            raise Inconsistent("the published counts contradict each other")
        np.minimum(self.low, found.x, out=self.low)
        np.maximum(self.high, found.x, out=self.high)


def _equations(sums: Sequence[Sum], place: dict[Unknown, int]) -> tuple[csr_array, Array]:
    """Return the sums as equations: parts + rest - total = 0, published counts moved to the right."""
    entries: list[tuple[int, int, int]] = []
    right = np.zeros(len(sums))
    for row, each in enumerate(sums):
        for cell, sign in [*((part, 1) for part in each.parts), (each.total, -1)]:
            if cell in place:
                entries.append((row, place[cell], sign))
            else:
                right[row] -= sign * cell.value
        if each.rest:
            entries.append((row, place[each], 1))
    rows, columns, signs = zip(*entries, strict=True)
    return csr_array((signs, (rows, columns)), shape=(len(sums), len(place)), dtype=float), right
