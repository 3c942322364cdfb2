"""Outcomes that arrive as columns, one row per participant."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from armwise.cohort.participants import each_participant

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 30.4375


def measured(
    participants: ir.Table, outcomes: dict[str, dict[str, Any]], window: str, months: int | None = None
) -> ir.Table:
    """Return one row per participant x outcome of `window`, which has a length in `months`, or none.

    `outcomes` are {name: {"measure", "column", "exposure": column of years at risk or None, "weight": column
    or None, "followed": column of days at risk or None, "event_days": columns of days of events}}. A missing
    value stays null; only counts with an exposure or `followed` have days.
    """
    each = each_participant(participants)
    rows = [_one(each, name, outcome, window, months) for name, outcome in outcomes.items()]
    return reduce(ir.Table.union, rows)


def _one(
    participants: ir.Table, name: str, outcome: dict[str, Any], window: str, months: int | None
) -> ir.Table:
    value, days = _value_and_days(participants, outcome, months)
    return participants.select(
        enrollment_id=participants.participant_id,
        outcome=ibis.literal(name),
        window=ibis.literal(window),
        value=value,
        days_observed=days,
        first_day=ibis.null("int32"),
        ended_by=ibis.literal("end"),
        analysis_weight=_column(participants, outcome.get("weight"), 1.0),
    )


def _value_and_days(
    of: ir.Table, outcome: dict[str, Any], months: int | None
) -> tuple[ir.FloatingValue, ir.FloatingValue]:
    if not outcome.get("followed"):
        years = _column(of, outcome.get("exposure"), None)
        return of[outcome["column"]].cast("float64"), years * DAYS_PER_YEAR
    followed = of[outcome["followed"]].cast("float64")
    days = followed.clip(upper=float(days_of(months))) if months else followed
    if outcome["event_days"]:
        return events_within(of, outcome["event_days"], days), days
    status = of[outcome["column"]].cast("float64")
    return ibis.ifelse(followed <= days, status, status * 0), days


def events_within(of: ir.Table, columns: Sequence[str], days: ir.FloatingValue) -> ir.FloatingValue:
    """Return how many of some columns hold a day up to `days`; null where `days` is."""
    counts = [(of[name] <= days).fill_null(False).cast("float64") for name in columns]
    return ibis.ifelse(days.notnull(), reduce(lambda a, b: a + b, counts), ibis.null("float64"))


def days_of(months: int) -> int:
    """Return the days of months of 30.4375 days: time without a calendar has no other."""
    return round(months * DAYS_PER_MONTH)


def _column(table: ir.Table, name: str | None, otherwise: float | None) -> ir.FloatingValue:
    if name:
        return table[name].cast("float64")
    return ibis.null("float64") if otherwise is None else ibis.literal(otherwise, "float64")
