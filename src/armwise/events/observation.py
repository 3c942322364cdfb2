"""Observation stays: hours under observation in a hospital that ended in no admission; no inpatient stays.

Outpatient hospital claims (type of bill 13x; 85x for critical access hospitals) with revenue code 0762 or
HCPCS G0378, G0379 (CMS, Medicare Claims Processing Manual, chapter 4, section 290).
"""

import ibis
import ibis.expr.types as ir

from armwise.events.claims import bill
from armwise.events.codes import among, begins
from armwise.events.ed import with_admitted
from armwise.events.islands import numbered
from armwise.extracts.engine import days_between


def may_be_observation(lines: ir.Table) -> ir.BooleanValue:
    """Tell which lines have a code of observation, whatever the type of bill."""
    room = begins(lines.revenue_code, "billing.csv", "observation_room")
    return room | begins(lines.procedure_code, "billing.csv", "observation_procedure")


def is_observation(lines: ir.Table) -> ir.BooleanValue:
    """Tell which lines are hours under observation."""
    billed = among(bill(lines.bill_type), "billing.csv", "observation_bill")
    room = among(lines.revenue_code, "billing.csv", "observation_room")
    return billed & (room | among(lines.procedure_code, "billing.csv", "observation_procedure"))


def observed(lines: ir.Table) -> ir.Table:
    """Return one row per observation stay: claims with hours under observation that overlap or share a day.

    Columns: person_id, event_id, first_day, last_day, principal_diagnosis (of the first claim), n_claims.
    """
    of = lines.filter(is_observation(lines))
    claims = of.group_by(["person_id", "claim_id"]).agg(
        first_day=of.from_date.min(),
        last_day=of.through_date.max(),
        principal_diagnosis=of.principal_diagnosis.max(),
    )
    parts = numbered(claims, ["person_id"], "first_day", "last_day", ["claim_id"])
    order = ibis.row_number().over(
        group_by=[parts.person_id, parts.island], order_by=[parts.first_day, parts.last_day, parts.claim_id]
    )
    placed = parts.mutate(place=order)
    first = placed.place == 0
    return placed.group_by(["person_id", "island"]).agg(
        event_id=placed.claim_id.max(where=first),
        first_day=placed.first_day.min(),
        last_day=placed.last_day.max(),
        principal_diagnosis=placed.principal_diagnosis.max(where=first),
        n_claims=placed.count(),
    )


def observation_stays(observed: ir.Table, stays: ir.Table) -> ir.Table:
    """Return the events `observation_stay`: `admitted` if it lasts into an inpatient stay, or falls into one.

    [started_on, ended_on) as for inpatient stays: the last day is the end.
    """
    of = with_admitted(observed, stays)
    return of.select(
        person_id=of.person_id,
        event=ibis.literal("observation_stay"),
        event_id=of.event_id,
        started_on=of.first_day,
        ended_on=of.last_day,
        source=ibis.literal("utilization"),
        admitted=of.admitted,
        principal_diagnosis=of.principal_diagnosis,
        n_claims=of.n_claims,
        length_of_stay=days_between(of.first_day, of.last_day),
    )
