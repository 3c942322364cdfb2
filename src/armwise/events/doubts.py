"""Events that make one doubt the extracts, after a death or without coverage: counted, not dropped."""

import logging

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import count_of

log = logging.getLogger(__name__)


def doubts(
    engine: Backend, events: ir.Table, coverage: ir.Table | None, deaths: ir.Table | None
) -> list[tuple[str, int]]:
    """Count the doubtful among `events` (person_id, event, event_id, started_on), and warn in the log.

    `coverage` and `deaths` are the typed extracts; without one of them nothing can be said about it.
    """
    found = {}
    if deaths is not None:
        found["stays and ED visits after a death"] = after_death(events, deaths)
    if coverage is not None:
        found["stays and ED visits on days without coverage"] = without_coverage(events, coverage)
    counted = [(what, count_of(engine, table)) for what, table in found.items()]
    for what, rows in counted:
        if rows:
            log.warning("%s: %d", what, rows)
    return counted


def after_death(events: ir.Table, deaths: ir.Table) -> ir.Table:
    """Return the events that started after the day on which the person died; `deaths` is the extract."""
    died = deaths.group_by("person_id").agg(died_on=deaths.died_on.min())
    joined = events.inner_join(died, "person_id")
    return joined.filter(joined["started_on"] > joined["died_on"])


def without_coverage(events: ir.Table, coverage: ir.Table) -> ir.Table:
    """Return the events that started on a day in no span of coverage, both of whose days are inclusive."""
    joined = events.inner_join(coverage, "person_id")
    on_span = joined.filter(joined["started_on"].between(joined["coverage_start"], joined["coverage_end"]))
    return events.anti_join(on_span.select("event", "event_id"), ["event", "event_id"])
