"""Read one source: a typed table of the rows that keep its contract, and each other row with its reason."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts import check
from armwise.extracts.catalogue import DEFAULTS
from armwise.extracts.check import FILE, Rule
from armwise.extracts.contracts import Contract
from armwise.extracts.crosswalk import translated
from armwise.extracts.dates import formats_of
from armwise.extracts.engine import rows_of, write
from armwise.extracts.files import open_file
from armwise.extracts.formats.long_lines import looked_for
from armwise.extracts.formats.text import unreadable
from armwise.extracts.layouts import Laid
from armwise.extracts.made import write_made
from armwise.extracts.notes import noting
from armwise.extracts.opened import LINE, Opened
from armwise.extracts.refusals import SHOWN, refuse, refuse_nobody
from armwise.extracts.rejected import WHOLE_LINE, Aside, set_aside, write_aside
from armwise.extracts.tally import (
    Tally,
    assert_all_passed,
    assert_nothing_lost,
    checks_made,
    tallied,
    write_counts,
)

MOST_LINES = 1_000_000_000_000  # of one file


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
    where its identifiers are not those of the enrollment; `sealed`: columns that tell an assignment nobody
    may know yet, of which no value is kept, neither of rows in the table nor of rows set aside.
    """

    severities: Mapping[str, str] = DEFAULTS
    crosswalk: ir.Table | None = None
    sealed: Sequence[str] = ()


AS_CATALOGUED = Checking()


def ingest(
    engine: Backend,
    source: str,
    sent: Sequence[Laid],
    max_rejected_share: float,
    contract: Contract,
    outputs: Outputs,
    checking: Checking = AS_CATALOGUED,
) -> list[Tally]:
    """Read the files of `source` and write what it gave: typed Parquet, counts, reasons and rejected rows.

    `sent` are its files, each with its layout, in the order in which they arrived. Rows read = kept + set
    aside + not included, per file. Rows that break a check which is to stop the run are set aside as well;
    the run stops when every check is made. Raises ExtractError when a file cannot be read or more than
    `max_rejected_share` of its rows break the contract.
    """
    with _scratch(outputs.table) as scratch:
        files = [open_file(engine, path, dict(layout), scratch) for path, layout in sent]
        return _read(engine, source, files, max_rejected_share, contract, outputs, checking)


def _read(
    engine: Backend,
    source: str,
    files: list[Opened],
    max_rejected_share: float,
    contract: Contract,
    outputs: Outputs,
    checking: Checking,
) -> list[Tally]:
    read, found = _checked(files, contract, checking)
    arrival = ["received"] if checking.crosswalk is not None and contract.numbered else []
    every_row = len(files) > 1 and not contract.numbered  # else it is known afterwards of which file a row is
    with (
        looked_for([(file.path, file.text) for file in files if file.text]),
        _damage_said(files, outputs.table),
        noting(engine, read, found, every_row) as (passing, notes),
    ):
        typed = _typed(passing, contract, checking.sealed)
        kept = write(engine, typed, outputs.table, [*contract.order_by, *arrival])
    if not every_row:
        one = {0: notes.passed - notes.left_out}
        notes.kept(_kept_of(engine, outputs.table) if len(files) > 1 else one)
    judged = notes.judged()
    tallies = tallied(engine, judged, files)
    too_many = [tally for tally in tallies if tally.share_set_aside > max_rejected_share]
    judged = [of.first(SHOWN) for of in judged] if too_many else judged
    aside = _sealed(
        set_aside(engine, judged, found, files, [tally.read for tally in tallies]), checking.sealed
    )
    if "arm" in contract.columns:
        refuse_nobody(tallies)
    if too_many:
        Path(outputs.table).unlink()
        refuse(engine, source, too_many[0], aside, max_rejected_share, outputs.rejected)
    write_aside(engine, aside, outputs.rejected)
    assert_all_passed(source, judged, notes.passed)
    assert_nothing_lost(source, tallies, kept, len(aside))
    write_counts(source, tallies, aside, outputs.counts, outputs.reasons)
    broken_lines = sum(row.check == "line_unreadable" and row.column == WHOLE_LINE for row in aside)
    write_made(source, checks_made(notes, found, broken_lines, checking.severities), outputs.checks)
    return tallies


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


def _checked(files: list[Opened], contract: Contract, checking: Checking) -> tuple[ir.Table, list[Rule]]:
    parts = _alike([_of_file(file, contract, number) for number, file in enumerate(files)])
    sent = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
    sent, unmatched = translated(sent, checking.crosswalk)
    found = [*unmatched, *check.rules(sent, contract)]
    return check.checked(sent, found, checking.severities), found


def _of_file(file: Opened, contract: Contract, number: int) -> ir.Table:
    """Return the rows of a file as sent and as typed: its layout says how it writes both."""
    sent = check.with_defaults(check.as_sent(file, contract, number), contract)
    return check.with_typed(sent, contract, formats_of(file.layout))


def _alike(parts: list[ir.Table]) -> list[ir.Table]:
    """Return the files with one type for each column: text where one file has a date and another text."""
    every = list(dict.fromkeys(name for part in parts for name in part.columns))
    parts = [part.mutate(**check.typed_as_sent(part, every)).select(every) for part in parts]
    differing = [name for name in parts[0].columns if len({part[name].type() for part in parts}) > 1]
    return [part.mutate(**{name: part[name].cast("string") for name in differing}) for part in parts]


def _sealed(aside: list[Aside], sealed: Sequence[str]) -> list[Aside]:
    """Leave out the values of sealed columns, and lines that hold them."""
    shut = {*sealed, WHOLE_LINE} if sealed else set()
    return [row._replace(value=None) if row.column in shut else row for row in aside]


def _typed(kept: ir.Table, contract: Contract, sealed: Sequence[str]) -> ir.Table:
    """Return rows in the types of the contract; `received` tells their order of arrival."""
    values = check.values_of(kept, contract)
    values |= {name: ibis.null(values[name].type()) for name in sealed}
    if contract.numbered:
        values["received"] = kept[FILE].cast("int64") * MOST_LINES + kept[LINE]
    return kept.select(**values)


def _kept_of(engine: Backend, path: str) -> dict[int, int]:
    """Return how many rows of each file are in a typed table whose rows tell their arrival."""
    typed = engine.read_parquet(path)
    file = typed.select(file=(typed.received // MOST_LINES).cast("int64"))
    counts = file.group_by("file").agg(rows=file.count())
    return {row["file"]: row["rows"] for row in rows_of(engine, counts)}
