"""Files of what else happened to a person on a day, and files with characteristics of persons."""

from pathlib import Path

from armwise.extracts.contracts import CONTRACTS
from armwise.new.arms import in_name
from armwise.new.folder import Group
from armwise.new.looks import is_number
from armwise.new.profile import Profile
from armwise.new.shares import FEW
from armwise.new.sources import LIKELY, Found, Match, matched
from armwise.new.spelling import best_alike, words_of
from armwise.settings.data import STANDARD

RECORDS = "records"
OF_PERSONS = {"birth", "death"}  # days that a person has once
MOST_LABELS = 20
WELL_KNOWN = ("birth date", "birth", "sex", "race", "ethnicity", "race ethnicity", "language", "risk tier")


def records_in(groups: list[Group], persons: dict[str, str]) -> dict[str, Found]:
    """Return by a name of their own the files whose rows name a person and a day."""
    found: dict[str, Found] = {}
    for group in groups:
        days = [each for each in group.columns.values() if _is_day(each)]
        if group.key in persons and days:
            columns = _columns(group, persons[group.key], days)
            found[_free_name(group, found)] = Found(RECORDS, group, columns)
    return found


def attributes(found: Found) -> dict[str, str]:
    """Return what may tell the records of a file apart: its columns of few labels, by a name for each."""
    used = {name for match in found.columns.values() for name in match.theirs}
    free = [each for each in found.group.columns.values() if each.name not in used]
    return {in_name(each.name): each.name for each in free if _has_few_labels(each)}


def _has_few_labels(profile: Profile) -> bool:
    shared = sum(profile.counts[label] for label in profile.frequent(FEW + 1))
    several = 2 <= len(profile.counts) <= MOST_LABELS and shared >= LIKELY * profile.filled
    return several and not _is_amount(profile)


def _is_amount(profile: Profile) -> bool:
    return profile.share(is_number) == 1.0 and any("." in value for value in profile.counts)


def with_characteristics(groups: list[Group]) -> list[tuple[Group, list[str]]]:
    """Return the files with two or more characteristics of persons, and the names of these columns."""
    told = [(group, [name for name in group.header if best_alike(name, WELL_KNOWN)]) for group in groups]
    return [(group, names) for group, names in told if len(names) > 1]


def _is_day(profile: Profile) -> bool:
    return profile.date_share >= LIKELY and OF_PERSONS.isdisjoint(words_of(profile.name))


def _columns(group: Group, person: str, days: list[Profile]) -> dict[str, Match]:
    """Return person, day and, where two columns are called so, the day on which it ended."""
    starts = next((each for each in days if "start" in words_of(each.name)), days[0])
    ends = next((each for each in days if "end" in words_of(each.name) and each is not starts), None)
    named = {"person_id": group.columns[person], "occurred_on": starts}
    if ends:
        named["ended_on"] = ends
    contract = CONTRACTS[RECORDS].columns
    return {name: matched(name, contract[name], profile) for name, profile in named.items()}


def _free_name(group: Group, found: dict[str, Found]) -> str:
    stem = in_name(Path(group.name.replace("*", "")).name.partition(".")[0])
    name = f"{stem}_records" if stem in {*STANDARD, RECORDS} else stem
    return name if name not in found else f"{name}_{len(found) + 1}"
