"""Contacts of the program, each credited to the enrollment that it served."""

from typing import NamedTuple

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.events.account import Account, counted
from armwise.events.attributes import ATTEMPT
from armwise.extracts.engine import hold


class Contacts(NamedTuple):
    """Contacts, and how many records of them there are of each sort."""

    events: ir.Table
    account: Account


def contact_step(engine: Backend, records: ir.Table, enrollment: ir.Table) -> Contacts:
    """Return the events `contact`, and what became of the records."""
    found = hold(engine, contacts(records, enrollment), "contacts")
    steps = {
        "records of contacts": records,
        "records of people who were never randomized, credited to none": records.anti_join(
            enrollment, "person_id"
        ),
        "contacts before the first enrollment, credited to none": found.filter(
            found.enrollment_id.isnull()
        ).semi_join(enrollment, "person_id"),
        "outreach attempts, not two-way": found.filter(found.kind == ATTEMPT),
        "two-way contacts": found.filter(found.kind != ATTEMPT),
        "different records": records.distinct(),
    }
    return Contacts(found, counted(engine, steps))


def contacts(records: ir.Table, enrollment: ir.Table) -> ir.Table:
    """Return the events `contact`: enrollment_id, kind and contact_number.

    The enrollment is the one that the record names, if it is that person's; else the latest that began by
    then; null before the first. An `attempt` is a kind of its own, not two-way, and has no number; the first
    two-way contact of an enrollment is number 1.
    """
    numbered = records.mutate(
        number=ibis.row_number().over(
            order_by=[records.person_id, records.contacted_on, records.kind, records.enrollment_id]
        )
    )
    served = _served(numbered, enrollment)
    of = numbered.drop("enrollment_id").left_join(served, "number")
    of = of.select("person_id", "contacted_on", "kind", "number", "enrollment_id")
    two_way = of.kind != ATTEMPT
    place = ibis.row_number().over(group_by=[of.enrollment_id, two_way], order_by=of.number)
    credited = two_way & of.enrollment_id.notnull()
    return of.select(
        person_id=of.person_id,
        event=ibis.literal("contact"),
        event_id=of.number.cast("string").lpad(9, "0"),
        started_on=of.contacted_on,
        ended_on=ibis.null("date"),
        source=ibis.literal("contacts"),
        enrollment_id=of.enrollment_id,
        kind=of.kind,
        contact_number=ibis.ifelse(credited, place + 1, ibis.null("int64")).cast("int32"),
    )


def _served(numbered: ir.Table, enrollment: ir.Table) -> ir.Table:
    """Return the number of each contact with the enrollment that it served."""
    theirs = enrollment.select("person_id", "randomized_on", served="enrollment_id")
    met = numbered.inner_join(theirs, "person_id")
    named = (met.served == met.enrollment_id).fill_null(False)
    possible = met.filter(named | (met.randomized_on <= met.contacted_on))
    best = possible.mutate(
        place=ibis.row_number().over(
            group_by=possible.number,
            order_by=[
                (possible.served == possible.enrollment_id).fill_null(False).desc(),
                possible.randomized_on.desc(),
                possible.served,
            ],
        )
    )
    return best.filter(best.place == 0).select("number", enrollment_id="served")
