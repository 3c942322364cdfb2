"""What a rule says when it is broken, and the words that rules share."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from armwise.settings.explain import did_you_mean
from armwise.settings.tree import Path
from armwise.settings.validate import Understood


class Broken(NamedTuple):
    """A broken rule: where (path of the value, or of its key), what is wrong, and a fix."""

    path: Path
    wrong: str
    fix: str = ""
    of_key: bool = False


def unlisted(path: Path, word: str, kind: str, known: Iterable[str], else_: str = "") -> Broken:
    """Return that `word` is not among the `known` names of a kind, with the closest one, or all of them."""
    known = list(known)
    there = f"there {'is' if len(known) == 1 else 'are'}: {', '.join(known)}" if known else ""
    fix = did_you_mean(word, known) or "; ".join(part for part in (else_, there) if part)
    return Broken(path, f"there is no {kind} `{word}`", fix)


def all_listed(
    path: Path, words: Iterable[str], kind: str, known: Iterable[str] | None, else_: str = ""
) -> Iterator[Broken]:
    """Yield the items of a list that are not `known` (None: cannot be told), and those that stand twice."""
    words = list(words)
    for index, word in enumerate(words):
        if word in words[:index]:
            yield Broken((*path, index), f"`{word}` stands in this list twice", "keep one")
        elif known is not None and word not in known:
            yield unlisted((*path, index), word, kind, known, else_)


def one_row_per_person(result: Understood) -> bool | None:
    """Say whether the trial comes as one row per person; None when the settings do not tell."""
    if result.is_unsure(("data",)) and not result.settings.data.sources():
        return None
    given = given_sources(result)
    if ("participants" in given) == ("enrollment" in given):
        return None
    return "participants" in given


def given_sources(result: Understood) -> set[str]:
    """Return the names of the sources that the settings give, readable or not."""
    unreadable = {str(path[-1]) for path in result.unsure if _is_source(path)}
    return set(result.settings.data.sources()) | unreadable


def _is_source(path: Path) -> bool:
    return path[0] == "data" and (len(path) == 2 or (len(path) == 3 and path[1] == "records"))
