"""When events happened in follow-up, and when and why observation ended: what curves are drawn from."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.events.attributes import having
from armwise.extracts.engine import days_between, hold
from armwise.outcomes.at_risk import NOTHING_MORE, Known, at_risk, followed_in, outliving
from armwise.outcomes.counted import within
from armwise.outcomes.windows import PRIMARY, FollowUp

KEY = ["enrollment_id", "outcome", "day", "kind", "event_id"]


def event_times(
    engine: Backend,
    cohort: ir.Table,
    events: Mapping[str, ir.Table],
    horizons: Mapping[str, Mapping[str, Any]],
    settings: Mapping[str, Mapping[str, Any]],
    follow_up: FollowUp = PRIMARY,
    known: Known = NOTHING_MORE,
) -> ir.Table:
    """Return one row per event and span at risk of an enrollment, and one row for why observation ended.

    `horizons` are {outcome: window as `bounds` takes it}, `settings`, `follow_up` and `known` as in
    `outcomes`. Columns: enrollment_id, outcome, day (since randomization), until_day (of a span at risk, not
    in it), on_date, kind (event; at_risk; or death, coverage, data, later_lottery, end), event_id ("" but for
    events), weight (of an event or span: 1 unless follow-up ends at a later lottery).
    """
    known, parts = outliving(engine, cohort, follow_up, known), []
    for number, (name, outcome) in enumerate(settings.items()):
        window, by_coverage = horizons[name], outcome["observed_while"] == "covered"
        followed = hold(engine, followed_in(cohort, window, outcome, follow_up, known), f"followed_{number}")
        spans = hold(engine, at_risk(followed, by_coverage, follow_up, known), f"at_risk_{number}")
        happened = within(spans, having(events[outcome["event"]], dict(outcome)))
        parts += [_events(happened, name), _spans(spans, name), _ends(followed, name)]
    return reduce(ir.Table.union, parts)


def _events(happened: ir.Table, name: str) -> ir.Table:
    at = happened.mutate(until_on=ibis.null("date"))
    return _rows(at, name, at.started_on, ibis.literal("event"), at.event_id)


def _spans(spans: ir.Table, name: str) -> ir.Table:
    some = spans.filter(spans.starts_on < spans.stops_on).mutate(until_on=spans.stops_on)
    return _rows(some, name, some.starts_on, ibis.literal("at_risk"), ibis.literal(""))


def _ends(followed: ir.Table, name: str) -> ir.Table:
    at = followed.mutate(until_on=ibis.null("date"), weight=ibis.literal(1).cast("float64"))
    return _rows(at, name, at.stops_on, at.ended_by, ibis.literal(""))


def _rows(
    table: ir.Table, name: str, on_date: ir.DateValue, kind: ir.StringValue, event_id: ir.StringValue
) -> ir.Table:
    return table.select(
        enrollment_id=table.enrollment_id,
        outcome=ibis.literal(name),
        day=days_between(table.randomized_on, on_date).cast("int32"),
        until_day=days_between(table.randomized_on, table.until_on).cast("int32"),
        on_date=on_date,
        kind=kind,
        event_id=event_id,
        weight=table.weight,
    )
