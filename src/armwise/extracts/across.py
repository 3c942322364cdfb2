"""Hold the rows of one source against the others: who was randomized, born and dead, and when data begin."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.check import STATUS, Rule, checked, doubt
from armwise.extracts.engine import hold, rows_of, write
from armwise.extracts.held import DAYS, SHORT_MEMORY
from armwise.extracts.made import Made

YEARS_BEFORE = 20
OURS = ("__ours", "__born", "__died")


class Held(NamedTuple):
    """One source held against the others: its rows with `__status`, and the rules in their order."""

    rows: ir.Table
    rules: list[Rule]


class Kind(NamedTuple):
    """What is known of a source beforehand: its contract, and the last day that it holds whole."""

    contract: str
    complete_through: str | None = None


class Others(NamedTuple):
    """What a source is held against: the typed extracts of enrollment and, where there is one, of deaths."""

    enrollment: ir.Table
    deaths: ir.Table | None = None

    @classmethod
    def read(cls, engine: Backend, enrollment: str, deaths: str | None) -> "Others":
        """Open the Parquet files."""
        return cls(engine.read_parquet(enrollment), engine.read_parquet(deaths) if deaths else None)


def hold_against(
    engine: Backend, table: ir.Table, kind: Kind, others: Others, severities: Mapping[str, str]
) -> Held:
    """Return the typed rows of a source with the number of the first rule, from 1, that takes each out.

    Without deaths nothing is said of what comes after them.
    """
    enrollment, deaths = others
    (lotteries,) = rows_of(engine, enrollment.agg(first=enrollment.randomized_on.min()))
    joined = _joined(table, hold(engine, _people(enrollment, deaths), "people"))
    found = list(_rules(joined, kind, deaths is not None, lotteries["first"]))
    return Held(checked(joined, found, severities), found)


def _people(enrollment: ir.Table, deaths: ir.Table | None) -> ir.Table:
    """Return one row per person who was randomized: birth and death."""
    born = enrollment.group_by("person_id").agg(__born=enrollment.birth_date.min())
    if deaths is None:
        return born.mutate(__died=ibis.null("date"), __ours=True)
    died = deaths.group_by("person_id").agg(died=deaths.died_on.min())
    joined = born.left_join(died, "person_id")
    return joined.select("person_id", "__born", __died=joined["died"], __ours=ibis.literal(True))


def _joined(table: ir.Table, people: ir.Table) -> ir.Table:
    joined = table.left_join(people, "person_id")
    return joined.select(*table.columns, *OURS, **{STATUS: ibis.literal(0, "int16")})


def _rules(table: ir.Table, kind: Kind, deaths: bool, first: date | None) -> Iterator[Rule]:
    """Yield what a row may not do, in the order in which it is looked at."""
    if kind.contract == "enrollment":
        if deaths:
            late = table.randomized_on > table["__died"]
            yield Rule("randomized_after_death", "randomized_on", "after the recorded death", late)
        return
    day = DAYS[kind.contract]
    yield Rule("never_randomized", "person_id", "never randomized", table["__ours"].isnull())
    if deaths and kind.contract not in ("deaths", "coverage"):
        yield Rule("events_after_death", day, "after the person's death", table[day] > table["__died"])
    if kind.contract != "coverage":
        yield Rule("events_before_birth", day, "before the person's birth", table[day] < table["__born"])
    if kind.complete_through:
        late = table[day] > ibis.date(kind.complete_through)
        yield Rule("events_after_data", day, "after complete_through", late)
    if first and kind.contract in SHORT_MEMORY:
        early = ibis.date(first.year - YEARS_BEFORE, 1, 1)
        yield Rule("events_long_before", day, f"before {early_words(first)}", table[day] < early)


def early_words(first: date) -> str:
    """Return the day before which a row is implausible, as text."""
    return f"{first.year - YEARS_BEFORE}-01-01"


def made(engine: Backend, held: Held, severities: Mapping[str, str]) -> list[Made]:
    """Return every check that was made, and how many rows break it."""
    doubts = {
        name: held.rows[name].cast("int64").sum(where=held.rows[STATUS] == 0)
        for number in range(1, len(held.rules) + 1)
        if (name := doubt(number)) in held.rows.columns
    }
    taken = {
        f"taken_{number}": (held.rows[STATUS] == number).cast("int64").sum()
        for number in range(1, len(held.rules) + 1)
        if doubt(number) not in doubts
    }
    if not held.rules:
        return []
    (counted,) = rows_of(engine, held.rows.agg(**doubts, **taken))
    counts = [
        counted.get(doubt(number), counted.get(f"taken_{number}")) for number in range(1, len(held.rules) + 1)
    ]
    return [
        Made(rule.check, severities[rule.check], rule.column, rows or 0)
        for rule, rows in zip(held.rules, counts, strict=True)
    ]


def kept(held: Held, columns: list[str]) -> ir.Table:
    """Return the rows that stay, in the columns of the extract."""
    return held.rows.filter(held.rows[STATUS] == 0).select(columns)


def set_aside(held: Held, columns: list[str]) -> ir.Table:
    """Return the rows that are taken out, each with the check that it breaks and the reason in words."""
    out = held.rows.filter(held.rows[STATUS] > 0)
    numbered = list(enumerate(held.rules, 1))
    return out.select(
        *columns,
        check=out[STATUS].cases(*[(number, rule.check) for number, rule in numbered], else_=""),
        reason=out[STATUS].cases(
            *[(number, f"{rule.column}: {rule.reason}") for number, rule in numbered], else_=""
        ),
    )


def divide(engine: Backend, table: ir.Table, held: Held, output: str, rejected: str) -> None:
    """Write the rows that stay and those that are set aside, sorted; none may be lost between them."""
    columns = list(table.columns)
    order = ["received"] if "received" in columns else columns
    (sent,) = rows_of(engine, table.agg(rows=table.count()))
    stay = write(engine, kept(held, columns), output, order)
    aside = write(engine, set_aside(held, columns), rejected, order)
    if sent["rows"] != stay + aside:
        raise AssertionError(f"{output}: of {sent['rows']} rows {stay} are kept and {aside} set aside")
