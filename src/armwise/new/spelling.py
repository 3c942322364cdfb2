"""Names of columns taken apart into words: MBR_NBR, MemberId and memberid are all `member id`."""

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

DATA = ("words.csv", "names.csv")

PASSED_OVER = {"of", "the", "in", "on", "at", "for", "is", "was"}
BESIDE_THE_POINT = {
    "claim",
    "service",
    "line",
    "member",
    "coverage",
    "code",
    "study",
    "vaccine",
    "year",
    "time",
}
NAMED_ALIKE = 0.6  # least agreement of a column's name with a phrase


@cache
def words_of(header: str) -> tuple[str, ...]:
    """Return the words of a column's name, each in one spelling, in their order."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    parts = re.findall(r"[A-Za-z]+|[0-9]+", apart)
    plain = [word for part in parts for word in _known_words(part.lower())]
    return tuple(word.lstrip("0") or "0" for word in plain if word not in PASSED_OVER)


@cache
def alike(header: str, phrase: str) -> float:
    """Return from 0 to 1 how well a column's name agrees with a phrase, both as words without an order.

    Words that a name has beyond the phrase count less where they only repeat what the file is about, as
    `claim` in CLM_FROM_DT.
    """
    said, meant = set(words_of(header)), set(phrase.split())
    beside = (said - meant) & BESIDE_THE_POINT
    together = (said | meant) - beside
    if not said or not meant:
        return 0.0
    return max(len(said & meant) / len(together) - 0.05 * len(beside), 0.0)


def best_alike(header: str, phrases: Iterable[str]) -> float:
    """Return the best agreement with any of several phrases, the earlier first; 0 below NAMED_ALIKE."""
    scores = [alike(header, phrase) - 0.002 * rank for rank, phrase in enumerate(phrases)]
    best = max(scores, default=0.0)
    return best if best >= NAMED_ALIKE else 0.0


@cache
def phrases(source: str) -> dict[str, list[str]]:
    """Return what plans call the columns of a source: the contract's name, then phrases."""
    return {
        row["column"]: [phrase.strip() for phrase in row["phrases"].split(";")]
        for row in _rows("names.csv")
        if row["source"] == source
    }


def _known_words(part: str) -> list[str]:
    """Return a run of letters as known words, or as it is: `memberid` is member and id."""
    spelled = _spellings()
    singular = part.removesuffix("s")
    split = next(([one] for one in (part, singular) if one in spelled), None) or _split(part)
    return [word for one in split for word in spelled[one].split()] or [part]


def _split(part: str) -> list[str]:
    """Return the longest known words that make up `part`; nothing when some letters are left over."""
    if not part:
        return []
    for length in range(len(part), 1, -1):
        if part[:length] in _spellings():
            rest = _split(part[length:])
            if rest or length == len(part):
                return [part[:length], *rest]
    return []


@cache
def _spellings() -> dict[str, str]:
    return {spelling: row["word"] for row in _rows("words.csv") for spelling in row["written"].split()}


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
