"""Visits to the emergency department, from facility and professional claims."""

from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from armwise.events.codes import among
from armwise.events.ed_definitions import Definition, is_emergency, is_inpatient, is_professional
from armwise.events.islands import numbered
from armwise.extracts.engine import days_after, hold

DEFINITION: dict[str, Any] = {
    "definition": "armwise",
    "one_per": None,
    "admitted": "apart",
    "avoidable": "california",
    "nyu_file": None,
}
ORDER = ("professional", "first_day", "last_day", "claim_id")  # facilities first; total


def ed_claims(lines: ir.Table, of: Definition) -> ir.Table:
    """Return one row per claim with emergency care by a definition.

    Columns: person_id, claim_id, professional, facility_id, first_day, last_day, principal_diagnosis,
    other_diagnoses. An inpatient claim holds the visit that led to its admission, which ends on the day of
    admission.
    """
    emergency = lines.filter(is_emergency(lines, of))
    admitted_on = emergency.admission_date.fill_null(emergency.from_date)
    last_day = ibis.ifelse(is_inpatient(emergency), admitted_on, emergency.through_date)
    first_day = ibis.ifelse(emergency.from_date < last_day, emergency.from_date, last_day)
    dated = emergency.mutate(first_day=first_day, last_day=last_day, professional=is_professional(emergency))
    return dated.group_by(["person_id", "claim_id", "professional"]).agg(
        facility_id=dated.facility_id.max(),
        first_day=dated.first_day.min(),
        last_day=dated.last_day.max(),
        principal_diagnosis=dated.principal_diagnosis.max(),
        other_diagnoses=dated.other_diagnoses.max(),
    )


def grouped(engine: Backend, claims: ir.Table, of: Definition, one_per: str | None = None) -> ir.Table:
    """Add `visit` to claims: those of one person and one visit share it.

    `visit`: facility claims that share a day, with the professional claims that begin within them; others
    make visits of their own. `adjacent_days`: claims that begin at most a day after one before. `claim`,
    `person_day` and `facility_day`: what they say, by the first day. None: as the definition has it.
    """
    unit = one_per or of.one_per
    if unit == "visit":
        return _around_facilities(engine, claims, of)
    if unit == "adjacent_days":
        reaching = claims.mutate(reach=days_after(claims.first_day, of.gap_days))
        chained = numbered(reaching, ["person_id"], "first_day", "reach", ["last_day", "claim_id"])
        return chained.mutate(visit=chained.island.cast("string")).drop("reach", "island")
    day = claims.first_day.cast("string")
    by_unit = {
        "claim": claims.claim_id,
        "person_day": day,
        "facility_day": day + "/" + claims.facility_id.fill_null(""),
    }
    return claims.mutate(visit=by_unit[unit])


def _around_facilities(engine: Backend, claims: ir.Table, of: Definition) -> ir.Table:
    """Group the claims of facilities that share a day, and put those of clinicians to them."""
    facility = hold(engine, _islands(claims.filter(~claims.professional), of, "F"), "facility_visits")
    clinicians = claims.filter(claims.professional)
    spans = facility.group_by(["person_id", "visit"]).agg(
        visit_from=days_after(facility.first_day.min(), -of.gap_days),
        visit_to=days_after(facility.last_day.max(), of.gap_days),
    )
    pairs = clinicians.inner_join(spans, "person_id")
    met = pairs.filter(pairs["first_day"].between(pairs["visit_from"], pairs["visit_to"]))
    inside = hold(engine, met.group_by(["person_id", "claim_id"]).agg(visit=met.visit.min()), "within_visits")
    outside = _islands(clinicians.anti_join(inside, ["person_id", "claim_id"]), of, "P")
    order = [*claims.columns, "visit"]
    within = clinicians.inner_join(inside, ["person_id", "claim_id"])
    return facility.select(order).union(within.select(order), outside.select(order))


def _islands(claims: ir.Table, of: Definition, kind: str) -> ir.Table:
    """Number the groups of claims that overlap; those of clinicians go by days alone."""
    by_facility = of.same_facility and kind == "F"
    within = ["person_id", "facility_id"] if by_facility else ["person_id"]
    gap = of.gap_days if kind == "P" else 0
    reaching = claims.mutate(reach=days_after(claims.last_day, gap))
    parts = numbered(reaching, within, "first_day", "reach", ["last_day", "claim_id"])
    number = parts.island.cast("string").lpad(6, "0")
    facility = parts.facility_id.fill_null("") if by_facility else ibis.literal("")
    return parts.mutate(visit=ibis.literal(kind) + facility + "/" + number).drop("reach", "island")


def collapsed(claims: ir.Table) -> ir.Table:
    """Return one row per `visit` of claims, as `grouped` gives them.

    Its name is that of its first claim, facilities before clinicians; its diagnoses are those of the first
    claim with a principal diagnosis. Columns: person_id, event_id, first_day, last_day, principal_diagnosis,
    other_diagnoses, n_claims.
    """
    place = ibis.row_number().over(
        group_by=[claims.person_id, claims.visit], order_by=[claims[column] for column in ORDER]
    )
    placed = claims.mutate(place=place)
    coded = placed.principal_diagnosis.notnull()
    return placed.group_by(["person_id", "visit"]).agg(
        event_id=placed.claim_id.max(where=placed.place == 0),
        first_day=placed.first_day.min(),
        last_day=placed.last_day.max(),
        principal_diagnosis=placed.principal_diagnosis.argmin(placed.place, where=coded),
        other_diagnoses=placed.other_diagnoses.fill_null("").argmin(placed.place, where=coded),
        n_claims=placed.count(),
    )


def with_admitted(visits: ir.Table, stays: ir.Table) -> ir.Table:
    """Add `admitted`: a visit lasts into a stay or falls into one.

    On the day of a discharge it is a visit of its own.
    """
    during = visits.inner_join(stays.select("person_id", "started_on", "ended_on"), "person_id")
    lasts_into = during["last_day"] >= during["started_on"]
    before_end = (during["first_day"] < during["ended_on"]) | (during["first_day"] <= during["started_on"])
    met = during.filter(lasts_into & before_end)
    admitted = met.select("person_id", "event_id").distinct().mutate(found=True)
    of = visits.left_join(admitted, ["person_id", "event_id"])
    return of.select(*visits.columns, admitted=_.found.fill_null(False))


def in_california(visits: ir.Table) -> ir.BooleanValue:
    """Tell which visits are on California's list by principal diagnosis (DHCS, Appendix II)."""
    return among(visits.principal_diagnosis, "avoidable_ed.csv", "avoidable")


def ed_visits(visits: ir.Table, definition: dict[str, Any], attributes: tuple[str, ...]) -> ir.Table:
    """Return the events `ed_visit` with what was found out about them; `attributes` are kept.

    A visit that was admitted is never avoidable. With `admitted: left_out` it is no event.
    """
    of = visits.filter(~visits.admitted) if definition["admitted"] == "left_out" else visits
    return of.select(
        person_id=of.person_id,
        event=ibis.literal("ed_visit"),
        event_id=of.event_id,
        started_on=of.first_day,
        ended_on=days_after(of.last_day, 1),
        source=ibis.literal("utilization"),
        admitted=of.admitted,
        avoidable=~of.admitted & of[f"avoidable_{definition['avoidable']}"],
        principal_diagnosis=of.principal_diagnosis,
        n_claims=of.n_claims,
        **{name: of[name] for name in attributes},
    )
