"""Events and claim lines by arm and calendar month, over covered member-months, since the data begin.

Every enrollment counts with all months of its person, before and after randomization. The weights stay
apart, so that whole numbers are added here, and arms drawn with unequal probabilities can be compared.
"""

from collections.abc import Mapping
from datetime import date
from functools import reduce

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.cohort.member_months import member_months
from armwise.extracts.engine import count_of, days_after, hold, months_after, rows_of

LINES = "claim_lines"
MONTHS_BEFORE = 36
COLUMNS = ("event", "month", "arm", "weight", "member_months", "events")
BY = ("month", "arm", "weight")


def monthly(
    engine: Backend,
    cohort: ir.Table,
    covered: ir.Table,
    events: Mapping[str, ir.Table],
    lines: ir.Table,
    through: date | None,
) -> ir.Table:
    """Return one row per event, month (its first day), arm and weight; `claim_lines` is an event as well.

    `cohort`: one row per enrollment with arm and weight; `covered`: stretches [starts_on, ends_on) of
    persons; `events`: tables of events by name, of which those on covered days count; `lines`: the typed
    claim lines, all counted; `through`: the last day that the claims hold whole. Columns: see COLUMNS.
    """
    seen = hold(engine, _seen(cohort, covered, _since(engine, cohort, lines), _after(through)), "spans_seen")
    time = hold(engine, member_months(seen, ("arm", "weight")), "monitored_time")
    counted = [_events(cohort, on_covered_days(table, covered), name) for name, table in events.items()]
    happened = reduce(ir.Table.union, [_lines(cohort, lines), *counted])
    cells = reduce(ir.Table.union, [time.mutate(event=ibis.literal(name)) for name in (LINES, *events)])
    joined = cells.left_join(happened, ["event", *BY])
    return joined.select("event", *BY, "member_months", events=joined["events"].fill_null(0))


def _since(engine: Backend, cohort: ir.Table, lines: ir.Table) -> ir.DateValue:
    """Return the first day looked at: that of the claims, at most MONTHS_BEFORE before the first lottery."""
    (sent,) = rows_of(engine, lines.agg(first=lines.from_date.min()))
    earliest = months_after(cohort.randomized_on.min(), -MONTHS_BEFORE)
    (drawn,) = rows_of(engine, cohort.agg(earliest=earliest))
    days = [day for day in (sent["first"], drawn["earliest"]) if day]
    return ibis.date(max(days, default=date(2000, 1, 1)))


def _after(through: date | None) -> ir.DateValue:
    return days_after(ibis.date(through), 1) if through else ibis.date(9999, 12, 31)


def _seen(cohort: ir.Table, covered: ir.Table, first: ir.DateValue, after: ir.DateValue) -> ir.Table:
    """Return the covered stretches of every enrollment from the first claim line on."""
    joined = cohort.select("person_id", "arm", "weight").inner_join(covered, "person_id")
    return joined.select(
        "arm",
        "weight",
        starts_on=ibis.greatest(joined["starts_on"], first),
        stops_on=ibis.least(joined["ends_on"], after),
    )


def on_covered_days(events: ir.Table, covered: ir.Table) -> ir.Table:
    """Return person_id, event_id and started_on of the events that began on a covered day."""
    joined = events.select("person_id", "event_id", "started_on").inner_join(covered, "person_id")
    inside = joined.filter(
        joined["started_on"] >= joined["starts_on"], joined["started_on"] < joined["ends_on"]
    )
    return inside.select("person_id", "event_id", "started_on")


def without_coverage(engine: Backend, events: ir.Table, covered: ir.Table) -> int:
    """Return how many events began on a day without coverage."""
    return count_of(engine, events) - count_of(engine, on_covered_days(events, covered))


def _events(cohort: ir.Table, events: ir.Table, name: str) -> ir.Table:
    by_person = events.group_by(["person_id", events.started_on.truncate("M").cast("date").name("month")])
    return _by_weight(cohort, by_person.agg(events=events.count()), name)


def _lines(cohort: ir.Table, lines: ir.Table) -> ir.Table:
    by_person = lines.group_by(["person_id", lines.from_date.truncate("M").cast("date").name("month")])
    return _by_weight(cohort, by_person.agg(events=lines.count()), LINES)


def _by_weight(cohort: ir.Table, by_person: ir.Table, name: str) -> ir.Table:
    joined = cohort.select("person_id", "arm", "weight").inner_join(by_person, "person_id")
    counted = joined.group_by(list(BY)).agg(events=joined["events"].sum().cast("int64"))
    return counted.select(*BY, "events", event=ibis.literal(name))
