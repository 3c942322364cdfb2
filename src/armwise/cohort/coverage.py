"""Coverage: spans of eligibility joined into stretches, and how long each enrollment stayed covered."""

import ibis
import ibis.expr.types as ir
from ibis import _

from armwise.events.islands import numbered
from armwise.extracts.engine import days_after, days_between

OPEN = "9999-12-31"


def stretches(coverage: ir.Table, gap_days: int = 0) -> ir.Table:
    """Return coverage without overlaps, [starts_on, ends_on): gaps of up to `gap_days` days are bridged.

    `coverage` holds inclusive days as sent. Bridged days count as covered, for days at risk and for events.
    """
    last = coverage.coverage_end
    ends_on = ibis.ifelse(last == ibis.date(OPEN), ibis.date(OPEN), days_after(last, 1))
    spans = coverage.select(
        "person_id", starts_on=coverage.coverage_start, ends_on=ends_on, reach=days_within(ends_on, gap_days)
    )
    parts = numbered(spans.distinct(), ["person_id"], "starts_on", "reach", ["ends_on"])
    return parts.group_by(["person_id", "island"]).agg(
        starts_on=parts.starts_on.min(), ends_on=parts.ends_on.max()
    )


def days_within(date: ir.DateValue, days: int) -> ir.DateValue:
    """Return the day `days` later, at most the open end."""
    return ibis.ifelse(date >= ibis.date("9990-01-01"), date, days_after(date, days)) if days else date


def covered_until(randomized: ir.Table, covered: ir.Table, gap_days: int = 0) -> ir.Table:
    """Return enrollment_id and `covered_until`: the end of the stretch that holds the day of randomization.

    A gap between randomization and the first covered day is bridged like any other. Someone without such a
    stretch is covered until the day of randomization: no day at all.
    """
    at_start = randomized.select("enrollment_id", "person_id", "randomized_on").left_join(
        covered.select("person_id", "starts_on", "ends_on"), "person_id"
    )
    holds = (days_between(at_start["randomized_on"], at_start["starts_on"]) <= gap_days) & (
        at_start["randomized_on"] < at_start["ends_on"]
    )
    until = ibis.ifelse(holds.fill_null(False), at_start["ends_on"], at_start["randomized_on"])
    return (
        at_start.select("enrollment_id", until=until)
        .group_by("enrollment_id")
        .agg(covered_until=_.until.max())
    )
