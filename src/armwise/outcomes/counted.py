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
from armwise.outcomes.at_risk import NOTHING_MORE, Known, at_risk, days_of, followed_in, outliving
from armwise.outcomes.continuity import LEAST as DESCRIBED
from armwise.outcomes.continuity import PROVIDER, of_providers
from armwise.outcomes.windows import PRIMARY, FollowUp, OutcomeError, bounds

NEEDS = (
    "avoidable admissions need birth_date in the enrollment extract, and nyu_ attributes "
    "events.ed_visit.nyu_file"
)

log = logging.getLogger(__name__)

UPTAKE = "uptake"
RATES = ("count", "sum")  # measures over time at risk: nobody has to stand for anybody
KEY = ["enrollment_id", "outcome"]


def outcomes(
    engine: Backend,
    cohort: ir.Table,
    events: Mapping[str, ir.Table],
    window: str,
    length: Mapping[str, Any],
    settings: Mapping[str, Mapping[str, Any]],
    follow_up: FollowUp = PRIMARY,
    known: Known = NOTHING_MORE,
) -> ir.Table:
    """Return one row per enrollment x outcome of `window`, whose `length` is as `bounds` takes it.

    `settings` are {outcome: {event, where, measure, observed_while, complete_through, incomplete}}, with `of`
    (an attribute) where the measure is sum; an outcome named uptake counts contacts of the program.
    `follow_up` says what ends observation, and `known` what that takes beyond the cohort. Columns:
    enrollment_id, outcome, window, value and days_observed (as counted), weighted_value and weighted_days
    (what a rate is estimated from; the same unless days are weighted), events (how many add to a sum; null
    of other measures), window_days (how long the window is), first_day, ended_by, data_end_early, unbroken
    (whether every day was at risk until something else than coverage ended it), analysis_weight. Raises
    OutcomeError when a window reaches beyond the end of its source.
    """
    known, rows = outliving(engine, cohort, follow_up, known), []
    for number, (name, outcome) in enumerate(settings.items()):
        refuse_incomplete(engine, cohort, window, length, name, outcome)
        refuse_unknown(engine, events[outcome["event"]], name, outcome)
        followed = hold(engine, followed_in(cohort, length, outcome, follow_up, known), f"followed_{number}")
        by_coverage = outcome["observed_while"] == "covered"
        spans = hold(engine, at_risk(followed, by_coverage, follow_up, known), f"at_risk_{number}")
        happened = chosen(events[outcome["event"]], name, outcome)
        counted = count_in(followed, spans, happened, outcome.get("of"))
        if outcome["measure"] in DESCRIBED:
            counted = describe(counted, spans, happened, outcome["measure"])
        if follow_up.later_lottery == "end_at_treatment" and known.pieces is not None:
            counted = weighed(counted, known.pieces)
        rows.append(_row(counted, name, window, outcome))
    return reduce(ir.Table.union, rows)


def chosen(events: ir.Table, name: str, outcome: Mapping[str, Any]) -> ir.Table:
    """Return the events that an outcome counts."""
    return two_way(events, dict(outcome)) if name == UPTAKE else having(events, dict(outcome))


def within(spans: ir.Table, events: ir.Table, *attributes: str) -> ir.Table:
    """Return the `events` that started in a span, with its enrollment_id, randomized_on and weight.

    Events belong to the person, or to the enrollment where they name one.
    """
    by = "enrollment_id" if "enrollment_id" in events.columns else "person_id"
    pairs = spans.inner_join(events.select(by, "event_id", "started_on", *attributes), by)
    inside = pairs.filter(pairs["started_on"] >= pairs["starts_on"], pairs["started_on"] < pairs["stops_on"])
    return inside.select("enrollment_id", "randomized_on", "event_id", "started_on", "weight", *attributes)


def describe(counted: ir.Table, spans: ir.Table, events: ir.Table, measure: str) -> ir.Table:
    """Add `described`, a measure of the providers of what happened in the spans; null where there is none."""
    found = of_providers(within(spans, events, PROVIDER), measure)
    return counted.left_join(found, "enrollment_id").select(*counted.columns, "described")


def count_in(followed: ir.Table, spans: ir.Table, events: ir.Table, of: str | None = None) -> ir.Table:
    """Add what happened in the spans at risk to `followed` rows.

    Columns added: events and days as counted, weighted_events and weighted_days, first_on, and end_weight (of
    the first event). With `of`, an attribute, also its total and weighted_total, and how many events are
    adding to it: one of which it is not known, or 0, does not.
    """
    found = within(spans, events, *([of] if of else []))
    totals = found.group_by("enrollment_id").agg(
        events=found.count(),
        weighted_events=found.weight.sum(),
        first_on=found.started_on.min(),
        end_weight=found.weight.min(),
        **(_totals(found[of].cast("float64"), found.weight) if of else {}),
    )
    joined = followed.left_join(totals, "enrollment_id").select(*followed.columns, *totals.columns[1:])
    timed = joined.left_join(days_of(spans), "enrollment_id").select(*joined.columns, "days", "weighted_days")
    numbers = ("events", "weighted_events", "days", "weighted_days", "total", "weighted_total", "adding")
    zeros = {name: timed[name].fill_null(0) for name in numbers if name in timed.columns}
    return timed.mutate(**zeros, end_weight=timed.end_weight.fill_null(1.0))


