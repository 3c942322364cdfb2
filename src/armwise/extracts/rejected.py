"""The rows that are set aside: each with its file, its line, the value and the reason."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ibis.backends.duckdb import Backend

from armwise.extracts.check import Rule
from armwise.extracts.dates import formats_of
from armwise.extracts.engine import write
from armwise.extracts.errors import ExtractError
from armwise.extracts.formats.text import not_utf8
from armwise.extracts.lines import lines_of
from armwise.extracts.notes import Judged
from armwise.extracts.opened import Opened

BROKEN_LINES = {
    "MISSING COLUMNS": "fewer fields than the header",
    "TOO MANY COLUMNS": "more fields than the header",
    "UNQUOTED VALUE": "a quote inside a quoted value",
    "LINE SIZE OVER MAXIMUM": "a line too long to be a row",
}
WHOLE_LINE = "(line)"
Record = tuple[int, str, str]  # of a CSV file: its number, what is wrong with it, its text


class Aside(NamedTuple):
    """One row that is set aside; `check` is the name of what it breaks in the catalogue."""

    file: str
    line: int
    column: str
    value: str | None
    reason: str
    check: str


def broken_records(engine: Backend, file: Opened) -> list[Record]:
    """Return the records of a CSV file that cannot be split into its columns: number, kind, text."""
    if not file.broken:
        return []
    records: list[Record] = engine.raw_sql(
        f"SELECT line::BIGINT, min(error_type)::VARCHAR, min(csv_line) FROM {file.broken} "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return records


def set_aside(
    engine: Backend,
    judged: Sequence[Judged],
    found: Sequence[Rule],
    files: Sequence[Opened],
    read: Sequence[int],
) -> list[Aside]:
    """Return every row that breaks the contract, with the line on which it starts.

    `read` are the numbers of rows of the files, those among them that cannot be split into columns.
    """
    aside: list[Aside] = []
    for number, (file, rows) in enumerate(zip(files, read, strict=True)):
        mine = [of for of in judged if of.file == number and of.status > 0]
        broken = broken_records(engine, file)
        if mine or broken:
            aside += sorted(_aside_of(file, rows, broken, mine, found), key=lambda row: row.line)
    return aside


def _aside_of(
    file: Opened, rows: int, broken: list[Record], judged: Sequence[Judged], found: Sequence[Rule]
) -> Iterator[Aside]:
    _refuse_other_encoding(file, {kind for _, kind, _ in broken})
    line_of, starts = lines_of(file, rows - len(broken), [number for number, _, _ in broken])
    for line, (_, kind, text) in zip(starts, broken, strict=True):
        _refuse_swallowed(file.path, line, text)
        reason = BROKEN_LINES.get(kind, "cannot be split into columns")
        yield Aside(file.path, line, WHOLE_LINE, text, reason, "line_unreadable")
    for of in judged:
        rule = found[of.status - 1]
        reason = rule.reason_where(formats_of(file.layout))
        for line, value in of.sent:
            yield Aside(file.path, line_of(line), rule.column, value, reason, rule.check)


def _refuse_other_encoding(file: Opened, kinds: set[str]) -> None:
    """Stop where a line is not in UTF-8: what it means can be set, and it is not chance whom it concerns."""
    if "INVALID ENCODING" in kinds:
        delimiter = "" if file.layout.get("fields") else file.layout.get("delimiter", ",")
        raise not_utf8(file.path, delimiter, file.layout.get("quote", '"'))


def _refuse_swallowed(path: str, line: int, text: str | None) -> None:
    """Stop where a broken row goes on over the next line: nobody can say how many rows are in it."""
    if "\n" in (text or "").strip():
        raise ExtractError(
            f"{path}: a quote that opens on line {line:,} is not closed on it and swallows what follows. "
            "Quote the file anew."
        )


def write_aside(engine: Backend, aside: list[Aside], path: str) -> None:
    """Write the rows that were set aside, in the order of their files and lines."""
    engine.raw_sql(
        "CREATE OR REPLACE TEMP TABLE aside "
        "(file VARCHAR, line BIGINT, column_ VARCHAR, value VARCHAR, reason VARCHAR, check_ VARCHAR)"
    )
    if aside:
        columns = [list(values) for values in zip(*aside, strict=True)]
        unnested = ", ".join("unnest(?::VARCHAR[])" for _ in columns)
        engine.con.execute(f"INSERT INTO aside SELECT {unnested}", columns)
    write(engine, engine.table("aside").rename(column="column_", check="check_"), path)
