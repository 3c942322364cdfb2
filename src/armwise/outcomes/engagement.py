"""How often the program reached those who took up what it offered, by kind of contact."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from armwise.events.attributes import ATTEMPT, having
from armwise.extracts.engine import days_between
from armwise.outcomes.counted import UPTAKE
from armwise.outcomes.windows import bounds

KEY = ["enrollment_id", "kind"]


def engagement(
    cohort: ir.Table,
    outcomes: ir.Table,
    events: ir.Table,
    length: Mapping[str, Any],
    uptake: Mapping[str, Any],
) -> ir.Table:
    """Return one row per enrollment x kind of what counts as uptake, and of attempts, in a window.

    `outcomes` are those of the window: the days of `uptake` are the days that count here. `length` is the
    window as `bounds` takes it, `uptake` {event, where}. Columns: enrollment_id, kind ("" where events have
    none), counts (whether it is uptake; an attempt is not), events, first_day (since randomization). An
    enrollment without any has no row.
    """
    days = outcomes.filter(outcomes.outcome == UPTAKE).select("enrollment_id", "days_observed")
    people = cohort.select("enrollment_id", "person_id", "randomized_on").inner_join(days, "enrollment_id")
    people = people.mutate(starts_on=bounds(people.randomized_on, length)[0])
    happened = _happened(events, uptake)
    by = "enrollment_id" if "enrollment_id" in events.columns else "person_id"
    pairs = people.inner_join(happened, by)
    since = days_between(pairs["starts_on"], pairs["started_on"])
    inside = pairs.filter(since >= 0, since < pairs["days_observed"])
    return inside.group_by(["enrollment_id", "kind", "counts"]).agg(
        events=_.count(), first_day=days_between(_.randomized_on, _.started_on).min()
    )


def _happened(events: ir.Table, uptake: Mapping[str, Any]) -> ir.Table:
    """Return the events that count as uptake and, of contacts, the attempts beside them."""
    by = "enrollment_id" if "enrollment_id" in events.columns else "person_id"
    kind = events.kind if "kind" in events.columns else ibis.literal("")
    named = events.mutate(kind=kind)
    chosen = having(named, {"event": uptake["event"], "where": uptake.get("where")})
    found = chosen.select(by, "started_on", "kind", counts=ibis.literal(True))
    if uptake["event"] != "contact":
        return found
    attempts = named.filter(named.kind == ATTEMPT).anti_join(chosen, ["person_id", "event_id"])
    return found.union(attempts.select(by, "started_on", "kind", counts=ibis.literal(False)))
