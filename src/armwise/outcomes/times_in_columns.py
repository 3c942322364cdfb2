"""When events happened and observation ended, of outcomes that arrive as columns of days."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.cohort.participants import each_participant
from armwise.extracts.engine import count_of
from armwise.extracts.errors import ExtractError


def times_in_columns(engine: Backend, participants: ir.Table, outcomes: Mapping[str, Any]) -> ir.Table:
    """Return the table that `event_times` makes of dated events, of days since randomization in columns.

    `outcomes` are as `measured` takes them, with `died`: a column or None. An event on day d is on the d-th
    day of follow-up, which `followed` counts. Raises ExtractError where `column` holds more than one event.
    """
    each = each_participant(participants)
    for name, outcome in outcomes.items():
        _refuse_several(engine, each, name, outcome)
    return reduce(ir.Table.union, (part for name, of in outcomes.items() for part in _parts(each, name, of)))


def _refuse_several(engine: Backend, of: ir.Table, name: str, outcome: Mapping[str, Any]) -> None:
    if not outcome["event_days"] and count_of(engine, of.filter(of[outcome["column"]] > 1)):
        raise ExtractError(
            f"outcome {name}: column {outcome['column']} holds more than one event of a participant, and "
            "`followed` is the day of one. Name the columns with their days as `event_days`."
        )


def _parts(of: ir.Table, name: str, outcome: Mapping[str, Any]) -> list[ir.Table]:
    days = of[outcome["followed"]].cast("int32")
    seen = of.filter(days.notnull())
    if outcome["event_days"]:
        events = [_events(seen, name, seen[column].cast("int32"), column) for column in outcome["event_days"]]
    else:
        had = seen.filter(seen[outcome["column"]] == 1)
        events = [_events(had, name, had[outcome["followed"]].cast("int32"), "1")]
    days = seen[outcome["followed"]].cast("int32")
    span = _rows(seen, name, ibis.literal(0, "int32"), ibis.literal("at_risk"), days)
    return [*events, span, _rows(seen, name, days, _ended_by(seen, outcome))]


def _ended_by(seen: ir.Table, outcome: Mapping[str, Any]) -> ir.StringValue:
    """Return why observation ended; after an event that can be but once nothing follows, as after death."""
    died = seen[outcome["died"]] == 1 if outcome["died"] else ibis.literal(False)
    had = ibis.literal(False) if outcome["event_days"] else seen[outcome["column"]] == 1
    return ibis.ifelse((died | had).fill_null(False), "death", "end")


def _events(of: ir.Table, name: str, day: ir.IntegerValue, event: str) -> ir.Table:
    return _rows(of.filter(day.notnull()), name, day - 1, ibis.literal("event"), event=event)


def _rows(
    of: ir.Table,
    name: str,
    day: ir.IntegerValue,
    kind: ir.StringValue,
    until: ir.IntegerValue | None = None,
    event: str = "",
) -> ir.Table:
    return of.select(
        enrollment_id=of.participant_id,
        outcome=ibis.literal(name),
        day=day.cast("int32"),
        until_day=ibis.null("int32") if until is None else until,
        on_date=ibis.null("date"),
        kind=kind,
        event_id=ibis.literal(event),
        weight=ibis.literal(1.0),
    )
