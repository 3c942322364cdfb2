"""Choose events by their attributes, as `where` of an outcome says."""

from typing import Any

import ibis.expr.types as ir

FIRST_DOSE = {"dose_number": 1}  # a dose after earlier ones is no first dose of follow-up


ATTEMPT = "attempt"  # the kind of contact that reached nobody


def having(events: ir.Table, outcome: dict[str, Any]) -> ir.Table:
    """Return the events that an outcome counts: those whose attributes are as its `where` says.

    `where` is {attribute: value, or a list of values of which it must have one}. An outcome that asks whether
    a COVID-19 dose was given by a date means the first dose unless it says otherwise: someone vaccinated
    before randomization has none in follow-up. A contact is two-way unless a kind is asked for.
    """
    where = outcome.get("where") or {}
    if outcome["event"] == "covid_dose" and outcome.get("measure") == "by_date" and not where:
        where = FIRST_DOSE
    asked = [is_one_of(events[name], wanted) for name, wanted in where.items()]
    if outcome["event"] == "contact" and "kind" not in where:
        asked.append(events.kind != ATTEMPT)
    return events.filter(asked) if asked else events


def is_one_of(attribute: ir.Value, wanted: Any) -> ir.BooleanValue:
    """Tell whether an attribute has a value, or one of a list; text is compared with values as text."""
    values = wanted if isinstance(wanted, list) else [wanted]
    if attribute.type().is_string():
        values = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    return attribute.isin(values)


def two_way(events: ir.Table, uptake: dict[str, Any]) -> ir.Table:
    """Return the events that count as uptake; of contacts not the mere attempts, unless asked for."""
    return having(events, {"event": uptake["event"], "where": uptake.get("where")})
