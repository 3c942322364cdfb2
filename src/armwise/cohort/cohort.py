"""The cohort: one row per enrollment that was randomized, with what its analysis needs."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from armwise.cohort import baseline
from armwise.cohort.clusters import cluster_of
from armwise.cohort.coverage import covered_until, refuse_no_flags, seen_by_plan, stretches
from armwise.cohort.lotteries import first_enrollments, treated_later
from armwise.cohort.weights import CohortError, refuse_wrong_probabilities, weight
from armwise.events.attributes import two_way
from armwise.extracts.engine import hold, rows_of

KEY = ["enrollment_id"]

# Characteristics that are made here, whether or not an extract has a column of that name.
MADE = ("covered_before", "continuous_before", "partial_before")


def cohort(
    engine: Backend,
    enrollment: ir.Table,
    coverage: ir.Table | None,
    events: Mapping[str, ir.Table],
    settings: Mapping[str, Any],
) -> ir.Table:
    """Return one row per enrollment: design, follow-up, baseline characteristics and counts, uptake.

    `events` are the tables of events by name. `settings`: reference (arm), arms (their number), baseline
    (names of the characteristics), months (of the baseline period), asks (what the period asks of coverage:
    covered, min_days), outside (flag | leave_out), gap_days, partial_benefits, later_lottery, counts
    ({baseline_OUTCOME: {event, where, observed_while}}), uptake ({event, where} or None).
    """
    if settings["later_lottery"] == "first_enrollment":
        enrollment = first_enrollments(enrollment)
    randomized = hold(engine, enrollment, "randomized")
    refuse_wrong_probabilities(engine, randomized, settings["arms"])
    covered = None
    if coverage is not None:
        refuse_no_flags(engine, coverage, settings["partial_benefits"])
        counts = seen_by_plan(coverage, settings["partial_benefits"])
        covered = hold(engine, stretches(counts, settings["gap_days"]), "covered")
    parts = [_followed(randomized, covered, events.get("death"), settings)]
    parts += _coverage_before(randomized, coverage, covered, settings)
    parts += _events_before(randomized, covered, events, settings)
    parts.append(took_up(randomized, events, settings["uptake"]))
    table = _design(randomized, settings)
    _refuse_empty(engine, table, [name for name in settings["baseline"] if name in table.columns])
    for part in parts:
        columns = [column for column in part.columns if column != "enrollment_id"]
        table = table.left_join(part, "enrollment_id").select(*table.columns, *columns)
    return _within_baseline_rule(_filled(table, settings), settings["outside"])


def _within_baseline_rule(table: ir.Table, outside: str) -> ir.Table:
    """Leave out who does not have the coverage before randomization that was asked, if so declared."""
    return table.filter(table.covered_before.fill_null(False)) if outside == "leave_out" else table


def left_out(enrollment: ir.Table, cohort: ir.Table, later_lottery: str) -> ir.Table:
    """Return the enrollments that are not in the cohort, and the `reason`.

    Columns: enrollment_id, person_id, arm, reason (later_enrollment, baseline_not_covered).
    """
    gone = enrollment.anti_join(cohort.select("enrollment_id"), "enrollment_id")
    reason = ibis.literal("baseline_not_covered")
    if later_lottery == "first_enrollment":
        first = first_enrollments(enrollment).select("enrollment_id", is_first=ibis.literal(True))
        joined = gone.left_join(first, "enrollment_id").select(*gone.columns, "is_first")
        reason = ibis.ifelse(joined.is_first.fill_null(False), reason, ibis.literal("later_enrollment"))
        gone = joined
    return gone.select("enrollment_id", "person_id", "arm", reason=reason)


def _design(randomized: ir.Table, settings: Mapping[str, Any]) -> ir.Table:
    """Return what was known at randomization."""
    names = [name for name in settings["baseline"] if name not in MADE]
    characteristics = {name: _characteristic(randomized, name) for name in names}
    return randomized.select(
        "enrollment_id",
        "person_id",
        "arm",
        "stratum",
        "assignment_probability",
        weight=weight(randomized.assignment_probability),
        cluster=cluster_of(randomized.cluster, randomized.person_id),
        randomized_on=randomized.randomized_on,
        **characteristics,
    )


def _refuse_empty(engine: Backend, table: ir.Table, names: list[str]) -> None:
    """Stop when a characteristic has no value at all: its column is probably named otherwise."""
    known = table.agg(rows=table.count(), **{name: table[name].count() for name in names})
    (counts,) = rows_of(engine, known)
    empty = [name for name in names if counts["rows"] and not counts[name]]
    if empty:
        raise CohortError(
            f"baseline.{', baseline.'.join(empty)}: no row of the enrollment extract has a value. "
            "Name the column in data.enrollment.columns, or leave the characteristic out."
        )


def _characteristic(randomized: ir.Table, name: str) -> ir.Value:
    if name == "age" and "age" in randomized.columns:
        return randomized.age.fill_null(baseline.age(randomized))
    if name not in randomized.columns:
        raise CohortError(f"baseline.{name}: the enrollment extract has no such column")
    return randomized[name]


def _followed(
    randomized: ir.Table, covered: ir.Table | None, deaths: ir.Table | None, settings: Mapping[str, Any]
) -> ir.Table:
    """Return until when each enrollment was covered, when the person died, and when a control was treated."""
    of = randomized.select("enrollment_id", "person_id", "randomized_on", "arm")
    if covered is None:
        known = of.mutate(covered_until=ibis.null("date"))
    else:
        until = covered_until(randomized, covered, settings["gap_days"])
        known = of.left_join(until, "enrollment_id").select(*of.columns, "covered_until")
    died = known.mutate(died_on=ibis.null("date"))
    if deaths is not None:
        first = deaths.select("person_id", died_on="started_on")
        died = known.left_join(first, "person_id").select(*known.columns, "died_on")
    later = treated_later(randomized, settings["reference"])
    return (
        died.left_join(later, "enrollment_id")
        .select(*died.columns, "treated_later_on")
        .select(
            "enrollment_id",
            "covered_until",
            "died_on",
            "treated_later_on",
            covered_from_start=_.covered_until > _.randomized_on,
        )
    )


def _coverage_before(
    randomized: ir.Table, coverage: ir.Table | None, covered: ir.Table | None, settings: Mapping[str, Any]
) -> list[ir.Table]:
    """Return what is known of coverage before randomization, and of partial benefits."""
    if coverage is None or covered is None:
        nothing = dict.fromkeys(MADE, ibis.null("boolean")) | {"partial_from": ibis.null("date")}
        return [randomized.select("enrollment_id", **nothing)]
    months = settings["months"]
    return [
        baseline.coverage_before(randomized, covered, months, settings["asks"]),
        baseline.invisible_care(randomized, coverage, months),
    ]


def _events_before(
    randomized: ir.Table,
    covered: ir.Table | None,
    events: Mapping[str, ir.Table],
    settings: Mapping[str, Any],
) -> list[ir.Table]:
    """Return the counts of events in the baseline period."""
    parts = []
    for name, outcome in settings["counts"].items():
        spans = covered if outcome["observed_while"] == "covered" else None
        counted = baseline.event_count(
            randomized, events[outcome["event"]], spans, settings["months"], outcome
        )
        parts.append(counted.select("enrollment_id", **{name: counted.events.cast("int64")}))
    return parts


def took_up(
    randomized: ir.Table, events: Mapping[str, ir.Table], uptake: Mapping[str, Any] | None
) -> ir.Table:
    """Return enrollment_id and `uptake`: whether it ever took up the offer; null if nothing counts as uptake.

    Uptake within a window is an outcome of that window, named uptake.
    """
    of = randomized.select("enrollment_id", "person_id", "randomized_on")
    if uptake is None:
        return of.select("enrollment_id", uptake=ibis.null("boolean"))
    chosen = two_way(events[uptake["event"]], dict(uptake))
    by = "enrollment_id" if "enrollment_id" in chosen.columns else "person_id"
    pairs = of.inner_join(chosen.select(by, "started_on"), by)
    took = pairs.filter(pairs["started_on"] >= pairs["randomized_on"]).select("enrollment_id").distinct()
    found = of.left_join(took.mutate(found=True), "enrollment_id").select("enrollment_id", found=_.found)
    return found.select("enrollment_id", uptake=found.found.fill_null(False))


def _filled(table: ir.Table, settings: Mapping[str, Any]) -> ir.Table:
    """Put no event where none was found."""
    return table.mutate(**{name: table[name].fill_null(0) for name in settings["counts"]})
