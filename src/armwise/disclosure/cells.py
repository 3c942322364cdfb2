"""The counts that a results dataset would show, and the places where each of them stands.

A cell is a count of one place (analysis set, outcome, window, subgroup, contrast). The same count of the same
place stands in many rows, once per measure and method; it is one cell and is hidden everywhere or nowhere.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Row = Mapping[str, Any]

# The rows that a step from a source to its events took in, left out or made.
ACCOUNTED = "rows_counted"
# Measures whose estimate is itself a count.
COUNTS = {
    ACCOUNTED,
    "count",
    "missing_outcome",
    "no_person_time",
    "no_weight",
    "covered_throughout",
    "partial_benefits",
    "data_end_early",
    "rows_read",
    "rows_kept",
    "rows_set_aside",
    "rows_not_included",
    "rows_warned",
    "rows_stopped",
    "rows_ignored",
}
# Measures that are a count over n (a mean count over those at risk, roughly); the first is a curve's.
CURVE_POINT = "mean_cumulative_count"
COUNTS_PER_N = {CURVE_POINT, "mean_count"}
# Shares: with n beside them they give away a count, and so does what is left of n.
SHARES = {"percent", "risk", "cumulative_risk", "cumulative_incidence", "share_lost"}
# The outcome whose counts are those who took up the offer.
UPTAKE = "uptake"
# The analysis sets of a specification curve: this, and the set whose follow-up they share.
CURVE = "curve."
# Those with an attempt or a contact.
ATTEMPTED = "attempted"
SIZES = ("n", "n_informative", "clusters")


class Place(NamedTuple):
    """What a count is about."""

    analysis_set: str
    outcome: str
    window: str
    subgroup: str
    contrast: str


class Cell(NamedTuple):
    """One count of one place; `what` is n, n_informative, clusters, events, or a measure that counts.

    Person-years, which are no count and are never hidden for their own sake, are a cell to the audit alone.
    """

    place: Place
    what: str
    value: float


def place_of(row: Row) -> Place:
    """Return the place that a row is about."""
    return Place(*(row[name] for name in Place._fields))


def counted_at(place: Place) -> Place:
    """Return the place whose counts the estimates of a place rest on: a specification of a curve has none of
    its own, and those of its analysis set."""
    return place._replace(analysis_set=place.analysis_set.removeprefix(CURVE))


def cells_of(row: Row) -> dict[str, Cell]:
    """Return the cells in a row, by the column in which each stands."""
    found = {column: row.get(column) for column in (*SIZES, "events")}
    names = {column: column for column in found}
    if row["measure"] in COUNTS:
        found["estimate"] = row["estimate"]
        names["estimate"] = "events" if found["events"] is not None else row["measure"]
        if found["n"] == row["estimate"] and found["events"] is None:
            names["n"] = row["measure"]
    place = place_of(row)
    return {
        column: Cell(place, names[column], round(value))
        for column, value in found.items()
        if value is not None
    }


def implied_count(row: Row) -> float | None:
    """Return the count that a share or a mean gives away with its n, None when it gives none.

    Any mean may be one of counts, or of a characteristic coded 0 and 1: its sum is taken for a count.
    """
    n, estimate = row.get("n"), row.get("estimate")
    if n is None or estimate is None or row.get("events") is not None:
        return None
    return n * estimate if row["measure"] in SHARES | COUNTS_PER_N | {"mean"} else None


def may_be_share(row: Row) -> bool:
    """Say whether n less the implied count is a number of people as well."""
    of_two_values = row["measure"] == "mean" and 0 < row["estimate"] < 1
    return row["measure"] in SHARES or of_two_values


def rests_on_uptake(row: Row) -> bool:
    """Say whether the share who took up the offer can be computed from a row, alone or with the effect."""
    return row["measure"].startswith("complier_") or row["measure"] == "first_stage_f"


def rests_on_missing(row: Row) -> bool:
    """Say whether the share without the outcome can be computed from a row."""
    return row["measure"].startswith(("bound_", "tipping_point_"))


def arms_of(contrast: str) -> Iterator[str]:
    """Yield the arms that a contrast compares, or the arm itself."""
    yield from contrast.split(" vs ")
