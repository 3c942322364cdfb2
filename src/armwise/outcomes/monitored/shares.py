"""Shares by arm that should not differ: who is found in a source, and which rows have a value."""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import rows_of

COLUMNS = ("topic", "source", "what", "arm", "weight", "n", "count")
# What an ICD-10-CM code looks like without its dot.
ICD_10 = r"^[A-Z][0-9][0-9A-Z]"


class Topic(NamedTuple):
    """What a share is about, of which source or event, and of what in it."""

    topic: str
    source: str
    what: str = ""


def linkage(cohort: ir.Table, source: str, table: ir.Table) -> ir.Table:
    """Return by arm and weight the enrollments, and how many are of a person with a row in `table`."""
    found = table.select("person_id").distinct().mutate(found=True)
    joined = cohort.left_join(found, "person_id")
    is_found = joined["found"].fill_null(False)
    return _by_arm(joined, Topic("linkage", source), {"": (ibis.literal(1), is_found.cast("int64"))})


def completeness(cohort: ir.Table, source: str, table: ir.Table, columns: Sequence[str]) -> ir.Table:
    """Return by arm, weight and column how many rows of `table` there are, and how many have a value."""
    of_person = table.group_by("person_id").agg(
        rows=table.count(), **{f"with_{name}": table[name].count() for name in columns}
    )
    joined = cohort.inner_join(of_person, "person_id")
    counts = {name: (joined["rows"], joined[f"with_{name}"]) for name in columns}
    return _by_arm(joined, Topic("completeness", source), counts)


def classified(cohort: ir.Table, event: str, table: ir.Table) -> ir.Table:
    """Return by arm and weight the events, and how many have a diagnosis that looks like ICD-10-CM."""
    known = table.principal_diagnosis.re_search(ICD_10).fill_null(False)
    of_person = table.group_by("person_id").agg(rows=table.count(), known=known.cast("int64").sum())
    joined = cohort.inner_join(of_person, "person_id")
    return _by_arm(joined, Topic("classified", event), {"": (joined["rows"], joined["known"])})


Counts = Mapping[str, tuple[ir.IntegerValue, ir.IntegerValue]]


def _by_arm(joined: ir.Table, of: Topic, counts: Counts) -> ir.Table:
    return reduce(
        ir.Table.union, (_of_one(joined, of._replace(what=what), pair) for what, pair in counts.items())
    )


def _of_one(joined: ir.Table, of: Topic, pair: tuple[ir.IntegerValue, ir.IntegerValue]) -> ir.Table:
    each = joined.select("arm", "weight", n=pair[0].cast("int64"), there=pair[1].cast("int64"))
    by_arm = each.group_by(["arm", "weight"]).agg(
        n=each["n"].sum().cast("int64"), count=each["there"].sum().cast("int64")
    )
    named = {part: ibis.literal(said) for part, said in of._asdict().items()}
    return by_arm.mutate(**named).select(*COLUMNS)


def delays(cohort: ir.Table, lines: ir.Table) -> ir.Table:
    """Return arm, days (from the last day of service to adjudication) and lines, of those that say both."""
    told = lines.filter(lines.adjudicated_on.notnull())
    days = told.adjudicated_on.delta(told.through_date, unit="day").cast("int64")
    of_person = told.group_by(["person_id", days.name("days")]).agg(lines=told.count())
    joined = cohort.select("person_id", "arm").inner_join(of_person, "person_id")
    return joined.group_by(["arm", "days"]).agg(lines=joined["lines"].sum().cast("int64"))


def of_sources(
    engine: Backend, cohort: ir.Table, sources: Mapping[str, ir.Table], columns: Mapping[str, Sequence[str]]
) -> list[list[Any]]:
    """Return the rows of linkage and completeness of all sources; `columns` may be missing, by source."""
    tables = []
    for source, table in sources.items():
        tables.append(linkage(cohort, source, table))
        if columns[source]:
            tables.append(completeness(cohort, source, table, columns[source]))
    return _rows(engine, tables)


def of_events(engine: Backend, cohort: ir.Table, events: Mapping[str, ir.Table]) -> list[list[Any]]:
    """Return the rows about diagnoses of all events."""
    return _rows(engine, [classified(cohort, event, table) for event, table in events.items()])


def _rows(engine: Backend, tables: Sequence[ir.Table]) -> list[list[Any]]:
    found = [row for table in tables for row in rows_of(engine, table.order_by(["what", "arm", "weight"]))]
    return [[row[name] for name in COLUMNS] for row in found]
