"""Which numbers of a row must be blank: hidden counts, and what they could be computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from armwise.disclosure.cells import (
    SHARES,
    SIZES,
    UPTAKE,
    Cell,
    Place,
    Row,
    arms_of,
    cells_of,
    counted_at,
    place_of,
    rests_on_missing,
    rests_on_uptake,
)
from armwise.disclosure.curves import too_close
from armwise.disclosure.sums import LEFT_OUT, PRIMARY, WHOLE, is_sensitivity
from armwise.disclosure.suppress import is_small, shares_too_small

COUNTED = (*SIZES, "events")
STATED = ("estimate", "std_error", "ci_low", "ci_high", "p_value", "df")
NUMBERS = (*STATED, *COUNTED, "person_years")
# What a count that stays hidden could be computed from.
TIED = (*STATED, "n_informative", "clusters", "person_years")
# What is nearly n, where weights hardly differ.
NEAR_N = ("effective_sample_size",)
# What rests on the spread of an outcome alone, beside losses.
POOLED = ("detectable_difference", "intracluster_correlation")


@dataclass(frozen=True)
class Withheld:
    """What is withheld of a dataset: counts, the estimates of places, and those of single results by key."""

    small_cell: int
    hidden: set[Cell]
    tied: set[Place]
    keys: set[str] = field(default_factory=set)

    def blanks(self, row: Row) -> list[str]:
        """Return the columns of a row that must be blank, in the order of the dataset."""
        return _blanks(row, self.hidden, self.tied, self.keys, self.small_cell)


def withheld_with(hidden: set[Cell], rows: Sequence[Row], small_cell: int) -> Withheld:
    """Return what must be withheld with the hidden counts of a dataset."""
    counts = {(cell.place, cell.what): cell for row in rows for cell in cells_of(row).values()}
    tied = {
        cell.place
        for cell in hidden
        if _ties(cell, small_cell) and not gives_way(cell, hidden, counts, small_cell)
    }
    tied |= {place_of(row) for row in rows if shares_too_small(row, small_cell)}
    return Withheld(small_cell, hidden, tied, too_close(rows, small_cell) | _resting_on(hidden, rows))


def _ties(cell: Cell, small_cell: int) -> bool:
    """Say whether a hidden cell takes the estimates of its place with it.

    Those left out or observed in some way, and a size that is hidden for their sake alone, do not: rates and
    effects give neither away, and where one does nevertheless the audit withholds it.
    """
    return cell.what not in (*LEFT_OUT, *WHOLE) and (cell.what not in SIZES or cell.value < small_cell)


def gives_way(
    cell: Cell, hidden: set[Cell], counts: Mapping[tuple[Place, str], Cell], small_cell: int
) -> bool:
    """Say whether a count of a sensitivity analysis is hidden for the sake of its gap to the primary alone.

    Then its estimates stay, and its person-time does not: the primary analysis shows both, so that a rate
    tells roughly the count that is known roughly, and not how few events lie between the two.
    """
    if not is_sensitivity(cell.place) or cell.value < small_cell:
        return False
    primary = counts.get((cell.place._replace(analysis_set=PRIMARY), cell.what))
    return primary is not None and primary not in hidden


def few_uninformative(row: Row, small_cell: int) -> bool:
    """Say whether n and n_informative side by side tell of few who do not inform a ratio."""
    if row.get("n") is None or row.get("n_informative") is None:
        return False
    return is_small(row["n"] - row["n_informative"], small_cell)


def _blanks(row: Row, hidden: set[Cell], tied: set[Place], keys: set[str], small_cell: int) -> list[str]:
    """Return the columns of a row that must be blank, in the order of the dataset."""
    cells = cells_of(row)
    blank = {column for column, cell in cells.items() if cell in hidden}
    if blank & {"n", "clusters"}:
        blank |= {"n", "n_informative", "clusters", "df"}
        blank |= {"events"} if row["measure"] in SHARES else set()
        blank |= {"estimate"} if row["measure"] in NEAR_N else set()
    place = counted_at(place_of(row))
    if blank & {"n", "events"} and is_sensitivity(place):
        blank |= {"n_informative", "person_years"}
    if _is_tied(place, tied) and row["measure"] not in POOLED:
        blank |= {column for column in TIED if column not in cells or column in ("n_informative", "clusters")}
    if rests_on_uptake(row) and _is_tied(place._replace(outcome=UPTAKE, subgroup="all"), tied):
        blank |= set(STATED) if place.subgroup == "all" else set(NUMBERS)
    blank |= set(STATED) if row["key"] in keys else set()
    blank |= {"n_informative"} if few_uninformative(row, small_cell) else set()
    return [column for column in NUMBERS if column in blank and row.get(column) is not None]


def _resting_on(hidden: set[Cell], rows: Sequence[Row]) -> set[str]:
    """Return the keys of results from which a hidden number without the outcome could be computed."""
    missing = {cell.place for cell in hidden if cell.what == "missing_outcome"}
    places = ((row["key"], place_of(row)) for row in rows if rests_on_missing(row))
    return {key for key, place in places if _is_tied(place._replace(analysis_set=PRIMARY), missing)}


def _is_tied(place: Place, tied: set[Place]) -> bool:
    return any(place._replace(contrast=arm) in tied for arm in (place.contrast, *arms_of(place.contrast)))
