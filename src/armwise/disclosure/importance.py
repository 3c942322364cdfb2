"""Which counts matter most: of those that would do, the one that matters least is hidden."""

from collections.abc import Mapping, Sequence

from armwise.disclosure.cells import Place

# From what matters most to what matters least: parts of a place, and the values that they may have.
Order = Sequence[Mapping[str, Sequence[str]]]


class Importance:
    """The ranks of places by the first line of an order that they agree with; others come last."""

    def __init__(self, order: Order = ()) -> None:
        self.order = order
        self.known: dict[Place, int] = {}

    def rank(self, place: Place) -> int:
        """Return the rank of a place: 0 matters most."""
        if place not in self.known:
            self.known[place] = self._rank(place)
        return self.known[place]

    def _rank(self, place: Place) -> int:
        for rank, line in enumerate(self.order):
            if all(getattr(place, part) in values for part, values in line.items()):
                return rank
        return len(self.order)
