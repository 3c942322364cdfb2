"""Which checks hold a source against the others, by its contract; the graph asks, so without the engine."""

from collections.abc import Mapping
from typing import Any

# The day of a row, by contract.
DAYS = {
    "coverage": "coverage_start",
    "utilization": "from_date",
    "vaccinations": "given_on",
    "contacts": "contacted_on",
    "deaths": "died_on",
    "records": "occurred_on",
}
SHORT_MEMORY = ("utilization", "contacts", "records")  # a registry of vaccines reaches back to childhood


def checks_of(contract: str, sources: Mapping[str, Any]) -> list[str]:
    """Return the names of the checks that can take rows out of a source of one contract."""
    if contract == "enrollment":
        return ["randomized_after_death"] if "deaths" in sources else []
    if contract not in DAYS:
        return []
    names = ["never_randomized", "events_after_data"]
    names += ["events_before_birth"] if contract != "coverage" else []
    names += ["events_after_death"] if "deaths" in sources and contract not in ("deaths", "coverage") else []
    return names + (["events_long_before"] if contract in SHORT_MEMORY else [])
