"""What could be computed about hidden counts from all published sums taken together, by linear programming.

Each sum is an equation between published and unknown counts, none of which is negative. For every unknown
count that must stay so, the smallest and the largest value that all equations allow are found; it leaks when
they leave less room than the small counts themselves have (after Fischetti and Salazar 2001).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from armwise.disclosure.cells import Cell
from armwise.disclosure.sums import Sum

# An unknown is a hidden cell, or what is missing to the total of a sum.
Unknown = Cell | Sum
TOLERANCE = 1e-6
INFEASIBLE, UNBOUNDED = 2, 3


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
    leader: dict[Unknown, Unknown] = {}
    for found in unknown.values():
        first = _leader(leader, found[0])
        for other in found[1:]:
            leader[_leader(leader, other)] = first
    members: dict[Unknown, list[Sum]] = {}
    for each, found in unknown.items():
        members.setdefault(_leader(leader, found[0]), []).append(each)
    for together in members.values():
        everything = dict.fromkeys(u for each in together for u in unknown[each])
        yield Block(tuple(together), tuple(everything))


def _leader(leader: dict[Unknown, Unknown], member: Unknown) -> Unknown:
    """Return the unknown that stands for all those joined with `member`."""
    while (above := leader.setdefault(member, member)) != member:
        leader[member] = leader.setdefault(above, above)
        member = above
    return member


def leak(block: Block, small_cell: int, safe: set[Unknown] | None = None) -> Unknown | None:
    """Return the first small count of a block that its sums give away, None when all are safe.

    `safe` are unknowns that were proved safe with fewer counts hidden, and it takes those proved here.
    """
    proved = set() if safe is None else safe
    for unknown in block.unknowns:
        if unknown in proved or not 0 < value_of(unknown) < small_cell:
            continue
        if not _is_safe(*bounds(block, unknown), small_cell):
            return unknown
        proved.add(unknown)
    return None


def value_of(unknown: Unknown) -> int:
    """Return the true count behind an unknown."""
    return unknown.rest if isinstance(unknown, Sum) else unknown.value


def _is_safe(low: float, high: float, small_cell: int) -> bool:
    """Say whether a range is as wide as that of small counts and not inside it."""
    wide = high - low >= small_cell - 1 - TOLERANCE
    return wide and not (low >= 1 - TOLERANCE and high <= small_cell - 1 + TOLERANCE)


def bounds(block: Block, unknown: Unknown) -> tuple[float, float]:
    """Return the smallest and the largest value of an unknown that the sums of its block allow."""
    place = {each: column for column, each in enumerate(block.unknowns)}
    matrix, right = _equations(block.sums, place)
    return _extreme(matrix, right, place[unknown], 1), _extreme(matrix, right, place[unknown], -1)


def _equations(sums: Sequence[Sum], place: dict[Unknown, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums as equations: parts + rest - total = 0, published counts moved to the right."""
    matrix, right = np.zeros((len(sums), len(place))), np.zeros(len(sums))
    for row, each in enumerate(sums):
        for cell, sign in [*((part, 1) for part in each.parts), (each.total, -1)]:
            if cell in place:
                matrix[row, place[cell]] += sign
            else:
                right[row] -= sign * cell.value
        if each.rest:
            matrix[row, place[each]] += 1
    return matrix, right


def _extreme(matrix: np.ndarray, right: np.ndarray, column: int, sign: int) -> float:
    goal = np.zeros(matrix.shape[1])
    goal[column] = sign
    found = linprog(goal, A_eq=matrix, b_eq=right)
    if found.status == INFEASIBLE:
        raise Inconsistent("the published counts contradict each other")
    return -sign * np.inf if found.status == UNBOUNDED else sign * float(found.fun)