def _totals(number: ir.FloatingValue, weight: ir.FloatingValue) -> dict[str, ir.NumericValue]:
    """Return sums in decimals of a millionth: in binary they would follow the order in which rows come."""
    return {
        "total": number.cast("decimal(18, 6)").sum().cast("float64"),
        "weighted_total": (number * weight).cast("decimal(18, 6)").sum().cast("float64"),
        "adding": (number != 0).fill_null(False).cast("int64").sum(),
    }


def weighed(counted: ir.Table, pieces: ir.Table) -> ir.Table:
    """Put into `end_weight` that of the last day observed, where there was no event.

    Weights grow with time, so that of the first event is the smallest of its events.
    """
    cut = pieces.select("enrollment_id", "from_on", "weight")
    joined = counted.inner_join(cut, "enrollment_id")
    last = joined.filter(joined["from_on"] < joined["stops_on"])
    ends = last.group_by("enrollment_id").agg(last_weight=last.weight.max())
    both = counted.left_join(ends, "enrollment_id").select(*counted.columns, "last_weight")
    first = ibis.ifelse(both.events > 0, both.end_weight, both.last_weight.fill_null(1.0))
    return both.mutate(end_weight=first).drop("last_weight")


def _row(counted: ir.Table, name: str, window: str, outcome: Mapping[str, Any]) -> ir.Table:
    measure = outcome["measure"]
    span = days_between(counted.starts_on, counted.stops_on)
    return counted.select(
        enrollment_id=_.enrollment_id,
        outcome=ibis.literal(name),
        window=ibis.literal(window),
        value=value(counted, measure),
        days_observed=counted.days.cast("float64"),
        weighted_value=_weighted(counted, measure),
        weighted_days=counted.weighted_days,
        events=counted.adding.cast("float64") if measure == "sum" else ibis.null("float64"),
        window_days=days_between(counted.starts_on, counted.ends_on).cast("float64"),
        first_day=days_between(counted.randomized_on, counted.first_on).cast("int32"),
        ended_by=_.ended_by,
        data_end_early=_.data_end_early,
        unbroken=(counted.days == span) & (counted.ended_by != "coverage"),
        analysis_weight=ibis.literal(1).cast("float64") if measure in RATES else standing(counted),
    )


def _weighted(counted: ir.Table, measure: str) -> ir.FloatingValue:
    """Return what a rate is estimated from, days weighted."""
    if measure == "sum":
        return counted.weighted_total
    return counted.weighted_events if measure == "count" else value(counted, measure)


def value(counted: ir.Table, measure: str) -> ir.FloatingValue:
    """Return the number of events or the sum over them; of a share 1 if any happened, 0 if none did.

    A share is null if none did and some day was not observed. Death is an end that is known: nothing happens
    after it. An enrollment randomized after its window has no value. Of what is described it is the measure
    of the visits while observed; null with too few of them.
    """
    events = counted.events.cast("float64")
    if measure == "count":
        return events
    if measure == "sum":
        return counted.total
    if measure in DESCRIBED:
        return counted.described
    whole = counted.days == days_between(counted.starts_on, counted.stops_on)
    known = counted.ended_by.isin(["end", "death"]) & (counted.ends_on > counted.starts_on) & whole
    none = ibis.ifelse(known, ibis.literal(0).cast("float64"), ibis.null("float64"))
    return ibis.ifelse(counted.events > 0, ibis.literal(1).cast("float64"), none)


def standing(counted: ir.Table) -> ir.FloatingValue:
    """Return the weight with which a share counts an enrollment: for those whom a later lottery took out, 0.

    Others of their stratum stand for them (`end_weight`): their share without the outcome is not zero.
    """
    taken_out = (counted.ended_by == "later_lottery") & (counted.events == 0)
    return ibis.ifelse(taken_out, 0.0, counted.end_weight)


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
    asked = [(attribute, "where") for attribute in outcome.get("where") or {}]
    for attribute, key in [*asked, *([(outcome["of"], "of")] if outcome.get("of") else [])]:
        if attribute not in events.columns:
            raise OutcomeError(f"outcomes.{name}.{key}: {outcome['event']} has no attribute {attribute}")
        (counts,) = rows_of(engine, events.agg(known=events[attribute].count(), total=events.count()))
        known, total = counts["known"], counts["total"]
        if 0 < known < total:
            log.warning(
                "%s: %s is unknown for %d of %d events, not counted", name, attribute, total - known, total
            )
        if total and not known:
            raise OutcomeError(
                f"outcomes.{name}.{key}: {attribute} is unknown for every {outcome['event']}; {NEEDS}"
            )
