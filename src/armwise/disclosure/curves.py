"""Points of a curve that lie too close: their difference is the small number of events between them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from armwise.disclosure.cells import CURVE_POINT, Row
from armwise.disclosure.suppress import is_small


def too_close(rows: Sequence[Row], small_cell: int) -> set[str]:
    """Return the keys of points to hide, so that 0 or at least `small_cell` events lie between the others.

    The events between two points are about the difference of the means times those at risk. The last point
    of each curve stays.
    """
    return {row["key"] for curve in _curves(rows) for row in _thinned(curve, small_cell)}


def _curves(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the points of each curve in the order of time; windows are `d` and the day."""
    curves: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["measure"] == CURVE_POINT and row["estimate"] is not None and row["n"]:
            parts = ("analysis_set", "outcome", "subgroup", "contrast", "measure", "method")
            curves[tuple(row[part] for part in parts)].append(row)
    for curve in curves.values():
        yield sorted(curve, key=lambda row: int(row["window"].removeprefix("d")))


def _thinned(curve: Sequence[Row], small_cell: int) -> Iterator[Row]:
    kept = curve[-1]
    for row in reversed(curve[:-1]):
        if is_small((kept["estimate"] - row["estimate"]) * row["n"], small_cell) and row["estimate"]:
            yield row
        else:
            kept = row
