"""Outpatient visits: one per person, provider and day, and what kind of care it was.

A line makes a visit by its procedure code (office, home, preventive, consultation, clinic, remote and
behavioral health services) or, on the bill of a clinic or hospital, by a clinic revenue code. Places of
emergency, inpatient and residential care make none. The codes and their publishers: codes/outpatient.csv.
"""

from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from armwise.events.account import Account, counted
from armwise.events.claims import LINE, bill, lines_in_force
from armwise.events.codes import any_among, begins, matches, prefixes
from armwise.extracts.engine import hold

FILE = "outpatient.csv"
KINDS = ("behavioral_health", "primary_care", "specialty", "unclassified")  # the first wins in a visit
NEEDED = [
    *LINE,
    *("from_date", "procedure_code", "procedure_modifiers", "place_of_service"),
    *("provider_id", "provider_specialty", "facility_id"),
]
DEFINITION: dict[str, Any] = {
    "codes": ["office", "home", "preventive", "consultation", "clinic", "remote", "behavioral"],
    "further_codes": {},
    "places": [],
    "one_per": "provider_day",
    "without_specialty": "unclassified",
}


class OutpatientVisits(NamedTuple):
    """Visits, and how many rows each step took in or left out."""

    events: ir.Table
    account: Account


def outpatient_visits(
    engine: Backend, lines: ir.Table, enrollment: ir.Table, definition: dict[str, Any] | None = None
) -> OutpatientVisits:
    """Return the events `outpatient_visit` of people who were randomized: kind, telehealth, provider_id.

    `lines` and `enrollment` are the typed extracts; `definition` is what the settings say of the event: codes
    (groups that count), further_codes ({kind: beginnings of codes}), places (of service, instead of those of
    the list), one_per (provider_day or person_day), without_specialty (the kind of visits of which neither
    provider nor code tells it).
    """
    how = DEFINITION | (definition or {})
    ours = lines.semi_join(enrollment, "person_id")
    wanted = hold(engine, visit_lines(ours, how), "visit_lines")
    in_force = hold(engine, lines_in_force(engine, lines, wanted), "visit_lines_in_force")
    by_provider = hold(engine, provider_days(classified(in_force, how)), "provider_days")
    distinct = hold(engine, without_doubles(by_provider), "distinct_visits")
    visits = hold(engine, as_events(distinct, how["one_per"]), "outpatient_visits")
    kinds = {f"outpatient visits, {kind}": visits.filter(visits.kind == kind) for kind in KINDS}
    steps = {
        "claim lines of outpatient visits": wanted,
        "of these in force": in_force,
        "days of a person with a provider": by_provider,
        "of these distinct visits, others being a second claim of one": distinct,
        **kinds,
    }
    return OutpatientVisits(visits, counted(engine, steps))


def visit_lines(lines: ir.Table, how: dict[str, Any]) -> ir.Table:
    """Return the lines that make an outpatient visit, by code, type of bill and place of service."""
    code = lines.procedure_code
    counts = begins(code, FILE, *(f"visit_{group}" for group in how["codes"]))
    further = [each for codes in how["further_codes"].values() for each in codes]
    counts = counts | _begins(code, further) if further else counts
    room = begins(lines.revenue_code, FILE, "room_clinic") & lines.bill_type.notnull()
    place = lines.place_of_service
    outpatient = place.isin(how["places"] or prefixes(FILE, "place_outpatient")) | place.isnull()
    of_bill = matches(bill(lines.bill_type), FILE, "bill_clinic", "bill_behavioral", "bill_hospital")
    seen = ibis.ifelse(lines.bill_type.isnull(), outpatient, of_bill)
    return lines.filter(counts | room).filter(seen & ~in_list(code, "residential")).select(NEEDED)


def in_list(code: ir.StringValue, *names: str) -> ir.BooleanValue:
    """Tell whether a code begins with an entry of the lists; false where there is none."""
    return begins(code, FILE, *names).fill_null(False)


def _begins(code: ir.StringValue, beginnings: list[str]) -> ir.BooleanValue:
    return reduce(or_, (code.startswith(each) for each in beginnings)).fill_null(False)


