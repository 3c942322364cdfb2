"""Read one source: a typed table of the rows that keep its contract, and each other row with its reason."""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts import check
from armwise.extracts.catalogue import DEFAULTS
from armwise.extracts.check import FILE, NOT_INCLUDED, Rule
from armwise.extracts.contracts import Contract
from armwise.extracts.crosswalk import translated
from armwise.extracts.dates import fitting_formats, formats_of, said
from armwise.extracts.engine import rows_of, write
from armwise.extracts.errors import ExtractError
from armwise.extracts.files import open_file
from armwise.extracts.formats.text import not_utf8, unreadable
from armwise.extracts.lines import lines_of
from armwise.extracts.made import Made, write_csv, write_made
from armwise.extracts.notes import Judged, Notes, noting
from armwise.extracts.opened import LINE, Opened

log = logging.getLogger(__name__)

MOST_LINES = 1_000_000_000_000  # of one file
SHOWN = 100_000  # rows of each reason that are kept to look at where the run stops

BROKEN_LINES = {
    "MISSING COLUMNS": "fewer fields than the header",
    "TOO MANY COLUMNS": "more fields than the header",
    "UNQUOTED VALUE": "a quote inside a quoted value",
    "LINE SIZE OVER MAXIMUM": "a line too long to be a row",
}
WHOLE_LINE = "(line)"


class Aside(NamedTuple):
    """One row that is set aside; `check` is the name of what it breaks in the catalogue."""

    file: str
    line: int
    column: str
    value: str | None
    reason: str
    check: str


class Outputs(NamedTuple):
    """Where the tables of one source go."""

    table: str
    counts: str
    reasons: str
    rejected: str
    checks: str


class Checking(NamedTuple):
    """What a source is held against beside its contract.

    `severities` of the checks made while reading; `crosswalk`: source_person_id and person_id of this source,
    where its identifiers are not those of the enrollment.
    """

    severities: Mapping[str, str] = DEFAULTS
    crosswalk: ir.Table | None = None


AS_CATALOGUED = Checking()


class Tally(NamedTuple):
    """What became of the rows of one file."""

    file: str
    read: int
    kept: int
    set_aside: int
    not_included: int

    @property
    def share_set_aside(self) -> float:
        """Return the share of the rows asked for that break the contract."""
        return self.set_aside / max(self.kept + self.set_aside, 1)


def ingest(
    engine: Backend,
    source: str,
    paths: Sequence[str],
    settings: dict[str, Any],
    contract: Contract,
    outputs: Outputs,
    checking: Checking = AS_CATALOGUED,
) -> list[Tally]:
    """Read the files of `source` and write what it gave: typed Parquet, counts, reasons and rejected rows.

    `settings` is the block of the source in `data`. Rows read = kept + set aside + not included, per file.
    Rows that break a check which is to stop the run are set aside as well; the run stops when every check is
    made. Raises ExtractError when a file cannot be read or more than `max_rejected_share` of its rows break
    the contract.
    """
    with _scratch(outputs.table) as scratch:
        files = [open_file(engine, path, settings, scratch) for path in paths]
        return _read(engine, source, files, settings, contract, outputs, checking)


