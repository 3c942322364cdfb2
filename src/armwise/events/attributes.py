"""Choose events by their attributes, as `where` of an outcome says."""

from typing import Any

import ibis.expr.types as ir

FIRST_DOSE = {"dose_number": 1}  # a dose after earlier ones is no first dose of follow-up


def having(events: ir.Table, outcome: dict[str, Any]) -> ir.Table:
    """Return the events that an outcome counts: those whose attributes equal its `where`.

    An outcome that asks whether a COVID-19 dose was given by a date means the first dose unless it says
    otherwise: someone vaccinated before randomization has none in follow-up.
    """
    where = outcome.get("where") or {}
    if outcome["event"] == "covid_dose" and outcome.get("measure") == "by_date" and not where:
        where = FIRST_DOSE
    return events.filter([events[name] == value for name, value in where.items()]) if where else events


def two_way(events: ir.Table, uptake: dict[str, Any]) -> ir.Table:
    """Return the events that count as uptake; of contacts not the mere attempts, unless asked for."""
    chosen = having(events, uptake)
    if uptake["event"] == "contact" and "kind" not in (uptake.get("where") or {}):
        chosen = chosen.filter(chosen.kind != "attempt")
    return chosen
