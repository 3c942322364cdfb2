"""Which figures a trial has: a function of its settings, so that the DAG can be drawn before any result."""

from collections.abc import Mapping
from typing import Any

CUMULATIVE = "cumulative_"
BY_DATE = "by_date_"
SPECIFICATIONS = "specifications_"


def figure_names(
    outcomes: Mapping[str, Any],
    baseline: Mapping[str, Any],
    subgroups: list[str] | None,
    roles: Mapping[str, Any],
    curve: Mapping[str, Any] | None = None,
    uptake: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return the names of the figures, from the settings' blocks `outcomes`, `baseline` and `roles`, the
    subgroups and the specification curve among the `estimates`.

    `uptake` says what counts as having taken up the offer, if anything does.
    Curves are drawn for the count outcomes with days of events that have a role, and for every by_date one.
    """
    names = ["flow", "forest"]
    names += ["love"] if baseline else []
    names += [CUMULATIVE + name for name in outcomes if _has_curve(name, outcomes[name], roles)]
    names += [BY_DATE + name for name, outcome in outcomes.items() if outcome["measure"] == "by_date"]
    names += [SPECIFICATIONS + name for name in (curve or {}).get("outcomes", [])]
    names += ["subgroups"] if subgroups else []
    return names + (["reach"] if subgroups and uptake else [])


def _has_curve(name: str, outcome: Mapping[str, Any], roles: Mapping[str, Any]) -> bool:
    primary = roles["primary"]
    named = [each["outcome"] for each in (primary if isinstance(primary, list) else [primary])]
    declared = name in (*named, *(roles.get("secondary") or []))
    dated = outcome.get("event") or outcome.get("followed")
    return outcome["measure"] == "count" and bool(dated) and declared
