"""What is known of the time before randomization: age, events, covered days."""

from typing import Any

import ibis
import ibis.expr.types as ir

from armwise.events.attributes import having
from armwise.extracts.engine import days_between, months_after

DAYS_PER_YEAR = 365.25


def age(randomized: ir.Table) -> ir.FloatingValue:
    """Return the age at randomization in years, of 365.25 days, to a hundredth."""
    days = days_between(randomized.birth_date, randomized.randomized_on)
    return (days * 100 / DAYS_PER_YEAR).floor().cast("float64") / 100


def covered_days(randomized: ir.Table, covered: ir.Table, months: int) -> ir.Table:
    """Return enrollment_id and `baseline_days`: covered days in the `months` before randomization."""
    of = randomized.select("enrollment_id", "person_id", ends="randomized_on")
    of = of.mutate(starts=months_after(of.ends, -months))
    joined = of.left_join(covered.select("person_id", "starts_on", "ends_on"), "person_id")
    start = ibis.greatest(joined["starts"], joined["starts_on"].fill_null(joined["ends"]))
    end = ibis.least(joined["ends"], joined["ends_on"].fill_null(joined["ends"]))
    days = days_between(start, end)
    spans = joined.select("enrollment_id", days=ibis.ifelse(days > 0, days, 0))
    return spans.group_by("enrollment_id").agg(baseline_days=spans.days.sum().cast("int64"))


def event_count(
    randomized: ir.Table, events: ir.Table, covered: ir.Table | None, months: int, outcome: dict[str, Any]
) -> ir.Table:
    """Return enrollment_id and `events`: those of `outcome` that started in the `months` before.

    With `covered` only events on covered days count, the same days that `covered_days` counts.
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
