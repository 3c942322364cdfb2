"""Note, while the rows of a source pass by, which of them are set aside: so that files are read once.

A large CSV.gz file takes longer to unpack and to split than all that is asked of its rows. The engine calls
`Notes.keep` for the rows that are not in order, on their way to the typed table.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from itertools import count
from operator import and_
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.check import FILE, STATUS, Rule, doubt
from armwise.extracts.opened import LINE

MOST = 999_999  # rows of each reason that are noted, of each file those with the lowest lines
_TYPES = ["INTEGER", "SMALLINT", "BIGINT", "VARCHAR", "INTEGER[]"]
_number = count()

Sent = tuple[int, str | None]  # the line of a row, and the value in it that breaks the rule


class Judged(NamedTuple):
    """How many rows of one file have one status, and what was noted of them."""

    file: int
    status: int
    rows: int
    sent: list[Sent]

    def first(self, rows: int) -> "Judged":
        """Return it with so many rows noted at most, those with the lowest lines."""
        return self._replace(sent=self.sent[:rows])


class Notes:
    """What was noted of the rows that passed; `doubts` are numbers of rows by the number of the rule.

    `passed` is the number of all rows, counted by the engine before it looks at them.
    """

    def __init__(self) -> None:
        self.passed = 0
        self.doubts: Counter[int] = Counter()
        self._rows: Counter[tuple[int, int]] = Counter()
        self._sent: dict[tuple[int, int], list[Sent]] = {}

    def keep(self, file: int, status: int, line: int, value: str | None, doubts: list[int | None]) -> bool:
        """Note one row, and tell whether it keeps the contract: whether its status is 0."""
        self._rows[file, status] += 1
        if status > 0:
            self._note(self._sent.setdefault((file, status), []), (line, value))
        elif status == 0:
            self.doubts.update(number for number in doubts if number is not None)
        return status == 0

    def _note(self, noted: list[Sent], sent: Sent) -> None:
        noted.append(sent)
        if len(noted) > 2 * MOST:
            noted.sort(key=_line)
            del noted[MOST:]

    def kept(self, by_file: dict[int, int]) -> None:
        """Note how many rows of each file were kept, where not every row was told of on its way."""
        for file, rows in by_file.items():
            self._rows[file, 0] = rows

    @property
    def left_out(self) -> int:
        """Return how many rows were not kept."""
        return sum(rows for (_, status), rows in self._rows.items() if status != 0)

    def judged(self) -> list[Judged]:
        """Return what became of the rows, by file and status."""
        return [
            Judged(*key, rows, sorted(self._sent.get(key, []), key=_line)[:MOST])
            for key, rows in sorted(self._rows.items())
        ]


def _line(sent: Sent) -> int:
    return sent[0]


@contextmanager
def noting(
    engine: Backend, read: ir.Table, found: list[Rule], every_row: bool
) -> Iterator[tuple[ir.Table, Notes]]:
    """Give the rows of `read` (as `checked` leaves them) that keep the contract, the others noted.

    The table can be used once, and within the block. Telling of rows that are in order takes longer than all
    checks of them: unless `every_row` is asked for, tell `Notes.kept` afterwards how many there were.
    """
    notes, number = Notes(), next(_number)
    name, passed = f"keep_{number}", f"passed_{number}"
    engine.raw_sql(f"CREATE TEMP SEQUENCE {passed}")
    engine.con.create_function(
        name, notes.keep, _TYPES, "BOOLEAN", null_handling="special", side_effects=True
    )
    try:
        keeps = _keeps(name, read, found)
        # A case evaluates a branch only where it is reached; "or" and "and" promise no order.
        in_order = [] if every_row else [(_in_order(read, found), True)]
        yield read.filter(ibis.cases((nextval(passed) < 1, False), *in_order, else_=keeps)), notes
        notes.passed = _last(engine, passed)
    finally:
        engine.con.remove_function(name)


@ibis.udf.scalar.builtin(signature=(("string",), "int64"))
def nextval(sequence):  # type: ignore[no-untyped-def]
    """DuckDB's own: counts each time that it is asked."""


def _last(engine: Backend, sequence: str) -> int:
    asked = f"SELECT coalesce(max(last_value), 0) FROM duckdb_sequences() WHERE sequence_name = '{sequence}'"
    counted: int = engine.raw_sql(asked).fetchall()[0][0]
    return counted


def _keeps(name: str, read: ir.Table, found: list[Rule]) -> ir.BooleanValue:
    numbered = list(enumerate(found, 1))
    broken = [(read[STATUS] == number, read[rule.sent].cast("string")) for number, rule in numbered]
    value = ibis.ifelse(read[STATUS] > 0, ibis.cases(*broken), ibis.null("string"))
    doubts = [
        ibis.ifelse(read[doubt(number)], ibis.literal(number, "int32"), ibis.null("int32"))
        for number in _doubtful(read, found)
    ]
    function = ibis.udf.scalar.builtin(
        _signature, name=name, signature=(("int32", "int16", "int64", "string", "array<int32>"), "boolean")
    )
    told = ibis.array(doubts) if doubts else ibis.literal([], "array<int32>")
    kept: ir.BooleanValue = function(read[FILE], read[STATUS], read[LINE], value, told)
    return kept


def _in_order(read: ir.Table, found: list[Rule]) -> ir.BooleanValue:
    doubts = [~read[doubt(number)] for number in _doubtful(read, found)]
    return reduce(and_, [read[STATUS] == 0, *doubts])


def _doubtful(read: ir.Table, found: list[Rule]) -> list[int]:
    """Return the numbers of the rules that take no row out."""
    return [number for number in range(1, len(found) + 1) if doubt(number) in read.columns]


def _signature(file: Any, status: Any, line: Any, value: Any, doubts: Any) -> Any:
    """Notes.keep, as the engine calls it."""
