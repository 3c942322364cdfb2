"""Which tables a trial has: a function of its settings, so that the DAG can be drawn before any result."""

from collections.abc import Mapping
from typing import Any

from armwise.report.trial import DESCRIBED


def table_names(
    baseline: Mapping[str, Any],
    estimates: Mapping[str, Any],
    follow_up: Mapping[str, Any],
    outcomes: Mapping[str, Any],
    by_participant: bool = False,
) -> list[str]:
    """Return the names of the tables, from the settings' blocks of these names.

    `by_participant`: whether the trial comes as one row per participant, without events.
    """
    names = ["flow"]
    names += ["baseline"] if baseline else []
    names += [] if by_participant else ["time_at_risk"]
    names += ["outcomes"]
    names += ["selected"] if any(each["measure"] in DESCRIBED for each in outcomes.values()) else []
    names += ["sensitivity"] if follow_up.get("sensitivity") else []
    curve = bool(estimates.get("specification_curve"))
    names += ["specification_choices", "specifications"] if curve else []
    names += ["other_models"] if estimates.get("other_models") else []
    names += ["time_to_event"] if estimates.get("time_to_event") else []
    names += ["reweighted"] if reweighted(estimates) else []
    names += ["losses"] if estimates.get("losses") else []
    names += ["losses_by_group"] if estimates.get("losses") and estimates.get("subgroups") else []
    names += ["clusters"] if estimates.get("losses") else []
    names += ["monthly"] if estimates.get("monthly") else []
    names += ["subgroups"] if estimates.get("subgroups") else []
    names += ["uptake", "compliers"] if estimates.get("uptake") else []
    names += ["reach"] if estimates.get("uptake") and estimates.get("subgroups") else []
    names += ["data_checks", *([] if by_participant else ["accounts"]), "checks", "arm_shares"]
    return [*names, *([] if by_participant else ["data_by_arm", "monthly_rates"]), "estimands"]


def reweighted(estimates: Mapping[str, Any]) -> bool:
    """Say whether effects with other weights were declared."""
    return estimates.get("censoring_weights") is not None or bool(estimates.get("per_person"))
