"""What a source needs and no column of its own says: worked out from other columns, with a doubt."""

import re
from functools import partial

from armwise.new import looks
from armwise.new.profile import Profile
from armwise.new.sources import LIKELY, Found, Match
from armwise.new.spelling import best_alike, words_of

MOST_DAYS = 60  # different days of randomization that can be cohorts
COHORT, TIER = (
    ("cohort", "cohort id", "cohort date", "cohort month"),
    ("risk tier", "tier", "risk group", "risk level"),
)


def mend(found: Found) -> None:
    """Add columns to a source that stand for those that are missing."""
    if found.source == "enrollment":
        _stratum(found)
        _enrollment_id(found)
    if found.source == "utilization":
        _through_date(found)
        _other_diagnoses(found)


def _stratum(enrollment: Found) -> None:
    """Make the stratum of cohort and tier where no column says it."""
    if "stratum" in enrollment.columns:
        return
    day = enrollment.profile("randomized_on")
    free = [each for each in enrollment.group.columns.values() if each.filled and each is not day]
    cohort = _best(free, COHORT)
    monthly = day.name if day and 2 <= len(day.counts) <= MOST_DAYS else ""
    parts = [part for part in (cohort or monthly, _best(free, TIER)) if part]
    if parts:
        said = f"LOOK: no column says the stratum, so this is {' x '.join(parts)}"
        enrollment.columns["stratum"] = Match(tuple(parts), said)


def _enrollment_id(enrollment: Found) -> None:
    """Make the id of the enrollment of the person's, and of the day where a person has several."""
    if "enrollment_id" in enrollment.columns:
        return
    person, day = enrollment.persons, enrollment.profile("randomized_on")
    if person.is_unique:
        enrollment.columns["enrollment_id"] = Match(
            (person.name,), "no id of its own, and a person has one row"
        )
    elif day:
        said = "LOOK: no id of its own, so this is person and day: a person may have one row a day"
        enrollment.columns["enrollment_id"] = Match((person.name, day.name), said)


def lost_zeros(claims: Found) -> list[str]:
    """Return the columns whose codes have lost their leading zeros, as after a spreadsheet has had them."""
    profiles = {name: claims.profile(name) for name in claims.columns}
    return [
        name
        for name, profile in profiles.items()
        if profile and profile.matching(partial(looks.lost_zero, name))
    ]


def _through_date(claims: Found) -> None:
    """Take the one day of service for the last as well."""
    if "through_date" not in claims.columns:
        day = claims.columns["from_date"].theirs
        claims.columns["through_date"] = Match(
            day, "LOOK: no last day of service, so this is the first as well"
        )


def _other_diagnoses(claims: Found) -> None:
    """Take all further columns of diagnoses together."""
    used = {
        name for ours, match in claims.columns.items() if ours != "other_diagnoses" for name in match.theirs
    }
    further = [
        profile.name
        for profile in claims.group.columns.values()
        if profile.name not in used and _is_further_diagnosis(profile)
    ]
    if further:
        claims.columns["other_diagnoses"] = Match(tuple(further), "further diagnoses, by name and values")


def _is_further_diagnosis(profile: Profile) -> bool:
    words = set(words_of(profile.name))
    numbered = any(re.fullmatch("[0-9]+", word) for word in words) or "other" in words
    about = "diagnosis" in words and words.isdisjoint({"admission", "poa", "indicator", "type", "version"})
    return numbered and about and profile.share(looks.looks_like("other_diagnoses")) >= LIKELY


def _best(profiles: list[Profile], phrases: tuple[str, ...]) -> str:
    scored = [(best_alike(each.name, phrases), each.name) for each in profiles if len(each.counts) > 1]
    score, name = max(scored, default=(0.0, ""), key=lambda pair: pair[0])
    return name if score else ""
