"""Outcomes of one window from events: counts, whether any happened, and by which date."""

import logging
from collections.abc import Mapping
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from armwise.events.attributes import having, two_way
from armwise.extracts.engine import days_after, days_between, hold, rows_of
from armwise.outcomes.windows import OutcomeError, bounds, observed

log = logging.getLogger(__name__)

UPTAKE = "uptake"
KEY = ["enrollment_id", "outcome"]


def outcomes(
    engine: Backend,
    cohort: ir.Table,
    events: Mapping[str, ir.Table],
    window: str,
    length: Mapping[str, Any],
    settings: Mapping[str, Mapping[str, Any]],
) -> ir.Table:
    """Return one row per enrollment x outcome of `window`, whose `length` is as `bounds` takes it.

    `settings` are {outcome: {event, where, measure, observed_while, complete_through, incomplete,
    later_lottery}}; an outcome named uptake counts contacts of the program. Raises OutcomeError when a window
    reaches beyond the end of its source.
    """
    rows = []
    for number, (name, outcome) in enumerate(settings.items()):
        refuse_incomplete(engine, cohort, window, length, name, outcome)
        refuse_unknown(engine, events[outcome["event"]], name, outcome)
        seen = hold(engine, observed(cohort, length, outcome), f"seen_{number}")
        counted = count_in(seen, chosen(events[outcome["event"]], name, outcome))
        rows.append(_row(counted, name, window, outcome))
    return reduce(ir.Table.union, rows)


def chosen(events: ir.Table, name: str, outcome: Mapping[str, Any]) -> ir.Table:
    """Return the events that an outcome counts."""
    return two_way(events, dict(outcome)) if name == UPTAKE else having(events, dict(outcome))


def count_in(seen: ir.Table, events: ir.Table) -> ir.Table:
    """Add to `observed` rows the `events` that started in [starts_on, stops_on), and the `first_on`.

    Events belong to the person, or to the enrollment where they name one.
    """
    by = "enrollment_id" if "enrollment_id" in events.columns else "person_id"
    pairs = seen.inner_join(events.select(by, "started_on"), by)
    inside = pairs.filter(pairs["started_on"] >= pairs["starts_on"], pairs["started_on"] < pairs["stops_on"])
    found = inside.select("enrollment_id", "started_on")
    totals = found.group_by("enrollment_id").agg(events=found.count(), first_on=found.started_on.min())
    joined = seen.left_join(totals, "enrollment_id").select(*seen.columns, "events", "first_on")
    return joined.mutate(events=joined["events"].fill_null(0))


def _row(counted: ir.Table, name: str, window: str, outcome: Mapping[str, Any]) -> ir.Table:
    return counted.select(
        enrollment_id=_.enrollment_id,
        outcome=ibis.literal(name),
        window=ibis.literal(window),
        value=value(counted, outcome["measure"]),
        days_observed=days_between(counted.starts_on, counted.stops_on).cast("float64"),
        first_day=days_between(counted.randomized_on, counted.first_on).cast("int32"),
        ended_by=_.ended_by,
        analysis_weight=ibis.literal(1.0, "float64"),
    )


def value(counted: ir.Table, measure: str) -> ir.FloatingValue:
    """Return the number of events; or 1 if any happened, 0 if none did, null if observation ended before.

    Death is an end that is known: nothing happens after it. An enrollment randomized after its window has no
    value.
    """
    events = counted.events.cast("float64")
    if measure == "count":
        return events
    known = counted.ended_by.isin(["end", "death"]) & (counted.ends_on > counted.starts_on)
    none = ibis.ifelse(known, ibis.literal(0.0, "float64"), ibis.null("float64"))
    return ibis.ifelse(counted.events > 0, ibis.literal(1.0, "float64"), none)


def refuse_incomplete(
    engine: Backend,
    cohort: ir.Table,
    window: str,
    length: Mapping[str, Any],
    name: str,
    outcome: Mapping[str, Any],
) -> None:
    """Stop when the window of some enrollments ends after the source of the outcome is complete."""
    through = outcome.get("complete_through")
    if not through or outcome.get("incomplete") == "censor":
        return
    ends_on = bounds(cohort.randomized_on, length)[1]
    late = cohort.filter(ends_on > days_after(ibis.date(through), 1))
    days = late.select(randomized_on=late.randomized_on).distinct().order_by("randomized_on")
    months = sorted({f"{row['randomized_on']:%Y-%m}" for row in rows_of(engine, days)})
    if months:
        raise OutcomeError(
            f"outcome {name}, window {window}: ends after its source is complete ({through}) for the "
            f"{_span(months)}. Shorten the window, or set follow_up.incomplete: censor."
        )


def _span(months: list[str]) -> str:
    if len(months) == 1:
        return f"cohort of {months[0]}"
    return f"{len(months)} cohorts of {months[0]} to {months[-1]}"


def refuse_unknown(engine: Backend, events: ir.Table, name: str, outcome: Mapping[str, Any]) -> None:
    """Stop when an attribute that the outcome asks for is unknown for every event."""
    for attribute in outcome.get("where") or {}:
        if attribute not in events.columns:
            raise OutcomeError(f"outcomes.{name}.where: {outcome['event']} has no attribute {attribute}")
        (counts,) = rows_of(engine, events.agg(known=events[attribute].count(), total=events.count()))
        known, total = counts["known"], counts["total"]
        if 0 < known < total:
            log.warning(
                "%s: %s is unknown for %d of %d events, not counted", name, attribute, total - known, total
            )
        if total and not known:
            raise OutcomeError(
                f"outcomes.{name}.where: {attribute} is unknown for every {outcome['event']}; "
                "avoidable admissions need birth_date in the enrollment extract"
            )