def _read(
    engine: Backend,
    source: str,
    files: list[Opened],
    settings: dict[str, Any],
    contract: Contract,
    outputs: Outputs,
    checking: Checking,
) -> list[Tally]:
    read, found = _checked(files, contract, settings, checking)
    arrival = ["received"] if checking.crosswalk is not None and contract.numbered else []
    every_row = len(files) > 1 and not contract.numbered  # else it is known afterwards of which file a row is
    with _damage_said(files, outputs.table), noting(engine, read, found, every_row) as (passing, notes):
        typed = _typed(passing, contract)
        kept = write(engine, typed, outputs.table, [*contract.order_by, *arrival])
    if not every_row:
        one = {0: notes.passed - notes.left_out}
        notes.kept(_kept_of(engine, outputs.table) if len(files) > 1 else one)
    judged = notes.judged()
    tallies = _tally(engine, judged, files)
    too_many = [tally for tally in tallies if tally.share_set_aside > settings["max_rejected_share"]]
    judged = [of.first(SHOWN) for of in judged] if too_many else judged
    aside = _set_aside(engine, judged, found, files, settings, tallies)
    if "arm" in contract.columns:
        _refuse_nobody(tallies)
    if too_many:
        Path(outputs.table).unlink()
        _refuse(engine, source, too_many[0], aside, settings["max_rejected_share"], outputs.rejected)
    _write_aside(engine, aside, outputs.rejected)
    _assert_all_passed(source, judged, notes.passed)
    assert_nothing_lost(source, tallies, kept, len(aside))
    _write_counts(source, tallies, aside, outputs)
    broken_lines = sum(row.check == "line_unreadable" and row.column == WHOLE_LINE for row in aside)
    write_made(source, _made(notes, found, broken_lines, checking.severities), outputs.checks)
    return tallies


def _refuse_nobody(tallies: list[Tally]) -> None:
    """Stop where the extract of those who were randomized holds nobody."""
    if not any(tally.read for tally in tallies):
        files = ", ".join(tally.file for tally in tallies)
        raise ExtractError(f"{files}: no row follows the names of the columns in line 1. Send it again.")


@contextmanager
def _damage_said(files: Sequence[Opened], written: str) -> Iterator[None]:
    """Say in words that a file is damaged: the engine's own message may quote its content.

    What goes wrong with the file that is `written` is something else.
    """
    try:
        yield
    except duckdb.Error as error:
        of_the_file = isinstance(error, duckdb.IOException | duckdb.InvalidInputException)
        if written in str(error):
            raise
        if not of_the_file and type(error) is not duckdb.Error:  # the last: Parquet that cannot be decoded
            raise
        concerned = [file for file in files if (file.text or file.path) in str(error)] or list(files)
        raise unreadable(concerned[0].path, concerned[0].text) from None


@contextmanager
def _scratch(beside: str) -> Iterator[Path]:
    """Give a folder for copies in a form that the engine reads; it goes with them."""
    Path(beside).parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=Path(beside).parent, prefix="reading-") as folder:
        yield Path(folder)


def _checked(
    files: list[Opened], contract: Contract, settings: dict[str, Any], checking: Checking
) -> tuple[ir.Table, list[Rule]]:
    parts = _alike([check.as_sent(file, contract, settings, number) for number, file in enumerate(files)])
    sent = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
    sent, unmatched = translated(check.with_defaults(sent, contract), checking.crosswalk)
    sent = check.with_typed(sent, contract, formats_of(settings))
    found = [*unmatched, *check.rules(sent, contract, formats_of(settings))]
    return check.checked(sent, found, checking.severities), found


def _alike(parts: list[ir.Table]) -> list[ir.Table]:
    """Return the files with one type for each column: text where one file has a date and another text."""
    differing = [name for name in parts[0].columns if len({part[name].type() for part in parts}) > 1]
    return [part.mutate(**{name: part[name].cast("string") for name in differing}) for part in parts]


def _typed(kept: ir.Table, contract: Contract) -> ir.Table:
    """Return rows in the types of the contract; `received` tells their order of arrival."""
    values = check.values_of(kept, contract)
    if contract.numbered:
        values["received"] = kept[FILE].cast("int64") * MOST_LINES + kept[LINE]
    return kept.select(**values)


