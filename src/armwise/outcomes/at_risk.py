"""The days at risk: one set of days, on which events count and person-time is spent and no other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from armwise.cohort.coverage import (
    OPEN,
    bridged_start,
    covered_until,
    last_covered,
    refuse_no_flags,
    seen_by_plan,
    stretches,
)
from armwise.cohort.lotteries import first_enrollments, refuse_unknown_draws, stayed_control
from armwise.extracts.engine import days_between, hold
from armwise.outcomes.windows import FollowUp, bounds, observed


@dataclass(frozen=True)
class Known:
    """What is known of the people beyond the cohort, as far as an analysis needs it.

    `covered`: stretches of coverage of each person (person_id, starts_on, ends_on). `pieces`: time since
    randomization cut at later lotteries, with weights (`cohort.lotteries.stayed_control`).
    """

    covered: ir.Table | None = None
    pieces: ir.Table | None = None


NOTHING_MORE = Known()


def known(engine: Backend, extracts: Mapping[str, ir.Table], follow_up: FollowUp, reference: str) -> Known:
    """Compute once what an analysis needs of the `extracts` (coverage, enrollment; only what it needs)."""
    covered, pieces = None, None
    if "coverage" in extracts:
        refuse_no_flags(engine, extracts["coverage"], follow_up.partial_benefits)
        counts = seen_by_plan(extracts["coverage"], follow_up.partial_benefits)
        covered = hold(engine, stretches(counts, follow_up.gap_days), "covered")
    if "enrollment" in extracts:
        refuse_unknown_draws(engine, extracts["enrollment"])
        pieces = hold(engine, stayed_control(extracts["enrollment"], reference), "pieces")
    return Known(covered, pieces)


def outliving(engine: Backend, cohort: ir.Table, follow_up: FollowUp, known: Known) -> Known:
    """Let coverage that death ended go on, where death does not end follow-up (`death: ignore`).

    Who died on a covered day is covered from then on; what else was sent after the death is part of that.
    """
    if follow_up.death == "ends" or known.covered is None:
        return known
    died = cohort.filter(cohort.died_on.notnull()).select("person_id", "died_on").distinct()
    joined = known.covered.left_join(died, "person_id").select(*known.covered.columns, "died_on")
    holds = (joined.starts_on <= joined.died_on) & (joined.died_on < joined.ends_on)
    marked = joined.mutate(holds=holds.fill_null(False))
    goes_on = marked.filter(marked.holds).mutate(ends_on=ibis.date(OPEN))
    others = marked.filter(~marked.holds)
    after = others.filter(others.starts_on > others.died_on).semi_join(goes_on, "person_id")
    spans = goes_on.union(others.anti_join(after, ["person_id", "starts_on"]))
    return replace(known, covered=hold(engine, spans.select("person_id", "starts_on", "ends_on"), "outlived"))


def followed_in(
    cohort: ir.Table,
    window: Mapping[str, Any],
    source: Mapping[str, Any],
    follow_up: FollowUp,
    known: Known = NOTHING_MORE,
) -> ir.Table:
    """Return `observed` rows of those whom an analysis is about, coverage ended as the analysis has it."""
    people = covered_as(cohort, window, follow_up, known)
    if follow_up.later_lottery == "first_enrollment":
        people = first_enrollments(people)
    if follow_up.among in ("covered_baseline", "covered_both"):
        people = people.filter(people.continuous_before)
    followed = observed(people, window, source, follow_up)
    if follow_up.among in ("covered_window", "covered_both"):
        followed = followed.semi_join(_throughout(cohort, window, source, follow_up, known), "enrollment_id")
    return followed


def _throughout(
    cohort: ir.Table, window: Mapping[str, Any], source: Mapping[str, Any], follow_up: FollowUp, known: Known
) -> ir.Table:
    """Return the enrollments whose coverage did not end before something else did."""
    unbroken = replace(follow_up, coverage="first_gap")
    claims = dict(source) | {"observed_while": "covered"}
    seen = observed(covered_as(cohort, window, unbroken, known), window, claims, unbroken)
    return seen.filter(seen.ended_by != "coverage")


def covered_as(cohort: ir.Table, window: Mapping[str, Any], follow_up: FollowUp, known: Known) -> ir.Table:
    """Return the cohort with `covered_until` as an analysis has it; its own if nothing more is known."""
    if known.covered is None:
        return cohort
    of = cohort.drop("covered_until")
    if follow_up.coverage == "all_covered_days":
        ending = of.mutate(ends_on=bounds(of.randomized_on, window)[1])
        until = last_covered(ending, known.covered, follow_up.gap_days)
    else:
        until = covered_until(of, known.covered, follow_up.gap_days)
    return of.left_join(until, "enrollment_id").select(*of.columns, "covered_until")


def at_risk(seen: ir.Table, by_coverage: bool, follow_up: FollowUp, known: Known = NOTHING_MORE) -> ir.Table:
    """Return the spans [starts_on, stops_on) at risk of `observed` rows, with the `weight` of their days.

    Columns: enrollment_id, person_id, randomized_on, starts_on, stops_on, weight. An enrollment has one span
    in the primary analysis, several where gaps in coverage are skipped or later lotteries change the weight,
    and none (or an empty one) without a day at risk. Spans of one enrollment do not overlap.
    """
    spans = seen.select(
        "enrollment_id",
        "person_id",
        "randomized_on",
        "starts_on",
        "stops_on",
        weight=ibis.literal(1).cast("float64"),
    )
    if by_coverage and follow_up.coverage == "all_covered_days" and known.covered is not None:
        spans = _on_covered_days(spans, known.covered, follow_up.gap_days)
    if follow_up.later_lottery == "end_at_treatment" and known.pieces is not None:
        spans = _weighted(spans, known.pieces)
    return spans


def _on_covered_days(spans: ir.Table, covered: ir.Table, gap_days: int) -> ir.Table:
    stretches = covered.select("person_id", covered_from="starts_on", covered_to="ends_on")
    joined = spans.inner_join(stretches, "person_id")
    start = bridged_start(joined["covered_from"], joined["randomized_on"], gap_days)
    return _cut(joined, start, joined["covered_to"], joined["weight"])


def _weighted(spans: ir.Table, pieces: ir.Table) -> ir.Table:
    joined = spans.drop("weight").inner_join(pieces, "enrollment_id")
    return _cut(joined, joined["from_on"], joined["until_on"], joined["weight"])


def _cut(joined: ir.Table, start: ir.DateValue, stop: ir.DateValue, weight: ir.FloatingValue) -> ir.Table:
    """Return what spans and [start, stop) have in common."""
    common = joined.select(
        "enrollment_id",
        "person_id",
        "randomized_on",
        starts_on=ibis.greatest(joined["starts_on"], start),
        stops_on=ibis.least(joined["stops_on"], stop),
        weight=weight,
    )
    return common.filter(common.starts_on < common.stops_on)


def days_of(spans: ir.Table) -> ir.Table:
    """Return per enrollment the days at risk, and their weighted sum: enrollment_id, days, weighted_days."""
    days = spans.mutate(days=days_between(spans.starts_on, spans.stops_on))
    return days.group_by("enrollment_id").agg(
        days=_.days.sum().cast("int64"), weighted_days=(_.days * _.weight).sum().cast("float64")
    )
