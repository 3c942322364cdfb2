"""Values that `armwise new` left to be filled in: refused, each at its place."""

from collections.abc import Iterator
from typing import Any

from armwise.settings.problems import Place, Problem
from armwise.settings.tree import BlockNode, ListNode

TO_FILL_IN = "TO FILL IN"


def without_unfilled(tree: BlockNode, problems: list[Problem]) -> list[Problem]:
    """Return `problems` with those about a value to be filled in replaced by one that says so."""
    unfilled = dict(_unfilled(tree))
    others = [each for each in problems if each.place not in unfilled]
    return others + [Problem(place, f"{name} is still to be filled in") for place, name in unfilled.items()]


def _unfilled(node: Any, name: str = "") -> Iterator[tuple[Place, str]]:
    """Yield the places of values that are to be filled in, each with the name of its key."""
    if isinstance(node, BlockNode):
        for key, value in node.items():
            yield from _judged(value, node.value_places[key], f"`{key}`")
    elif isinstance(node, ListNode):
        for value, place in zip(node, node.places, strict=True):
            yield from _judged(value, place, name)


def _judged(value: Any, place: Place, name: str) -> Iterator[tuple[Place, str]]:
    if value == TO_FILL_IN:
        yield place, name
    else:
        yield from _unfilled(value, name)
