"""Levels of a characteristic (`name=level` in the dataset) in the order in which readers expect them."""

from collections.abc import Iterable

SPLIT = "="
DEGREES = {"none": 0, "low": 1, "mild": 1, "medium": 2, "moderate": 2, "high": 3, "severe": 3, "very high": 4}


def in_order(levels: Iterable[str]) -> list[str]:
    """Return levels: numbers by size, words alphabetically or by degree, other and unknown ones last."""
    found = list(levels)
    by_degree = {level.casefold() for level in found if not _last(level)} <= DEGREES.keys()
    return sorted(found, key=lambda level: (_last(level), _number(level), _word(level, by_degree)))


def _word(level: str, by_degree: bool) -> str:
    word = level.casefold()
    return str(DEGREES.get(word, word)) if by_degree else word


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
