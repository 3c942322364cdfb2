"""Windows of follow-up, and until when each enrollment is observed in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from armwise.extracts.engine import days_after, months_after
from armwise.extracts.errors import DataError


class OutcomeError(DataError):
    """An outcome cannot be told from the data as declared."""


def bounds(randomized_on: ir.DateValue, window: Mapping[str, Any]) -> tuple[ir.DateValue, ir.DateValue]:
    """Return start and end, [start, end), of a window, each computed from the day of randomization.

    `window` is {months}, {from_month, to_month}, {until} or {since, until}; days are inclusive. Months are
    calendar months; the day of randomization belongs to the window, and no window starts before it.
    """
    if window.get("until"):
        since = window.get("since")
        first = ibis.greatest(randomized_on, ibis.date(since)) if since else randomized_on
        return first, days_after(ibis.date(window["until"]), 1)
    begin = window.get("from_month") or 0
    months = window["months"] if window.get("months") else window["to_month"]
    return months_after(randomized_on, begin) if begin else randomized_on, months_after(randomized_on, months)


@dataclass(frozen=True)
class FollowUp:
    """What ends observation in one analysis, and whom it is about."""

    coverage: Literal["first_gap", "all_covered_days", "ignore"] = "first_gap"
    gap_days: int = 0  # gaps in coverage that are bridged
    partial_benefits: Literal["count", "not_covered"] = "count"
    death: Literal["ends", "ignore"] = "ends"
    later_lottery: Literal["as_randomized", "first_enrollment", "end_at_treatment"] = "as_randomized"
    among: Literal["everyone", "covered_baseline", "covered_window", "covered_both"] = "everyone"


PRIMARY = FollowUp()

# What can end observation, in the order in which it is named when two come on one day.
REASONS = ["end", "death", "coverage", "data", "later_lottery"]


def observed(
    cohort: ir.Table, window: Mapping[str, Any], source: Mapping[str, Any], follow_up: FollowUp = PRIMARY
) -> ir.Table:
    """Return per enrollment when a window starts, when observation in it stops, and why.

    `source` is what sees the outcome: observed_while (covered | always), complete_through (date or None).
    Columns: enrollment_id, person_id, randomized_on, starts_on, stops_on, ends_on, ended_by,
    data_end_early (whether the window ends after the source does). The day of death and the last day of
    coverage are observed; `covered_until` of the cohort says when coverage ended.
    """
    starts_on, ends_on = bounds(cohort.randomized_on, window)
    of = cohort.mutate(starts_on=starts_on, ends_on=ends_on)
    stops = {reason: date.fill_null(of.ends_on) for reason, date in _stops(of, source, follow_up).items()}
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
        data_end_early=stops.get("data", of.ends_on) < of.ends_on,
    )


def _stops(of: ir.Table, source: Mapping[str, Any], follow_up: FollowUp) -> dict[str, ir.DateValue]:
    stops = {"end": of.ends_on}
    if follow_up.death == "ends":
        stops["death"] = days_after(of.died_on, 1)
    if source["observed_while"] == "covered" and follow_up.coverage != "ignore":
        stops["coverage"] = of.covered_until
    if source.get("complete_through"):
        stops["data"] = days_after(ibis.date(source["complete_through"]), 1)
    if follow_up.later_lottery == "end_at_treatment":
        stops["later_lottery"] = of.treated_later_on
    return stops
