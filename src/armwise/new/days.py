"""Through which day a source is complete, and from which on: by how its rows lie over the days."""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from os.path import getsize
from statistics import median

import duckdb
from ibis.backends.duckdb import Backend

from armwise.extracts.check import as_text, typed
from armwise.extracts.contracts import Column
from armwise.extracts.dates import ISO
from armwise.extracts.engine import connect
from armwise.extracts.files import kind_of, open_file
from armwise.new.profile import STORED_DATE
from armwise.new.sample import MISSING
from armwise.new.shares import FEW
from armwise.new.sources import Found

LARGE = 300_000_000  # bytes of text files beyond which only their first rows are looked at
DENSE = 150  # rows of a usual month from which on its last days are not empty by chance
MONTH_END = 7  # days before the end of a month within which the last rows mean the whole month


@dataclass(frozen=True)
class Span:
    """The days between which a source has rows, without those that few rows are dated before and after."""

    first: date
    last: date
    latest: date  # the last day of all: for working with, never to be shown
    whole: bool  # whether every row was looked at
    drop: float  # the share by which the last three months have fewer rows a month than the year before

    dense: bool  # whether months have so many rows that one without its end shows

    def complete_through(self, by_month: bool) -> date:
        """Return the end of a month: that of the last day where it is near, or days are the first of months
        (`by_month`), or too few rows come for their days to tell; else the end of the month before.
        """
        end = _end_of_month(self.last)
        if by_month or not self.dense or (end - self.last).days <= MONTH_END:
            return end
        return self.last.replace(day=1) - timedelta(days=1)


def span_of(found: Found, column: str, today: date) -> Span | None:
    """Return the span of the days in a column of a source; None when too few rows are dated."""
    counts = _counts(found, column)
    past = {day: rows for day, rows in counts.items() if date(1900, 1, 1) <= day <= today}
    if sum(past.values()) <= FEW:
        return None
    ends = _beyond_few(sorted(past.items(), reverse=True))
    first = _beyond_few(sorted(past.items()))
    dense = median(_by_month(past).values()) >= DENSE
    return Span(first, ends, max(past), _is_read_whole(found), _drop(past, ends), dense)


def last_end(found: Found, today: date) -> date | None:
    """Return the end of the month in which the last spans end, before today, beside those still open."""
    past = {day: rows for day, rows in _counts(found, "coverage_end").items() if day <= today}
    if sum(past.values()) <= FEW:
        return None
    return _end_of_month(_beyond_few(sorted(past.items(), reverse=True)))


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _beyond_few(ordered: list[tuple[date, int]]) -> date:
    """Return the first day by which more than a few rows have come: no person's own day."""
    passed = accumulate(rows for _, rows in ordered)
    return next(day for (day, _), rows in zip(ordered, passed, strict=True) if rows > FEW)


def _by_month(counts: dict[date, int]) -> Counter[date]:
    months: Counter[date] = Counter()
    for day, rows in counts.items():
        months[day.replace(day=1)] += rows
    return months


def _drop(counts: dict[date, int], last: date) -> float:
    """Return by which share the last three months have fewer rows a month than the twelve before."""
    months: Counter[int] = Counter()
    for day, rows in counts.items():
        months[(last.year - day.year) * 12 + last.month - day.month] += rows
    late = sum(months[ago] for ago in range(3)) / 3
    before = sum(months[ago] for ago in range(3, 15)) / 12
    return 1 - late / before if before else 0.0


def _is_read_whole(found: Found) -> bool:
    texts = [path for path in found.group.files if kind_of(path, {}) == "csv"]
    return found.group.whole or sum(map(getsize, texts)) <= LARGE


def _counts(found: Found, column: str) -> Counter[date]:
    """Return the number of rows by day; of large text files those of the sample."""
    profile = found.profile(column)
    if profile is None:
        return Counter()
    counts: Counter[date] = Counter()
    engine, most = connect(threads=2), None if _is_read_whole(found) else found.group.rows
    for path in found.group.files:
        try:
            counts.update(_of_file(engine, found, path, profile.name, most))
        except duckdb.Error:
            continue  # damaged: said among the files
    return counts


def _of_file(engine: Backend, found: Found, path: str, column: str, most: int | None) -> Counter[date]:
    counts: Counter[date] = Counter()
    opened = open_file(engine, path, found.group.written.reading())
    rows = opened.table.limit(most) if most else opened.table
    sent = rows[column]
    stored = sent.type().is_date() or sent.type().is_timestamp()
    formats = [ISO if each == STORED_DATE else each for each in found.date_formats] or [ISO]
    day = typed(sent if stored else as_text(sent, MISSING), Column("date"), formats)
    dated = rows.select(day=day).filter(lambda t: t.day.notnull())
    for row in engine.to_pyarrow(dated.group_by("day").agg(rows=lambda t: t.count())).to_pylist():
        counts[row["day"]] += row["rows"]
    return counts
