"""Coverage: spans of eligibility joined into stretches, and how long each enrollment stayed covered."""

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from armwise.cohort.weights import CohortError
from armwise.events.islands import numbered
from armwise.extracts.engine import days_after, days_between, rows_of

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


def seen_by_plan(coverage: ir.Table, partial_benefits: str = "count") -> ir.Table:
    """Return the spans in which the plan sees a member's care: all, or (`not_covered`) those not flagged.

    Spans may be flagged `partial_benefits` or `other_payer` (1: care is paid outside the plan). A day on
    which an unflagged span lies counts as covered, whatever lies beside it.
    """
    if partial_benefits == "count":
        return coverage
    return coverage.filter([coverage[flag].fill_null(0) == 0 for flag in flags_of(coverage)])


FLAGS = ("partial_benefits", "other_payer")


def flags_of(coverage: ir.Table) -> list[str]:
    """Return the flags of invisible care that the extract carries."""
    return [flag for flag in FLAGS if flag in coverage.columns]


def refuse_no_flags(engine: Backend, coverage: ir.Table, partial_benefits: str) -> None:
    """Stop when days with partial benefits shall not count and no span says whether it is one."""
    if partial_benefits == "count":
        return
    known = {flag: coverage[flag].count() for flag in flags_of(coverage)}
    counts = rows_of(engine, coverage.agg(spans=coverage.count(), **known))[0]
    if counts.pop("spans") and not any(counts.values()):
        raise CohortError(
            "partial_benefits: not_covered has no effect, because no row of the coverage extract says "
            "partial_benefits or other_payer. Name their columns in data.coverage.columns, or let days count."
        )


def bridged_start(starts_on: ir.DateValue, randomized_on: ir.DateValue, gap_days: int) -> ir.DateValue:
    """Return the start of a stretch, moved to the day of randomization over a gap that is bridged."""
    late = days_between(randomized_on, starts_on)
    return ibis.ifelse((late > 0) & (late <= gap_days), randomized_on, starts_on)


def last_covered(randomized: ir.Table, covered: ir.Table, gap_days: int = 0) -> ir.Table:
    """Return enrollment_id and `covered_until`: the end of the last stretch that begins before `ends_on`.

    `randomized` says for each enrollment when its window ends (`ends_on`). Without such a stretch, or with
    one that ended before, an enrollment is covered until the day of randomization: no day at all.
    """
    of = randomized.select("enrollment_id", "person_id", "randomized_on", window_ends="ends_on")
    joined = of.left_join(covered.select("person_id", "starts_on", "ends_on"), "person_id")
    start = bridged_start(joined["starts_on"], joined["randomized_on"], gap_days)
    counts = (start < joined["window_ends"]) & (joined["ends_on"] > joined["randomized_on"])
    until = ibis.ifelse(counts.fill_null(False), joined["ends_on"], joined["randomized_on"])
    return (
        joined.select("enrollment_id", until=until).group_by("enrollment_id").agg(covered_until=_.until.max())
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
