"""Inpatient stays: hospital claims that overlap, touch or continue each other, joined into one stay."""

from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from armwise.events.claims import bill
from armwise.events.codes import among, begins
from armwise.events.islands import numbered
from armwise.extracts.engine import days_after, days_between

DEFINITION: dict[str, Any] = {
    "kinds": ["acute", "psychiatric", "detoxification", "rehabilitation"],
    "intensive_newborn": "newborn",
    "next_day": "transfers",
    "across_facilities": True,
    "longest_claim": 365,
    "same_day_length": 0,
    "via_ed": ["claim", "same_day"],
    "avoidable": "pqi_90",
}
# The first of these that a stay has is its kind, and its first claim of that kind describes it.
KINDS = ("acute", "psychiatric", "detoxification", "rehabilitation", "newborn", "subacute")
APART = ("newborn", "subacute")  # never part of a stay of another kind
# What a claim says of the person as a whole, alike on each of its lines.
OF_CLAIM = (
    "discharge_status",
    "principal_diagnosis",
    "other_diagnoses",
    "procedures",
    "point_of_origin",
    "admission_type",
    "facility_id",
)


def may_be_room(lines: ir.Table, kinds: list[str]) -> ir.BooleanValue:
    """Tell which lines are days in a room of some kinds or an emergency room, whatever the type of bill."""
    lists = ["acute_room", "rehabilitation_payment", "intensive_newborn_room", "ed_room"]
    apart = [f"{kind}_room" for kind in APART if kind in kinds]
    return begins(lines.revenue_code, "billing.csv", *lists, *apart)


def is_emergency_room(lines: ir.Table) -> ir.BooleanValue:
    """Tell which lines say that a hospital claim began in the emergency room, whatever makes an ED visit."""
    return among(lines.revenue_code, "billing.csv", "ed_room")


def kind_of(lines: ir.Table, intensive_newborn: str = "newborn") -> ir.IntegerValue:
    """Return the place in KINDS of the kind of care that a line pays a room for; null for any other line.

    NUBC gives the kind by the room (01x4 and 0204 psychiatric, 01x6 detoxification, 01x8 rehabilitation, 017x
    nursery, 019x subacute), and by the bill (018x swing bed, 021x skilled nursing). Leave (018x) is no room.
    """
    room, hospital = lines.revenue_code, among(bill(lines.bill_type), "billing.csv", "acute_bill")
    intensive = among(room, "billing.csv", "intensive_newborn_room") & (intensive_newborn == "acute")
    special = [
        (hospital & among(room, "billing.csv", f"{kind}_room"), KINDS.index(kind)) for kind in KINDS[1:]
    ]
    nursing = among(bill(lines.bill_type), "billing.csv", "subacute_bill")
    any_room = among(room, "billing.csv", "acute_room", "subacute_room")
    return ibis.cases(
        (hospital & intensive, 0),
        *special,
        (nursing & any_room, KINDS.index("subacute")),
        (hospital & among(room, "billing.csv", "acute_room"), 0),
    )


def hospital_claims(lines: ir.Table, definition: dict[str, Any] = DEFINITION) -> ir.Table:
    """Return one row per claim of inpatient care of the kinds that the definition asks for.

    Columns: claim_id, person_id, rank (the place of its kind in KINDS), admitted_on, discharged_on (the last
    day of service while the patient stays), reach (the last day on which another claim may begin and still
    belong to the stay), ed_room (whether a line is of the emergency room), and the codes of the claim.
    """
    wanted = [KINDS.index(kind) for kind in definition["kinds"]]
    of = lines.filter(among(bill(lines.bill_type), "billing.csv", "acute_bill", "subacute_bill"))
    of = of.mutate(rank=kind_of(of, definition["intensive_newborn"]))
    # Medicare pays rehabilitation units by revenue code 0024, whatever the room is called.
    rehabilitation = among(of.revenue_code, "billing.csv", "rehabilitation_payment").any()
    claims = of.group_by(["person_id", "claim_id"]).agg(
        rank=ibis.ifelse(
            rehabilitation & (of["rank"].min() == 0), KINDS.index("rehabilitation"), of["rank"].min()
        ),
        admitted_on=of.admission_date.min().fill_null(of.from_date.min()),
        discharged_on=of.discharge_date.max().fill_null(of.through_date.max()),
        ed_room=is_emergency_room(of).any(),
        **{column: of[column].max() for column in OF_CLAIM},
    )
    claims = claims.filter(claims["rank"].isin(wanted))
    return claims.mutate(reach=_reach(claims, definition["next_day"]))


