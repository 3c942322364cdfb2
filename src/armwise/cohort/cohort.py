"""The cohort: one row per enrollment that was randomized, with what its analysis needs."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from armwise.cohort import baseline
from armwise.cohort.clusters import cluster_of
from armwise.cohort.coverage import covered_until, stretches
from armwise.cohort.weights import CohortError, refuse_wrong_probabilities, weight
from armwise.events.attributes import two_way
from armwise.extracts.engine import hold, rows_of

KEY = ["enrollment_id"]


def cohort(
    engine: Backend,
    enrollment: ir.Table,
    coverage: ir.Table | None,
    events: Mapping[str, ir.Table],
    settings: Mapping[str, Any],
) -> ir.Table:
    """Return one row per enrollment: design, follow-up, baseline characteristics and counts, uptake.

    `events` are the tables of events by name. `settings`: reference (arm), arms (their number), baseline
    (names of the characteristics), months (of the baseline period), gap_days, counts ({baseline_OUTCOME:
    {event, where, observed_while}}), uptake ({event, where} or None).
    """
    if settings["later_lottery"] == "first_enrollment":
        enrollment = first_enrollments(enrollment)
    randomized = hold(engine, enrollment, "randomized")
    refuse_wrong_probabilities(engine, randomized, settings["arms"])
    covered = None
    if coverage is not None:
        covered = hold(engine, stretches(coverage, settings["gap_days"]), "covered")
    parts = [_followed(randomized, covered, events.get("death"), settings)]
    parts += _before(randomized, covered, events, settings)
    parts.append(took_up(randomized, events, settings["uptake"]))
    table = _design(randomized, settings)
    _refuse_empty(engine, table, settings["baseline"])
    for part in parts:
        columns = [column for column in part.columns if column != "enrollment_id"]
        table = table.left_join(part, "enrollment_id").select(*table.columns, *columns)
    return _filled(table, settings)


def first_enrollments(enrollment: ir.Table) -> ir.Table:
    """Return the first enrollment of each person."""
    place = ibis.row_number().over(
        group_by=enrollment.person_id, order_by=[enrollment.randomized_on, enrollment.enrollment_id]
    )
    placed = enrollment.mutate(place=place)
    return placed.filter(placed.place == 0).drop("place")


def _design(randomized: ir.Table, settings: Mapping[str, Any]) -> ir.Table:
    """Return what was known at randomization."""
    characteristics = {name: _characteristic(randomized, name) for name in settings["baseline"]}
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


def treated_later(randomized: ir.Table, reference: str) -> ir.Table:
    """Return enrollment_id and `treated_later_on` of controls whom a later lottery gave another arm."""
    controls = randomized.filter(randomized.arm == reference).select(
        "enrollment_id", "person_id", "randomized_on"
    )
    treated = randomized.filter(randomized.arm != reference).select("person_id", drawn_on="randomized_on")
    pairs = controls.inner_join(treated, "person_id")
    later = pairs.filter(pairs["drawn_on"] > pairs["randomized_on"]).select("enrollment_id", "drawn_on")
    return later.group_by("enrollment_id").agg(treated_later_on=later.drawn_on.min())


def _before(
    randomized: ir.Table,
    covered: ir.Table | None,
    events: Mapping[str, ir.Table],
    settings: Mapping[str, Any],
) -> list[ir.Table]:
    """Return the covered days of the baseline period and the counts of events in it."""
    months = settings["months"]
    parts = []
    if covered is not None:
        parts.append(baseline.covered_days(randomized, covered, months))
    for name, outcome in settings["counts"].items():
        spans = covered if outcome["observed_while"] == "covered" else None
        counted = baseline.event_count(randomized, events[outcome["event"]], spans, months, outcome)
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
