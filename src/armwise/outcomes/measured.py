"""Outcomes that arrive as columns, one row per participant."""

from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

DAYS_PER_YEAR = 365.25


def measured(participants: ir.Table, outcomes: dict[str, dict[str, Any]], window: str) -> ir.Table:
    """Return one row per participant x outcome of `window`.

    `outcomes` are {name: {"measure", "column", "exposure": column of years at risk or None, "weight": column
    or None}}. A missing value stays null; only counts with an exposure have days.
    """
    rows = [_one(participants, name, outcome, window) for name, outcome in outcomes.items()]
    return reduce(ir.Table.union, rows)


def _one(participants: ir.Table, name: str, outcome: dict[str, Any], window: str) -> ir.Table:
    years = _column(participants, outcome.get("exposure"), None)
    return participants.select(
        enrollment_id=participants.participant_id,
        outcome=ibis.literal(name),
        window=ibis.literal(window),
        value=participants[outcome["column"]].cast("float64"),
        days_observed=years * DAYS_PER_YEAR,
        first_day=ibis.null("int32"),
        ended_by=ibis.literal("end"),
        analysis_weight=_column(participants, outcome.get("weight"), 1.0),
    )


def _column(table: ir.Table, name: str | None, otherwise: float | None) -> ir.FloatingValue:
    if name:
        return table[name].cast("float64")
    return ibis.null("float64") if otherwise is None else ibis.literal(otherwise, "float64")