def _reach(claims: ir.Table, next_day: str) -> ir.DateValue:
    """Return the last day on which a claim may begin that continues this one.

    On the next day after a transfer or while still a patient (`transfers`), `always` or `never`.
    """
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

    What describes a stay (its name, diagnoses, procedures, point of origin) comes from its first claim of the
    kind that the stay is of. Newborn and subacute stays join with their like alone.
    """
    apart = [KINDS.index(kind) for kind in APART]
    by_care = claims.mutate(care=ibis.ifelse(claims["rank"].isin(apart), claims["rank"], 0))
    within = ["person_id", "care"] if across_facilities else ["person_id", "care", "facility_id"]
    parts = numbered(by_care, within, "admitted_on", "reach", ["discharged_on", "claim_id"])
    leg = ibis.row_number().over(
        group_by=[*within, "island"],
        order_by=[parts["rank"], parts.admitted_on, parts.reach, parts.discharged_on, parts.claim_id],
    )
    legs = parts.mutate(leg=leg)
    first = legs.leg == 0
    described = {"event_id": legs.claim_id, **{column: legs[column] for column in OF_CLAIM[1:-1]}}
    return legs.group_by([*within, "island"]).agg(
        **{column: value.max(where=first) for column, value in described.items()},
        rank=legs["rank"].min(),
        started_on=legs.admitted_on.min(),
        ended_on=legs.discharged_on.max(),
        ed_room=legs.ed_room.any(),
        n_claims=legs.count(),
        n_facilities=legs.facility_id.nunique(),
    )


def through_ed(stays: ir.Table, visits: ir.Table, signs: list[str]) -> ir.Table:
    """Add `via_ed`: whether one of the declared signs says that a stay began in the emergency department.

    Signs: an emergency room on a claim of the stay (`claim`), an ED visit on the day of admission
    (`same_day`) or until the day before (`day_before`), point of origin 7 (`point_of_origin`, in use until
    June 2010), type of admission 1 or 5 (`admission_type`: emergency, trauma).
    """
    latest = days_after(stays.started_on, -1) if "day_before" in signs else stays.started_on
    by_visit = stays.select("event_id", "person_id", "started_on", latest=latest)
    if "same_day" in signs or "day_before" in signs:
        pairs = by_visit.inner_join(visits.select("person_id", "first_day", "last_day"), "person_id")
        met = pairs.filter((pairs["first_day"] <= pairs["started_on"]) & (pairs["last_day"] >= pairs.latest))
        found = met.select("person_id", "event_id").distinct().mutate(found=True)
    else:
        found = by_visit.limit(0).select("person_id", "event_id").mutate(found=True)
    of = stays.left_join(found, ["person_id", "event_id"]).select(
        *stays.columns, by_visit=_.found.fill_null(False)
    )
    said = {
        "claim": of.ed_room,
        "point_of_origin": among(of.point_of_origin, "billing.csv", "ed_origin"),
        "admission_type": among(of.admission_type, "billing.csv", "emergency_admission"),
    }
    via_ed = of.by_visit
    for sign in signs:
        via_ed = via_ed | said.get(sign, of.by_visit)
    return of.mutate(via_ed=via_ed.fill_null(False))


def inpatient_stays(stays: ir.Table, definition: dict[str, Any], attributes: tuple[str, ...]) -> ir.Table:
    """Return the events `inpatient_stay` with what was found out about them; `attributes` are kept."""
    days = days_between(stays.started_on, stays.ended_on)
    least = definition["same_day_length"]
    return stays.select(
        person_id=stays.person_id,
        event=ibis.literal("inpatient_stay"),
        event_id=stays.event_id,
        started_on=stays.started_on,
        ended_on=stays.ended_on,
        source=ibis.literal("utilization"),
        kind=stays["rank"].cases(*enumerate(KINDS)),
        principal_diagnosis=stays.principal_diagnosis,
        avoidable=stays[definition["avoidable"]],
        via_ed=stays.via_ed,
        n_claims=stays.n_claims,
        n_facilities=stays.n_facilities,
        length_of_stay=ibis.ifelse(days == 0, least, days).cast("int64"),
        **{name: stays[name] for name in attributes},
    )
