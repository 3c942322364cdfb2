"""Levels of a characteristic (`name=level` in the dataset) in the order in which readers expect them."""

from collections.abc import Iterable

SPLIT = "="


def in_order(levels: Iterable[str]) -> list[str]:
    """Return levels: numbers by size, words alphabetically, then other ones, then unknown ones."""
    return sorted(levels, key=lambda level: (_last(level), _number(level), level.casefold()))


def _last(level: str) -> int:
    word = level.casefold()
    return 2 if word.startswith(("missing", "unknown", "not known")) else 1 if word.startswith("other") else 0


def _number(level: str) -> float:
    """Return the number that a level is or starts with; words come after numbers."""
    first = level.replace("–", "-").replace("<", "-1 ").replace("≥", "").replace(">", "").split("-")
    head = first[0] if first[0].strip() else "-1"
    try:
        return float(head.split()[0])
    except (ValueError, IndexError):
        return float("inf")