def classified(lines: ir.Table, how: dict[str, Any]) -> ir.Table:
    """Return person_id, from_date, provider_id, hospital, kind (its place in KINDS) and telehealth of lines.

    The provider is that of the line, else of its claim, else the facility. The kind goes by what is most
    telling: behavioral codes and places, then the specialty of the provider, then other codes and places.
    """
    place, code = lines.place_of_service, lines.procedure_code
    of_claim = lines.provider_id.max().over(group_by=[lines.person_id, lines.claim_id])
    remote = in_list(place, "place_telehealth") | in_list(code, "visit_remote")
    return lines.select(
        person_id=lines.person_id,
        from_date=lines.from_date,
        provider_id=ibis.coalesce(lines.provider_id, of_claim, lines.facility_id),
        hospital=in_list(bill(lines.bill_type), "bill_hospital"),
        kind=_kind(lines, how),
        telehealth=remote | any_among(lines.procedure_modifiers, FILE, "modifier_telehealth"),
    )


def _kind(lines: ir.Table, how: dict[str, Any]) -> ir.IntegerValue:
    place, code, specialty = lines.place_of_service, lines.procedure_code, lines.provider_specialty
    billed = bill(lines.bill_type)
    of = {name: specialty.isin(prefixes(FILE, f"cms_{name}")).fill_null(False) for name in SPECIALTIES}
    of = {name: whole | in_list(specialty, f"specialty_{name}") for name, whole in of.items()}
    behavioral = (
        in_list(code, "visit_behavioral")
        | in_list(place, "place_behavioral")
        | in_list(billed, "bill_behavioral")
        | of["behavioral"]
    )
    primary = (
        in_list(code, "visit_preventive", "visit_clinic")
        | in_list(place, "place_primary")
        | in_list(billed, "bill_clinic")
    )
    told = {kind: _begins(code, codes) for kind, codes in how["further_codes"].items()}
    branches = [(told[kind], kind) for kind in KINDS if kind in told]
    branches += [
        (behavioral, "behavioral_health"),
        (of["primary"], "primary_care"),
        (specialty.notnull(), "specialty"),
        (primary, "primary_care"),
        (in_list(code, "visit_consultation"), "specialty"),
    ]
    number = {kind: place for place, kind in enumerate(KINDS)}
    return ibis.cases(
        *((when, number[kind]) for when, kind in branches), else_=number[how["without_specialty"]]
    )


SPECIALTIES = ("behavioral", "primary")


def provider_days(lines: ir.Table) -> ir.Table:
    """Return one row per person, day and provider (null: not known)."""
    return lines.group_by(["person_id", "from_date", "provider_id"]).agg(
        kind=_.kind.min(), telehealth=_.telehealth.max(), hospital=_.hospital.min()
    )


def without_doubles(visits: ir.Table) -> ir.Table:
    """Leave out what is another claim of a visit of the same day.

    A hospital's own bill where a professional or a clinic billed too; and a visit to nobody knows whom where
    another provider of the day is known.
    """
    day = [visits.person_id, visits.from_date]
    others = visits.mutate(
        professionals=(~visits.hospital & visits.provider_id.notnull()).cast("int64").sum().over(group_by=day)
    )
    kept = others.filter(~others.hospital | (others.professionals == 0))
    known = kept.mutate(
        known=kept.provider_id.count().over(group_by=[kept.person_id, kept.from_date]),
    )
    return known.filter(known.provider_id.notnull() | (known.known == 0)).drop("professionals", "known")


def as_events(visits: ir.Table, one_per: str) -> ir.Table:
    """Return visits as events, numbered within each person; by day of a person if that is what counts."""
    if one_per == "person_day":
        visits = visits.group_by(["person_id", "from_date"]).agg(
            provider_id=_.provider_id.min(), kind=_.kind.min(), telehealth=_.telehealth.max()
        )
    number = ibis.row_number().over(
        group_by=visits.person_id, order_by=[visits.from_date, visits.provider_id]
    )
    return visits.select(
        person_id=visits.person_id,
        event=ibis.literal("outpatient_visit"),
        event_id=(number + 1).cast("string"),
        started_on=visits.from_date,
        ended_on=ibis.null("date"),
        source=ibis.literal("utilization"),
        kind=ibis.cases(*((visits.kind == place, kind) for place, kind in enumerate(KINDS))),
        telehealth=visits.telehealth,
        provider_id=visits.provider_id,
    )
