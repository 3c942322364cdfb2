"""When events happened in follow-up, and when and why observation ended: what curves are drawn from."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.events.attributes import having
from armwise.extracts.engine import days_between, hold
from armwise.outcomes.windows import observed

KEY = ["enrollment_id", "outcome", "day", "kind", "event_id"]


def event_times(
    engine: Backend,
    cohort: ir.Table,
    events: Mapping[str, ir.Table],
    horizons: Mapping[str, Mapping[str, Any]],
    settings: Mapping[str, Mapping[str, Any]],
) -> ir.Table:
    """Return one row per event of an enrollment while it is observed, and one row for why observation ended.

    `horizons` are {outcome: window as `bounds` takes it}, `settings` as in `outcomes`. Columns:
    enrollment_id, outcome, day (since randomization), on_date, kind (event, or death, coverage, data,
    later_lottery, end), event_id ("" on the last row).
    """
    parts = []
    for number, (name, outcome) in enumerate(settings.items()):
        seen = hold(engine, observed(cohort, horizons[name], outcome), f"followed_{number}")
        parts += [_events(seen, having(events[outcome["event"]], dict(outcome)), name), _ends(seen, name)]
    return reduce(ir.Table.union, parts)


def _events(seen: ir.Table, events: ir.Table, name: str) -> ir.Table:
    by = "enrollment_id" if "enrollment_id" in events.columns else "person_id"
    pairs = seen.inner_join(events.select(by, "event_id", "started_on"), by)
    inside = pairs.filter(pairs["started_on"] >= pairs["starts_on"], pairs["started_on"] < pairs["stops_on"])
    return _rows(inside, name, inside["started_on"], ibis.literal("event"), inside["event_id"])


def _ends(seen: ir.Table, name: str) -> ir.Table:
    return _rows(seen, name, seen.stops_on, seen.ended_by, ibis.literal(""))


def _rows(
    table: ir.Table, name: str, on_date: ir.DateValue, kind: ir.StringValue, event_id: ir.StringValue
) -> ir.Table:
    return table.select(
        enrollment_id=table["enrollment_id"],
        outcome=ibis.literal(name),
        day=days_between(table["randomized_on"], on_date).cast("int32"),
        on_date=on_date,
        kind=kind,
        event_id=event_id,
    )
