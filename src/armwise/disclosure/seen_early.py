"""How few of a level were observed for a while and analysed: what numbers lost and analysed tell together.

The lost are those left out of the analysis, and those who were observed for a while and count in it.
Whoever knows how many have the level, how many of them were analysed and how many were lost, knows how many
the latter are. No one count is the sum of others here, so that no sum can guard it.
"""

from collections.abc import Iterable, Iterator

from armwise.disclosure.cells import Cell, Place
from armwise.disclosure.sums import LOST, PRIMARY


def seen_early(cells: Iterable[Cell]) -> Iterator[tuple[Cell, float]]:
    """Yield the number lost of each level of an arm, with how many of them were analysed all the same."""
    found = {(cell.place, cell.what): cell.value for cell in cells}
    for (place, what), lost in found.items():
        if place.analysis_set == LOST and what == "events" and "=" in place.subgroup:
            of_all = Place("randomized", place.subgroup, "baseline", "all", place.contrast)
            level = found.get((of_all, "count"))
            analysed = found.get((place._replace(analysis_set=PRIMARY), "n"))
            if level is not None and analysed is not None:
                yield Cell(place, what, lost), lost - (level - analysed)
