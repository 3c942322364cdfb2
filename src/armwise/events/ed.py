"""Visits to the emergency department, from facility and professional claims."""

import ibis
import ibis.expr.types as ir
from ibis import _

from armwise.events.claims import bill
from armwise.events.codes import among
from armwise.events.islands import numbered
from armwise.extracts.engine import days_after

VISIT = ["person_id", "event_id", "first_day", "last_day", "principal_diagnosis"]


def ed_claims(lines: ir.Table) -> ir.Table:
    """Return one row per claim with emergency care: room 045x or 0981, procedure 99281 to 99285, or place 23.

    Columns: person_id, claim_id, professional, first_day, last_day, principal_diagnosis. An inpatient claim
    holds the visit that led to its admission, which ends on the day of admission.
    """
    emergency = (
        among(lines.revenue_code, "billing.csv", "ed_room")
        | among(lines.procedure_code, "billing.csv", "ed_procedure")
        | among(lines.place_of_service, "billing.csv", "ed_place")
    )
    of = lines.filter(emergency)
    inpatient = among(bill(of.bill_type), "billing.csv", "acute_bill")
    admitted_on = of.admission_date.fill_null(of.from_date)
    last_day = ibis.ifelse(inpatient, admitted_on, of.through_date)
    first_day = ibis.ifelse(of.from_date < last_day, of.from_date, last_day)
    of = of.mutate(first_day=first_day, last_day=last_day, professional=of.bill_type.isnull())
    return of.group_by(["person_id", "claim_id", "professional"]).agg(
        first_day=of.first_day.min(),
        last_day=of.last_day.max(),
        principal_diagnosis=of.principal_diagnosis.max(),
    )


def collapsed(claims: ir.Table) -> ir.Table:
    """Return one row per visit: facility claims that share a day, with the professional claims within it.

    Professional claims outside any facility claim make visits of their own. The diagnosis is that of the
    first facility claim, else that of the first professional claim. Columns: person_id, event_id, first_day,
    last_day, principal_diagnosis.
    """
    facility = _visits(claims.filter(~claims.professional))
    professional = claims.filter(claims.professional)
    inside = _inside(professional, facility)
    alone = _visits(professional.anti_join(inside, ["person_id", "claim_id"]))
    coded = inside.group_by("event_id").agg(theirs=inside.principal_diagnosis.argmin(inside.place))
    joined = facility.left_join(coded, "event_id")
    diagnosis = joined["principal_diagnosis"].fill_null(joined["theirs"])
    return joined.select(*VISIT[:-1], principal_diagnosis=diagnosis).union(alone.select(*VISIT))


def _visits(claims: ir.Table) -> ir.Table:
    parts = numbered(claims, ["person_id"], "first_day", "last_day", ["claim_id"])
    order = ibis.row_number().over(
        group_by=[parts.person_id, parts.island], order_by=[parts.first_day, parts.last_day, parts.claim_id]
    )
    placed = parts.mutate(place=order)
    return placed.group_by(["person_id", "island"]).agg(
        event_id=placed.claim_id.max(where=placed.place == 0),
        first_day=placed.first_day.min(),
        last_day=placed.last_day.max(),
        principal_diagnosis=placed.principal_diagnosis.argmin(placed.place),
    )


def _inside(professional: ir.Table, facility: ir.Table) -> ir.Table:
    """Return the professional claims that begin within a facility visit, in their order within it."""
    visits = facility.select("person_id", "event_id", visit_from="first_day", visit_to="last_day")
    pairs = professional.inner_join(visits, "person_id")
    met = pairs.filter(pairs["first_day"].between(pairs["visit_from"], pairs["visit_to"]))
    order = ibis.row_number().over(group_by=met.event_id, order_by=[met.first_day, met.claim_id])
    return met.mutate(place=order)


def ed_visits(visits: ir.Table, stays: ir.Table) -> ir.Table:
    """Return the events `ed_visit`, with `admitted` and `avoidable`.

    A visit is `admitted` when it lasts into a stay or falls into one; on the day of a discharge it is a visit
    of its own. `avoidable` visits are those on California's list by principal diagnosis, never admitted ones.
    """
    during = visits.inner_join(stays.select("person_id", "started_on", "ended_on"), "person_id")
    lasts_into = during["last_day"] >= during["started_on"]
    before_end = (during["first_day"] < during["ended_on"]) | (during["first_day"] <= during["started_on"])
    admitted = during.filter(lasts_into & before_end).select("event_id").distinct().mutate(found=True)
    of = visits.left_join(admitted, "event_id").select(*VISIT, admitted=_.found.fill_null(False))
    return of.select(
        person_id=of.person_id,
        event=ibis.literal("ed_visit"),
        event_id=of.event_id,
        started_on=of.first_day,
        ended_on=days_after(of.last_day, 1),
        source=ibis.literal("utilization"),
        admitted=of.admitted,
        avoidable=~of.admitted & among(of.principal_diagnosis, "avoidable_ed.csv", "avoidable"),
        principal_diagnosis=of.principal_diagnosis,
    )
