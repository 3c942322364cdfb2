"""Contacts of the program, each credited to the enrollment that it served."""

import ibis
import ibis.expr.types as ir


def contacts(records: ir.Table, enrollment: ir.Table) -> ir.Table:
    """Return the events `contact`: enrollment_id and kind (an `attempt` is a kind of its own, not two-way).

    The enrollment is the one that the record names, if it is that person's; else the latest that began by
    then; null before the first.
    """
    numbered = records.mutate(
        number=ibis.row_number().over(
            order_by=[records.person_id, records.contacted_on, records.kind, records.enrollment_id]
        )
    )
    served = _served(numbered, enrollment)
    of = numbered.drop("enrollment_id").left_join(served, "number")
    of = of.select("person_id", "contacted_on", "kind", "number", "enrollment_id")
    return of.select(
        person_id=of.person_id,
        event=ibis.literal("contact"),
        event_id=of.number.cast("string").lpad(9, "0"),
        started_on=of.contacted_on,
        ended_on=ibis.null("date"),
        source=ibis.literal("contacts"),
        enrollment_id=of.enrollment_id,
        kind=of.kind,
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
