"""Read the first rows of the files, as the analysis would read them, into profiles of their columns."""

from collections import Counter
from pathlib import Path

import duckdb
from ibis.backends.duckdb import Backend

from armwise.extracts.check import as_text
from armwise.extracts.engine import connect
from armwise.extracts.errors import ExtractError
from armwise.extracts.files import open_file
from armwise.extracts.opened import LINE, Opened
from armwise.new.folder import Group, Unread, grouped, listed
from armwise.new.profile import Profile
from armwise.new.shares import FEW
from armwise.new.writing import Written, ways_written

MISSING = ("", "NA")  # what sources read as missing unless told otherwise
AT_LEAST = 500  # rows of each of many files
ALSO_MISSING = ("NULL", "null", "(null)", "N/A", "n/a", ".", "?", "-", "\\N", "None", "nan")


def groups_of(folder: Path, rows: int) -> tuple[list[Group], list[Unread]]:
    """Return the tables of a folder with a sample of `rows` rows each, and the files that are none."""
    tables, others = listed(folder)
    engine, opened = connect(), []
    for path in tables:
        try:
            opened += _headers(engine, str(path))
        except ExtractError as error:
            others.append(Unread(path.name, _first_line(error, str(path))))
    return _sampled(engine, grouped(opened), rows, others), sorted(others, key=lambda each: each.name)


def _headers(engine: Backend, path: str) -> list[tuple[str, list[str], Written]]:
    """Return the names of the columns of a file, or of each of its sheets. Raises ExtractError."""
    found, wrong = [], None
    for written in ways_written(path):
        try:
            found.append((path, _opened(engine, path, written).header, written))
        except ExtractError as error:
            wrong = wrong or error
    if not found and wrong:
        raise wrong
    return found


def _sampled(engine: Backend, groups: list[Group], rows: int, others: list[Unread]) -> list[Group]:
    """Fill the groups with their samples; what cannot be read, or has no rows, goes to the others."""
    kept = []
    for group in groups:
        damaged = _sample(engine, group, rows)
        others += [Unread(Path(path).name, "is damaged or cut short: send it again") for path in damaged]
        if _header_is_a_row(group):
            others.append(Unread(group.name, "line 1 holds values, not the names of the columns"))
        elif group.rows:
            kept.append(group)
        elif not damaged:
            others.append(Unread(group.name, "has a header and no rows"))
    return kept


def _header_is_a_row(group: Group) -> bool:
    """Say whether line 1 is a row like the others: what it says stands in the column below as well."""
    return any(name in profile.counts for name, profile in group.columns.items())


def _sample(engine: Backend, group: Group, rows: int) -> list[str]:
    """Read the first rows of each file of a group, fewer of each of many; return damaged files."""
    of_each = max(rows // len(group.files), min(rows, AT_LEAST))
    counts: dict[str, Counter[str]] = {name: Counter() for name in group.header}
    stored: set[str] = set()
    damaged = []
    for path in group.files:
        opened = _opened(engine, path, group.written)
        try:
            read = _count_values(engine, opened, of_each, counts)
        except duckdb.Error:
            damaged.append(path)
            continue
        group.rows += min(read, of_each)
        group.whole &= read <= of_each
        kinds = opened.table.schema()
        stored |= {name for name in group.header if kinds[name].is_date() or kinds[name].is_timestamp()}
    group.missing = [word for word in ALSO_MISSING if sum(each[word] for each in counts.values()) > FEW]
    for each in counts.values():
        for word in group.missing:
            del each[word]
    group.columns = {name: Profile(name, counts[name], group.rows, name in stored) for name in group.header}
    return damaged


def _count_values(engine: Backend, opened: Opened, most: int, counts: dict[str, Counter[str]]) -> int:
    """Count the values of the first `most` rows; return how many there were, one more if there are more."""
    texts = {name: as_text(opened.table[name], MISSING) for name in opened.header}
    first = opened.table.select(**texts, **{LINE: opened.table[LINE]}).limit(most + 1)
    read = engine.to_pyarrow(first)
    for name in opened.header:
        values = read.column(name).slice(0, most).to_pylist()
        counts[name].update(value for value in values if value is not None)
    return len(read)


def _opened(engine: Backend, path: str, written: Written) -> Opened:
    return open_file(engine, path, written.reading())


def _first_line(error: ExtractError, path: str) -> str:
    return str(error).partition("\n")[0].removeprefix(f"{path}: ")
