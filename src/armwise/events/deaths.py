"""Deaths: one per person, the earliest when the records disagree."""

import ibis
import ibis.expr.types as ir


def deaths(records: ir.Table) -> ir.Table:
    """Return the events `death`."""
    first = records.group_by("person_id").agg(died_on=records.died_on.min())
    return first.select(
        person_id=first.person_id,
        event=ibis.literal("death"),
        event_id=ibis.literal("1"),
        started_on=first.died_on,
        ended_on=ibis.null("date"),
        source=ibis.literal("deaths"),
    )
