"""Which files are which source, and which of their columns are which: by their names and their values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from armwise.extracts.contracts import CONTRACTS, Column
from armwise.new import looks
from armwise.new.folder import Group
from armwise.new.profile import STORED_DATE, Profile
from armwise.new.shares import FEW, count_said, share_said
from armwise.new.spelling import best_alike, phrases, words_of

LIKELY = 0.8  # least share of a column's values that must look like what its name says


class Match(NamedTuple):
    """A column of the contract, the file's columns behind it, and what speaks for that."""

    theirs: tuple[str, ...]
    evidence: str
    score: float = 1.0


@dataclass
class Found:
    """One source in one group of files."""

    source: str
    group: Group
    columns: dict[str, Match]
    date_formats: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # what to look at, beside the path

    @property
    def score(self) -> float:
        """Return how much speaks for it."""
        return sum(match.score for match in self.columns.values()) + 0.3 * _named_so(self.group, self.source)

    def profile(self, column: str) -> Profile | None:
        """Return the profile of the one column behind a column of the contract."""
        match = self.columns.get(column)
        return self.group.columns[match.theirs[0]] if match and len(match.theirs) == 1 else None

    def columns_of(self, column: str) -> Profile:
        """Return the profile of the first column behind a column of the contract, which must be there."""
        return self.group.columns[self.columns[column].theirs[0]]

    @property
    def persons(self) -> Profile:
        """Return the column that names the person."""
        return self.columns_of("person_id")


# What a file must have to be taken for a source: all of the first, and one of the second.
NEEDED: dict[str, tuple[set[str], set[str]]] = {
    "enrollment": ({"arm"}, {"randomized_on", "assignment_probability", "stratum"}),
    "coverage": ({"coverage_start", "coverage_end"}, {"coverage_start"}),
    "utilization": ({"from_date"}, {"bill_type", "revenue_code", "procedure_code", "principal_diagnosis"}),
    "vaccinations": ({"given_on", "cvx"}, {"cvx"}),
    "contacts": ({"contacted_on"}, {"contacted_on"}),
    "deaths": ({"died_on"}, {"died_on"}),
    "eligible": ({"eligible_on"}, {"eligible_on"}),
}
# A word that the name of the file or of a column must have: the columns alone are too common.
OWN_WORDS = {
    "coverage": {"coverage", "enrollment", "payer", "plan", "product", "aid", "benefit"},
    "vaccinations": {"vaccine", "cvx"},
    "contacts": {"contact"},
    "eligible": {"screening"},
}
SPAN = ("coverage_start", "coverage_end")
# Words of columns that spans of coverage do not have.
FOREIGN = {"coverage": {"diagnosis", "procedure", "provider", "claim", "organization", "description"}}
FILE_WORDS = {
    "participants": {"arm", "randomization", "study"},
    "records": set(),
    "enrollment": {"randomization", "arm", "stratum"},
    "coverage": {"coverage"},
    "utilization": {"claim", "bill"},
    "vaccinations": {"vaccine"},
    "contacts": {"contact"},
    "deaths": {"death"},
    "eligible": {"screening"},
}


def found_sources(groups: list[Group], persons: dict[str, str]) -> tuple[dict[str, Found], list[Found]]:
    """Return each source where most speaks for it, and the further files that look like one of them."""
    candidates = [
        found
        for group in groups
        if group.key in persons
        for source in NEEDED
        if (found := _as_source(group, source, persons[group.key]))
    ]
    candidates.sort(key=lambda each: (-each.score, each.group.key, each.source))
    chosen: dict[str, Found] = {}
    further = []
    for each in candidates:
        taken = any(each.group is other.group for other in chosen.values())
        if each.source in chosen and not taken:
            further.append(each)
        elif each.source not in chosen and (not taken or each.source == "deaths"):
            chosen[each.source] = each
    used = [each.group for each in chosen.values()]
    return chosen, [each for each in further if not any(each.group is group for group in used)]


def one_table(groups: list[Group], chosen: dict[str, Found]) -> Found | None:
    """Return the file of a trial that comes as one row per person: it has arms, and stands alone.

    Enrollments that come with other extracts have a day of randomization.
    """
    others = chosen.keys() - {"enrollment", "deaths"}
    dated = "enrollment" in chosen and "randomized_on" in chosen["enrollment"].columns
    if others or dated:
        return None
    tables = [Found("participants", group, _columns(group, "participants", set())) for group in groups]
    with_arms = [each for each in tables if "arm" in each.columns]
    return max(with_arms, key=lambda each: each.score, default=None)


