"""What could be computed about hidden counts from all published numbers together, by linear programming.

Each sum is an equation between published and unknown counts, none of which is negative, and estimates are
bounds on them. For every unknown count that must stay so, the smallest and the largest value that all of them
allow are found; it leaks when they leave less room than the small counts themselves have (after Fischetti and
Salazar 2001).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from armwise.disclosure.bounds import TIME, Bound
from armwise.disclosure.cells import Cell
from armwise.disclosure.repeats import Groups
from armwise.disclosure.sums import Sum

# An unknown is a hidden cell, or what is missing to the total of a sum.
Unknown = Cell | Sum
Relation = Sum | Bound
Array = np.ndarray
TOLERANCE = 1e-6
# How far above the truth an unknown is looked for: more room than any count needs.
BEYOND = 1e5


class Inconsistent(ValueError):
    """The published counts contradict each other: a sum was found that is none."""


@dataclass(frozen=True)
class Block:
    """Sums and bounds that share unknowns, directly or through others, and those unknowns."""

    sums: tuple[Sum, ...]
    unknowns: tuple[Unknown, ...]
    bounds: tuple[Bound, ...] = ()


def unknowns_of(each: Relation, hidden: Collection[Cell]) -> list[Unknown]:
    """Return what a sum or bound leaves unknown."""
    if isinstance(each, Bound):
        return [cell for cell, _ in each.terms if cell in hidden]
    cells: list[Unknown] = [cell for cell in (*each.parts, each.total) if cell in hidden]
    return cells + ([each] if each.rest else [])


def blocks(relations: Iterable[Relation], hidden: Collection[Cell]) -> Iterator[Block]:
    """Yield the blocks of sums and bounds that leave something unknown, in a fixed order."""
    unknown = {each: found for each in relations if (found := unknowns_of(each, hidden))}
    groups: Groups[Unknown] = Groups()
    for found in unknown.values():
        for other in found:
            groups.join(found[0], other)
    members: dict[Unknown, list[Relation]] = {}
    for each, found in unknown.items():
        members.setdefault(groups.leader(found[0]), []).append(each)
    for together in members.values():
        yield block_of(together, hidden)


def block_of(relations: Sequence[Relation], hidden: Collection[Cell]) -> Block:
    """Return some sums and bounds with all that they leave unknown."""
    sums = tuple(each for each in relations if isinstance(each, Sum))
    bounds = tuple(each for each in relations if isinstance(each, Bound))
    unknowns = dict.fromkeys(u for each in relations for u in unknowns_of(each, hidden))
    return Block(sums, tuple(unknowns), bounds)


def leaks(block: Block, small_cell: int, safe: set[Unknown] | None = None) -> list[Unknown]:
    """Return the small counts of a block that its sums give away.

    `safe` are unknowns that were proved safe with fewer counts hidden, and it takes those proved here.
    """
    proved = set() if safe is None else safe
    small = [
        column
        for column, each in enumerate(block.unknowns)
        if each not in proved and must_stay_unknown(each, small_cell)
    ]
    if not small:
        return []
    program = Program(block)
    left = program.without_room(small, small_cell)
    open_ = [column for column in left if not program.is_safe(column, small_cell)]
    known = {block.unknowns[column] for column in open_}
    proved.update(block.unknowns[column] for column in small if block.unknowns[column] not in known)
    return [block.unknowns[column] for column in open_]


def must_stay_unknown(unknown: Unknown, small_cell: int) -> bool:
    """Say whether an unknown is a small count; person-years are none."""
    is_time = isinstance(unknown, Cell) and unknown.what == TIME
    return not is_time and 0 < value_of(unknown) < small_cell


def value_of(unknown: Unknown) -> float:
    """Return the true count behind an unknown."""
    return unknown.rest if isinstance(unknown, Sum) else unknown.value


def bounds(block: Block, unknown: Unknown) -> tuple[float, float]:
    """Return the smallest and the largest value of an unknown that the sums of its block allow."""
    program = Program(block)
    column = block.unknowns.index(unknown)
    program.stretch(column)
    return float(program.low[column]), float(program.high[column])


def around(block: Block, unknown: Unknown, hidden: Collection[Cell], small_cell: int) -> list[Relation]:
    """Return the sums and bounds nearest to an unknown, as many steps away as it takes to give it away."""
    reached: set[Unknown] = {unknown}
    relations: list[Relation] = [*block.sums, *block.bounds]
    while True:
        near = [each for each in relations if not reached.isdisjoint(unknowns_of(each, hidden))]
        if len(near) == len(relations) or gives_away(near, unknown, hidden, small_cell):
            return near
        reached.update(u for each in near for u in unknowns_of(each, hidden))


def gives_away(
    relations: Sequence[Relation], unknown: Unknown, hidden: Collection[Cell], small_cell: int
) -> bool:
    """Say whether some sums and bounds alone give an unknown away."""
    block = block_of(relations, hidden)
    if unknown not in block.unknowns:
        return False
    return not Program(block).is_safe(block.unknowns.index(unknown), small_cell)


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
        self.constraints = [LinearConstraint(matrix, right, right)] if block.sums else []
        if block.bounds:
            matrix, low, high = _limits(block.bounds, place)
            self.constraints.append(LinearConstraint(matrix, low, high))
        self.box = Bounds(np.zeros(len(place)), self.truth + BEYOND)

    def without_room(self, columns: Sequence[int], small_cell: int) -> list[int]:
        """Look at the ends of many unknowns at once, as long as that pays, and return those without room."""
        left = list(columns)
        while left:
            self.spread(left)
            still = [column for column in left if not self._has_room(column, small_cell)]
            if len(still) > 0.9 * len(left):
                return still
            left = still
        return left

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
        found = milp(goal, constraints=self.constraints, bounds=self.box)
        if found.x is None:
            raise Inconsistent("the published counts contradict each other")
        np.minimum(self.low, found.x, out=self.low)
        np.maximum(self.high, found.x, out=self.high)


def _equations(sums: Sequence[Sum], place: dict[Unknown, int]) -> tuple[csr_array, Array]:
    """Return the sums as equations: parts + rest - total = 0, published counts moved to the right."""
    rows: list[list[tuple[Unknown, float]]] = [
        [*((part, 1.0) for part in each.parts), (each.total, -1.0), *([(each, 1.0)] if each.rest else [])]
        for each in sums
    ]
    return _matrix(rows, place)


def _limits(bounds: Sequence[Bound], place: dict[Unknown, int]) -> tuple[csr_array, Array, Array]:
    """Return the bounds as a matrix with its lower and upper limits, published numbers moved to these."""
    matrix, moved = _matrix([each.terms for each in bounds], place)
    centre, slack = (np.array([getattr(each, part) for each in bounds]) for part in ("centre", "slack"))
    return matrix, moved + centre - slack, moved + centre + slack


def _matrix(
    rows: Sequence[Sequence[tuple[Unknown, float]]], place: dict[Unknown, int]
) -> tuple[csr_array, Array]:
    """Return the weights of the unknowns, and what the known terms leave on the right."""
    entries = [(row, place[u], weight) for row, terms in enumerate(rows) for u, weight in terms if u in place]
    right = [-sum(weight * value_of(each) for each, weight in terms if each not in place) for terms in rows]
    at_row, at_column, weights = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (len(rows), len(place))
    return csr_array((weights, (at_row, at_column)), shape=shape, dtype=float), np.array(right, dtype=float)
