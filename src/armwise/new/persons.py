"""Which column of each file names the person: by its name, and by the values that it shares with others."""

from collections.abc import Iterator
from dataclasses import dataclass

from armwise.new.folder import Group
from armwise.new.profile import Profile
from armwise.new.shares import FEW
from armwise.new.spelling import best_alike, words_of

NAMES = ("member id", "member")
OF_OTHERS = {"claim", "provider", "facility", "line", "group", "name", "birth", "date", "code", "status"}


@dataclass(frozen=True)
class Candidate:
    """A column that may name the person, and what speaks for it."""

    group: Group
    profile: Profile
    named: float
    linked: int = 0  # files that have a column with the same values

    @property
    def score(self) -> float:
        """Return what speaks for the column."""
        return self.named + 0.3 * self.linked


def person_columns(groups: list[Group]) -> dict[str, str]:
    """Return by key of the group the column that names the person; groups without one are left out."""
    candidates = {group.key: list(_candidates(group)) for group in groups}
    chosen = {}
    for group in groups:
        others = [each for key, each in candidates.items() if key != group.key]
        judged = [_linked(each, others) for each in candidates[group.key]]
        judged = [each for each in judged if each.named >= 0.6 or each.linked]
        if judged:
            chosen[group.key] = max(judged, key=lambda each: each.score).profile.name
    return chosen


def share_found(of: Profile, among: Profile) -> float:
    """Return the share of the different values of one column that stand in another."""
    return len(of.counts.keys() & among.counts.keys()) / len(of.counts) if of.counts else 0.0


def _candidates(group: Group) -> Iterator[Candidate]:
    for profile in group.columns.values():
        words = set(words_of(profile.name))
        named = best_alike(profile.name, NAMES)
        if named and words.isdisjoint(OF_OTHERS):
            yield Candidate(group, profile, named)
        elif "id" in words and words.isdisjoint(OF_OTHERS):
            yield Candidate(group, profile, 0.4)


def _linked(candidate: Candidate, others: list[list[Candidate]]) -> Candidate:
    linked = sum(any(_share_values(candidate, other) for other in columns) for columns in others)
    return Candidate(candidate.group, candidate.profile, candidate.named, linked)


def _share_values(one: Candidate, other: Candidate) -> bool:
    """Say whether two columns have values in common, allowing for files that were read in part."""
    fewer, more = sorted((one.profile, other.profile), key=lambda each: len(each.counts))
    if len(fewer.counts) <= FEW:
        return False
    least = 0.3 if one.group.whole and other.group.whole else 0.05
    return share_found(fewer, more) >= least


def written_as(profile: Profile) -> list[str]:
    """Return the shapes of identifiers that a tenth of them have, as "9 digits" or "1 letter, 8 digits"."""
    shapes: dict[str, int] = {}
    for value in profile.counts:
        shapes[_shape(value)] = shapes.get(_shape(value), 0) + 1
    least = max(len(profile.counts) / 10, FEW + 1)
    return sorted(shape for shape, values in shapes.items() if values >= least)


def _shape(value: str) -> str:
    kinds = ["digit" if letter.isdigit() else "letter" if letter.isalpha() else "sign" for letter in value]
    runs: list[tuple[str, int]] = []
    for kind, previous in zip(kinds, ["", *kinds], strict=False):
        runs = [*runs[:-1], (kind, runs[-1][1] + 1)] if kind == previous else [*runs, (kind, 1)]
    return ", ".join(f"{many} {kind}{'s' if many > 1 else ''}" for kind, many in runs)
