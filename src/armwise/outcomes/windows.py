"""Windows of follow-up, and until when each enrollment is observed in them."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from armwise.extracts.engine import days_after, months_after
from armwise.extracts.errors import DataError


class OutcomeError(DataError):
    """An outcome cannot be told from the data as declared."""


def bounds(randomized_on: ir.DateValue, window: Mapping[str, Any]) -> tuple[ir.DateValue, ir.DateValue]:
    """Return start and end, [start, end), of a window, each computed from the day of randomization.

    `window` is {months}, {from_month, to_month} or {until}: the last day, inclusive. Months are calendar
    months; the day of randomization belongs to the window.
    """
    if window.get("until"):
        return randomized_on, days_after(ibis.date(window["until"]), 1)
    start = window.get("from_month") or 0
    months = window["months"] if window.get("months") else window["to_month"]
    return months_after(randomized_on, start) if start else randomized_on, months_after(randomized_on, months)


# What can end observation, in the order in which it is named when two come on one day.
REASONS = ["end", "death", "coverage", "data"]


def observed(cohort: ir.Table, window: Mapping[str, Any], source: Mapping[str, Any]) -> ir.Table:
    """Return per enrollment when a window starts, when observation in it stops, and why.

    `source` is what sees the outcome: observed_while (covered | always), complete_through (date or None),
    later_lottery. Columns: enrollment_id, person_id, randomized_on, starts_on, stops_on, ends_on, ended_by.
    The day of death and the last day of coverage are observed.
    """
    starts_on, ends_on = bounds(cohort.randomized_on, window)
    of = cohort.mutate(starts_on=starts_on, ends_on=ends_on)
    stops = {reason: date.fill_null(of.ends_on) for reason, date in _stops(of, source).items()}
    first = ibis.least(*stops.values()) if len(stops) > 1 else stops["end"]
    ended_by = ibis.cases(*[(stops[reason] == first, reason) for reason in REASONS if reason in stops])
    return of.select(
        "enrollment_id",
        "person_id",
        "randomized_on",
        "starts_on",
        "ends_on",
        stops_on=ibis.greatest(first, of.starts_on),
        ended_by=ended_by,
    )


def _stops(of: ir.Table, source: Mapping[str, Any]) -> dict[str, ir.DateValue]:
    stops = {"end": of.ends_on, "death": days_after(of.died_on, 1)}
    if source["observed_while"] == "covered":
        stops["coverage"] = of.covered_until
    if source.get("complete_through"):
        stops["data"] = days_after(ibis.date(source["complete_through"]), 1)
    return stops