def _as_source(group: Group, source: str, person: str) -> Found | None:
    columns = {"person_id": matched("person_id", Column(), group.columns[person], 1.0)}
    columns |= _columns(group, source, {person})
    every, one = NEEDED[source]
    if not every <= columns.keys() or one.isdisjoint(columns):
        return None
    if not _named_as(group, source, columns):
        return None
    return Found(
        source, group, {name: columns[name] for name in CONTRACTS[source].columns if name in columns}
    )


def _named_as(group: Group, source: str, columns: dict[str, Match]) -> bool:
    """Say whether the names of the file and its columns allow the source."""
    if source not in OWN_WORDS:
        return True
    of_file = set(words_of(Path(group.name).stem))
    mapped = {word for match in columns.values() for word in words_of(match.theirs[0])}
    if source == "coverage" and any(re.search("eff|term", columns[name].theirs[0], re.I) for name in SPAN):
        of_file.add("coverage")  # what is effective and terminates
    every = {word for name in group.header for word in words_of(name)}
    looked_at = of_file | (every if source == "coverage" else mapped)
    return not OWN_WORDS[source].isdisjoint(looked_at) and FOREIGN.get(source, set()).isdisjoint(every)


def _columns(group: Group, source: str, taken: set[str]) -> dict[str, Match]:
    """Return the columns of a group as those of a source: the best agreement first, each used once."""
    ranked = sorted(_scored(group, source), key=lambda each: -each[0])
    columns: dict[str, Match] = {}
    used = set(taken)
    for score, name, theirs in ranked:
        if name not in columns and theirs not in used:
            used.add(theirs)
            column = CONTRACTS[source].columns[name]
            columns[name] = matched(name, column, group.columns[theirs], score)
    return columns


def _scored(group: Group, source: str) -> Iterator[tuple[float, str, str]]:
    for name, column in CONTRACTS[source].columns.items():
        if name == "person_id":
            continue
        for profile in group.columns.values():
            agreement = best_alike(profile.name, phrases(source).get(name, ()))
            agreement = 1.01 if profile.name.lower() == name else agreement
            if agreement and profile.filled:
                likely = likelihood(name, column, profile)
                if likely >= LIKELY:
                    yield agreement * likely, name, profile.name


def likelihood(name: str, column: Column, profile: Profile) -> float:
    """Return the share of the values that can be those of a column of the contract."""
    if column.type == "date":
        return profile.date_share
    if name == "participant_id":
        return 1.0 if profile.is_unique else 0.0
    if name == "arm":
        return 1.0 if _can_be_arms(profile) else 0.0
    if column.type == "binary":
        return profile.share(lambda value: value.lower() in ("0", "1", "true", "false"))
    if name.endswith("_id") or name == "stratum":
        return 1.0 - profile.date_share
    return profile.share(looks.looks_like(name))


def _can_be_arms(profile: Profile) -> bool:
    labels = profile.frequent(FEW + 1)
    return 2 <= len(labels) <= 8 and len(profile.counts) <= 20 and profile.date_share == 0


def matched(name: str, column: Column, profile: Profile, score: float = 1.0) -> Match:
    """Return a column of the contract with the file's column behind it, and what its values look like."""
    return Match((profile.name,), _evidence(name, column, profile), score)


def _evidence(name: str, column: Column, profile: Profile) -> str:
    """Say in shares and counts what the values of a column look like."""
    empty = profile.rows - profile.filled
    missing = f"; {share_said(empty, profile.rows)} empty" if empty else ""
    if column.type == "date":
        return _evidence_of_dates(profile) + missing
    if name in looks.CODES:
        matching = round(profile.share(looks.looks_like(name)) * profile.filled)
        return f"{share_said(matching, profile.filled)} look like {looks.WORDS[name]}{missing}"
    different = len(profile.counts)
    return f"{count_said(different) if name.endswith('_id') else different} different values{missing}"


def _evidence_of_dates(profile: Profile) -> str:
    formats = profile.date_formats()
    if STORED_DATE in formats:
        return "stored as dates"
    said = [
        f"{share_said(round(share * profile.filled), profile.filled)} are dates as {each}"
        for each, share in formats.items()
    ]
    return ", ".join(said)


def _named_so(group: Group, source: str) -> bool:
    return not FILE_WORDS[source].isdisjoint(words_of(Path(group.name).stem))
