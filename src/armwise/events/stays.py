"""Inpatient stays: acute hospital claims that overlap or touch, joined into one stay."""

from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from armwise.events.claims import bill
from armwise.events.codes import among
from armwise.events.islands import numbered
from armwise.events.pqi import avoidable
from armwise.extracts.engine import days_after, days_between

DEFINITION: dict[str, Any] = {"next_day": "transfers", "across_facilities": True, "longest_claim": 365}


def acute_claims(lines: ir.Table, next_day: str = "transfers") -> ir.Table:
    """Return one row per acute inpatient claim: bill type 11x with an acute room among its lines.

    Newborn (017x), leave (018x) and subacute (019x) days make no acute claim. Columns: claim_id, person_id,
    admitted_on, discharged_on (the last day of service while the patient stays), reach (the last day on which
    another claim may begin and still belong to the stay), and the codes of the claim. On the next day that is
    so after a transfer or while still a patient (`transfers`), `always` or `never`.
    """
    acute = among(bill(lines.bill_type), "billing.csv", "acute_bill")
    room = among(lines.revenue_code, "billing.csv", "acute_room")
    of = lines.filter(acute & room)
    claims = of.group_by(["person_id", "claim_id"]).agg(
        admitted_on=of.admission_date.min().fill_null(of.from_date.min()),
        discharged_on=of.discharge_date.max().fill_null(of.through_date.max()),
        discharge_status=of.discharge_status.max(),
        principal_diagnosis=of.principal_diagnosis.max(),
        other_diagnoses=of.other_diagnoses.max(),
        point_of_origin=of.point_of_origin.max(),
        facility_id=of.facility_id.max(),
    )
    return claims.mutate(reach=_reach(claims, next_day))


def _reach(claims: ir.Table, next_day: str) -> ir.DateValue:
    if next_day == "never":
        return claims.discharged_on
    day_after = days_after(claims.discharged_on, 1)
    if next_day == "always":
        return day_after
    goes_on = among(claims.discharge_status, "billing.csv", "goes_on")
    return ibis.ifelse(goes_on, day_after, claims.discharged_on)


def plausible(claims: ir.Table, longest: int = 365) -> ir.Table:
    """Return the claims that are at most `longest` days long, so that none can swallow other stays."""
    return claims.filter(days_between(claims.admitted_on, claims.discharged_on) <= longest)


def joined(claims: ir.Table, across_facilities: bool = True) -> ir.Table:
    """Return one row per stay, [started_on, ended_on); a stay of one day starts and ends on it.

    The diagnosis, the origin and the name of the stay come from its first acute claim.
    """
    within = ["person_id"] if across_facilities else ["person_id", "facility_id"]
    parts = numbered(claims, within, "admitted_on", "reach", ["discharged_on", "claim_id"])
    leg = ibis.row_number().over(
        group_by=[*within, "island"],
        order_by=[parts.admitted_on, parts.reach, parts.discharged_on, parts.claim_id],
    )
    legs = parts.mutate(leg=leg)
    first = legs.leg == 0
    return legs.group_by([*within, "island"]).agg(
        event_id=legs.claim_id.max(where=first),
        started_on=legs.admitted_on.min(),
        ended_on=legs.discharged_on.max(),
        principal_diagnosis=legs.principal_diagnosis.max(where=first),
        other_diagnoses=legs.other_diagnoses.max(where=first),
        point_of_origin=legs.point_of_origin.max(where=first),
        n_claims=legs.count(),
    )


def inpatient_stays(stays: ir.Table, visits: ir.Table, births: ir.Table) -> ir.Table:
    """Return the events `inpatient_stay`; `via_ed` says whether an ED visit fell on the day of admission.

    `stays` as `joined` gives them, `visits` one row per ED visit (person_id, first_day, last_day), `births`
    one row per person (person_id, birth_date).
    """
    pairs = stays.inner_join(visits.select("person_id", "first_day", "last_day"), "person_id")
    met = pairs.filter(pairs["started_on"].between(pairs["first_day"], pairs["last_day"]))
    through_ed = met.select("event_id").distinct().mutate(found=True)
    known = stays.left_join(births, "person_id").select(*stays.columns, "birth_date")
    of = known.left_join(through_ed, "event_id").select(*known.columns, via_ed=_.found.fill_null(False))
    return of.select(
        person_id=of.person_id,
        event=ibis.literal("inpatient_stay"),
        event_id=of.event_id,
        started_on=of.started_on,
        ended_on=of.ended_on,
        source=ibis.literal("utilization"),
        principal_diagnosis=of.principal_diagnosis,
        avoidable=avoidable(of),
        via_ed=of.via_ed,
        n_claims=of.n_claims,
        length_of_stay=days_between(of.started_on, of.ended_on),
    )
