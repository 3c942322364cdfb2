"""What is known of the time before randomization: age, events, covered days."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

import ibis
import ibis.expr.types as ir

from armwise.cohort.coverage import flags_of
from armwise.events.attributes import having
from armwise.extracts.engine import days_between, months_after

DAYS_PER_YEAR = 365.25


def age(randomized: ir.Table) -> ir.FloatingValue:
    """Return the age at randomization in years, of 365.25 days, to a hundredth."""
    days = days_between(randomized.birth_date, randomized.randomized_on)
    return (days * 100 / DAYS_PER_YEAR).floor().cast("float64") / 100


def coverage_before(
    randomized: ir.Table, covered: ir.Table, months: int, asks: Mapping[str, Any]
) -> ir.Table:
    """Return what is known of coverage in the `months` before randomization.

    `covered` are stretches, in which short gaps are bridged; `asks` says what the period asks of them:
    covered (any | continuous), or min_days. Columns: enrollment_id, baseline_days (covered days),
    continuous_before (whether these are all), covered_before (whether they are what was asked).
    """
    of = randomized.select("enrollment_id", "person_id", ends="randomized_on")
    of = of.mutate(starts=months_after(of.ends, -months))
    joined = of.left_join(covered.select("person_id", "starts_on", "ends_on"), "person_id")
    start = ibis.greatest(joined["starts"], joined["starts_on"].fill_null(joined["ends"]))
    end = ibis.least(joined["ends"], joined["ends_on"].fill_null(joined["ends"]))
    days, length = days_between(start, end), days_between(joined["starts"], joined["ends"])
    spans = joined.select("enrollment_id", length=length, days=ibis.ifelse(days > 0, days, 0))
    found = spans.group_by(["enrollment_id", "length"]).agg(baseline_days=spans.days.sum().cast("int64"))
    continuous = found.baseline_days == found.length
    enough = continuous if asks["covered"] == "continuous" else found.baseline_days >= (asks["min_days"] or 1)
    return found.mutate(continuous_before=continuous, covered_before=enough).drop("length")


def invisible_care(randomized: ir.Table, coverage: ir.Table, months: int) -> ir.Table:
    """Return whether, and since when, the plan cannot see all care: partial benefits, or another payer.

    Columns: enrollment_id, partial_before (on a day of the `months` before randomization, or on its day),
    partial_from (the first such day from randomization on). Null where the extract flags nothing at all.
    """
    of = randomized.select("enrollment_id", "person_id", "randomized_on")
    flags = flags_of(coverage)
    if not flags:
        nothing = {"partial_before": ibis.null("boolean"), "partial_from": ibis.null("date")}
        return of.select("enrollment_id", **nothing)
    flagged = coverage.filter(reduce(or_, [coverage[flag].fill_null(0) == 1 for flag in flags]))
    joined = of.left_join(flagged.select("person_id", "coverage_start", "coverage_end"), "person_id")
    day, start, end = joined["randomized_on"], joined["coverage_start"], joined["coverage_end"]
    before = (start <= day) & (end >= months_after(day, -months))
    since = ibis.ifelse((end >= day).fill_null(False), ibis.greatest(start, day), ibis.null("date"))
    spans = joined.select("enrollment_id", before=before.fill_null(False), since=since)
    return spans.group_by("enrollment_id").agg(
        partial_before=spans.before.any(), partial_from=spans.since.min()
    )


def event_count(
    randomized: ir.Table, events: ir.Table, covered: ir.Table | None, months: int, outcome: dict[str, Any]
) -> ir.Table:
    """Return enrollment_id and `events`: those of `outcome` that started in the `months` before.

    With `covered` only events on covered days count, the same days that `coverage_before` counts.
    """
    of = randomized.select("enrollment_id", "person_id", ends="randomized_on")
    of = of.mutate(starts=months_after(of.ends, -months))
    happened = having(events, outcome).select("person_id", "event_id", "started_on")
    pairs = of.inner_join(happened, "person_id")
    within = pairs.filter(pairs["started_on"] >= pairs["starts"], pairs["started_on"] < pairs["ends"])
    found = within.select("enrollment_id", "person_id", "event_id", "started_on")
    if covered is not None:
        spans = covered.select("person_id", "starts_on", "ends_on")
        on_span = found.inner_join(spans, "person_id")
        found = on_span.filter(
            on_span["started_on"] >= on_span["starts_on"], on_span["started_on"] < on_span["ends_on"]
        ).select("enrollment_id", "event_id")
    return found.group_by("enrollment_id").agg(events=found.count())