def _kept_of(engine: Backend, path: str) -> dict[int, int]:
    """Return how many rows of each file are in a typed table whose rows tell their arrival."""
    typed = engine.read_parquet(path)
    file = typed.select(file=(typed.received // MOST_LINES).cast("int64"))
    counts = file.group_by("file").agg(rows=file.count())
    return {row["file"]: row["rows"] for row in rows_of(engine, counts)}


def _tally(engine: Backend, judged: list[Judged], files: list[Opened]) -> list[Tally]:
    return [_tally_of(engine, file, number, judged) for number, file in enumerate(files)]


def _tally_of(engine: Backend, file: Opened, number: int, judged: list[Judged]) -> Tally:
    mine = {of.status: of.rows for of in judged if of.file == number}
    broken = len(_broken(engine, file))
    return Tally(
        file.path,
        sum(mine.values()) + broken,
        mine.get(0, 0),
        sum(count for status, count in mine.items() if status > 0) + broken,
        mine.get(NOT_INCLUDED, 0),
    )


def _broken(engine: Backend, file: Opened) -> list[tuple[int, str, str]]:
    """Return the records of a CSV file that cannot be split into its columns: number, kind, text."""
    if not file.broken:
        return []
    return engine.raw_sql(
        f"SELECT line::BIGINT, min(error_type)::VARCHAR, min(csv_line) FROM {file.broken} "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()


def _set_aside(
    engine: Backend,
    judged: list[Judged],
    found: list[Rule],
    files: list[Opened],
    settings: dict[str, Any],
    tallies: list[Tally],
) -> list[Aside]:
    """Return every row that breaks the contract, with the line on which it starts."""
    aside: list[Aside] = []
    for number, (file, tally) in enumerate(zip(files, tallies, strict=True)):
        if tally.set_aside:
            mine = [of for of in judged if of.file == number and of.status > 0]
            aside += sorted(_aside_of(engine, file, tally, mine, found, settings), key=lambda row: row.line)
    return aside


def _aside_of(
    engine: Backend,
    file: Opened,
    tally: Tally,
    judged: list[Judged],
    found: list[Rule],
    settings: dict[str, Any],
) -> Iterator[Aside]:
    broken = _broken(engine, file)
    _refuse_other_encoding(file, settings, {kind for _, kind, _ in broken})
    numbers = [number for number, _, _ in broken]
    line_of, starts = lines_of(file, settings, tally.read - len(broken), numbers)
    for line, (_, kind, text) in zip(starts, broken, strict=True):
        _refuse_swallowed(file.path, line, text)
        reason = BROKEN_LINES.get(kind, "cannot be split into columns")
        yield Aside(file.path, line, WHOLE_LINE, text, reason, "line_unreadable")
    for of in judged:
        rule = found[of.status - 1]
        for line, value in of.sent:
            yield Aside(file.path, line_of(line), rule.column, value, rule.reason, rule.check)


def _refuse_other_encoding(file: Opened, settings: dict[str, Any], kinds: set[str]) -> None:
    """Stop where a line is not in UTF-8: what it means can be set, and it is not chance whom it concerns."""
    if "INVALID ENCODING" in kinds:
        delimiter = "" if settings.get("fields") else settings.get("delimiter", ",")
        raise not_utf8(file.path, delimiter, settings.get("quote", '"'))


def _refuse_swallowed(path: str, line: int, text: str | None) -> None:
    """Stop where a broken row goes on over the next line: nobody can say how many rows are in it."""
    if "\n" in (text or "").strip():
        raise ExtractError(
            f"{path}: a quote that opens on line {line:,} is not closed on it and swallows what follows. "
            "Quote the file anew."
        )


def _write_aside(engine: Backend, aside: list[Aside], path: str) -> None:
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


def _refuse(
    engine: Backend, source: str, tally: Tally, aside: list[Aside], limit: float, rejected: str
) -> None:
    """Stop, and keep the rows that were set aside where they can be looked at."""
    kept_for = str(Path(rejected).with_suffix(".stopped.parquet"))
    _write_aside(engine, aside, kept_for)
    raise ExtractError(
        f"{tally.file}: {tally.set_aside:,} of {tally.kept + tally.set_aside:,} rows "
        f"({tally.share_set_aside:.1%}) break the contract of {source}, more than max_rejected_share "
        f"({limit:.1%}):\n"
        + "\n".join(_reasons_told(tally, aside))
        + f"\nCorrect the file or the mapping (data.{source}.columns, .values, .date_format), or raise "
        f"data.{source}.max_rejected_share. Each row with its value: {kept_for}"
    )


def _reasons_told(tally: Tally, aside: list[Aside]) -> list[str]:
    """Say for each reason, the most frequent first, how many rows there are and where the first is."""
    rows: dict[tuple[str, str], list[Aside]] = {}
    for row in aside:
        if row.file == tally.file:
            rows.setdefault((row.column, row.reason), []).append(row)
    most_frequent_first = sorted(rows.items(), key=lambda item: -len(item[1]))
    return [
        f"  column {column}: {reason}: {_how_many(broken)} rows, the first on line {broken[0].line:,}"
        + (_format_told(broken) if 2 * len(broken) > tally.kept + tally.set_aside else "")
        for (column, reason), broken in most_frequent_first
    ]


def _format_told(broken: list[Aside]) -> str:
    """Name the date formats in which all of the many values that are no dates could be read."""
    if not broken[0].reason.startswith("not a date"):
        return ""
    fitting = fitting_formats([row.value or "" for row in broken])
    return f" (all of them could be {said(fitting)}: set `date_format`)" if fitting else ""


def _how_many(rows: list[Aside]) -> str:
    return f"{len(rows):,} or more" if len(rows) >= SHOWN else f"{len(rows):,}"


def _made(notes: Notes, found: list[Rule], broken_lines: int, severities: Mapping[str, str]) -> list[Made]:
    """Return every check that was made, also where no row breaks it."""
    rows = [notes.doubts[number] for number in range(1, len(found) + 1)]
    for of in notes.judged():
        if of.status > 0:
            rows[of.status - 1] += of.rows
    made = [
        Made(rule.check, severities[rule.check], rule.column, count)
        for rule, count in zip(found, rows, strict=True)
    ]
    return [*made, Made("line_unreadable", severities["line_unreadable"], WHOLE_LINE, broken_lines)]


def _assert_all_passed(source: str, judged: list[Judged], passed: int) -> None:
    """Raise AssertionError unless every row that the engine counted is accounted for in some file."""
    accounted = sum(of.rows for of in judged)
    if accounted != passed:
        raise AssertionError(f"{source}: {passed} rows passed, and {accounted} are accounted for")


def assert_nothing_lost(source: str, tallies: list[Tally], kept: int, aside: int) -> None:
    """Raise AssertionError unless every row read is kept, set aside or not included, in each file."""
    for tally in tallies:
        if tally.read != tally.kept + tally.set_aside + tally.not_included:
            raise AssertionError(f"{tally.file}: the rows read do not add up: {tally[1:]}")
    read = sum(tally.read for tally in tallies)
    left_out = sum(tally.not_included for tally in tallies)
    if read != kept + aside + left_out:
        raise AssertionError(
            f"{source}: read {read} rows, kept {kept}, set aside {aside}, left out {left_out}"
        )
    log.info("%s: read %d rows, kept %d, set aside %d, not included %d", source, read, kept, aside, left_out)


def _write_counts(source: str, tallies: list[Tally], aside: list[Aside], outputs: Outputs) -> None:
    header = ["source", "file", "rows_read", "rows_kept", "rows_set_aside", "rows_not_included", "sha256"]
    rows = [[source, shown(tally.file), *tally[1:], hash_of(tally.file)] for tally in tallies]
    write_csv(outputs.counts, header, rows)
    reasons: dict[tuple[str, str, str, str], int] = {}
    for row in aside:
        place = (shown(row.file), row.check, row.column, row.reason)
        reasons[place] = reasons.get(place, 0) + 1
    counted = [[source, *place, count] for place, count in sorted(reasons.items())]
    write_csv(outputs.reasons, ["source", "file", "check", "column", "reason", "rows"], counted)


def hash_of(path: str) -> str:
    """Return the SHA-256 of a file, in hexadecimal; none of a data set of a package."""
    if not Path(path).is_file():
        return ""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def shown(path: str) -> str:
    """Return a path as results may name it: the same on every machine."""
    return Path(path).name if Path(path).is_absolute() else path
