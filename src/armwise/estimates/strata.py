"""Rows in strata: sums within them, their values row by row, and blocks of rows that stay in cache."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

# Rows that are worked on at once: their columns, and what is made of them, stay in the cache of a core.
ROWS = 4096


@dataclass(frozen=True)
class Strata:
    """Rows grouped by code: `sums` adds values within each of `count` groups (rows in any order)."""

    codes: Codes
    count: int
    starts: Codes | None = field(repr=False, default=None)  # of each group, where rows are in their order

    @classmethod
    def of(cls, codes: Codes) -> "Strata":
        """Group rows by `codes`, integers from 0; rows already sorted by code are summed fastest."""
        count = int(codes[-1] if len(codes) else -1) + 1
        steps = np.diff(codes)
        if len(codes) and codes[0] == 0 and (steps >= 0).all() and (steps <= 1).all():
            return cls(codes, count, np.concatenate([[0], np.flatnonzero(steps) + 1]))
        return cls(codes, int(codes.max(initial=-1)) + 1)

    def sums(self, values: Array) -> Array:
        """Return sums within groups over the last axis: shape (..., n) to (..., count)."""
        if self.starts is not None:
            return np.add.reduceat(values, self.starts, axis=-1)
        if values.ndim == 1:
            return np.bincount(self.codes, values, self.count).astype(float)
        return np.stack([self.sums(row) for row in values])

    def each(self, values: Array) -> Array:
        """Return the value of its group for every row: shape (..., count) to (..., n)."""
        if self.starts is None:
            return values[..., self.codes]
        return np.repeat(values, np.diff(self.starts, append=len(self.codes)), axis=-1)

    @cached_property
    def blocks(self) -> list["Block"]:
        """Return all rows in blocks small enough that what is worked out of one stays in cache."""
        return [self._block(slice(start, start + ROWS)) for start in range(0, len(self.codes), ROWS)]

    @property
    def most(self) -> int:
        """Return how many rows the longest block has."""
        return min(ROWS, len(self.codes))

    def _block(self, rows: slice) -> "Block":
        codes = self.codes[rows]
        if self.starts is None:
            return Block(rows, slice(0, self.count), Strata(codes, self.count))
        first, last = int(codes[0]), int(codes[-1])
        starts = np.maximum(self.starts[first : last + 1] - rows.start, 0)
        return Block(rows, slice(first, last + 1), Strata(codes, last + 1 - first, starts))


@dataclass(frozen=True)
class Block:
    """Some rows that are worked on together: which, the groups that they belong to, and how they do."""

    rows: slice
    groups: slice
    within: Strata
