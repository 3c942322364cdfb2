"""A column of a sample: how often each value stands in it, and what shares of its values look like."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from armwise.new.looks import DATES, is_written, mirrored

MOST_LOOKED_AT = 5_000  # different values of a column that are held against patterns
RARE = 0.02  # least share of the values that makes a format of dates one of the column
STORED_DATE = "stored"  # the format of dates that the file stores as dates


@dataclass(frozen=True)
class Profile:
    """One column: `counts` has its values and how many rows have each, without those that are missing."""

    name: str
    counts: Counter[str]
    rows: int
    stored_as_date: bool = False

    @property
    def filled(self) -> int:
        """Return the rows that have a value."""
        return self.counts.total()

    @property
    def is_unique(self) -> bool:
        """Say whether no value stands in two rows, and every row has one."""
        return 0 < self.filled == len(self.counts) == self.rows

    def matching(self, test: Callable[[str], bool]) -> int:
        """Return how many of the rows that are looked at pass a test."""
        return sum(rows for value, rows in self._looked_at() if test(value))

    def share(self, test: Callable[[str], bool]) -> float:
        """Return the share of the filled rows that pass a test; 0 where none is filled."""
        looked_at = sum(rows for _, rows in self._looked_at())
        return self.matching(test) / looked_at if looked_at else 0.0

    def date_formats(self) -> dict[str, float]:
        """Return the formats in which the values are dates, the most usual first, with their shares.

        Of two formats that differ in the order of day and month, the one that fits more values stays.
        """
        if self.stored_as_date:
            return {STORED_DATE: 1.0}
        shares = {each: self.share(partial(is_written, date_format=each)) for each in DATES}
        ranked = sorted((each for each in DATES if shares[each] >= RARE), key=lambda each: -shares[each])
        return {each: shares[each] for each in ranked if mirrored(each) not in ranked[: ranked.index(each)]}

    @property
    def date_share(self) -> float:
        """Return the share of the values that are dates in one of their formats."""
        return min(sum(self.date_formats().values()), 1.0)

    def frequent(self, least: int) -> list[str]:
        """Return the values that at least so many rows have, the most frequent first."""
        return [value for value, rows in self._by_frequency() if rows >= least]

    def _by_frequency(self) -> list[tuple[str, int]]:
        return sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))

    def _looked_at(self) -> list[tuple[str, int]]:
        if len(self.counts) <= MOST_LOOKED_AT:
            return list(self.counts.items())
        step = len(self.counts) // MOST_LOOKED_AT
        return sorted(self.counts.items())[::step]


def told_apart(profile: Profile, date_format: str) -> int:
    """Return the rows whose date can be read in one order of day and month only: its day is above 12."""
    other = mirrored(date_format)
    return profile.matching(
        lambda value: is_written(value, date_format) and not (other and is_written(value, other))
    )
