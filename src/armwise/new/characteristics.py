"""Baseline characteristics: the columns of the enrollments that say nothing about randomization itself."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from armwise.new.arms import in_name
from armwise.new.looks import is_number
from armwise.new.profile import Profile
from armwise.new.shares import FEW, share_said
from armwise.new.sources import Found
from armwise.new.spelling import best_alike, words_of
from armwise.settings.known import KEY_WORDS, OURS

DATA = ("baseline.csv",)

LEVELS = 20  # more labels than this are no category
# What names or finds a person, or says how they were drawn, is no characteristic.
PERSONAL = {"id", "name", "address", "zip", "phone", "email", "provider", "claim", "date", "death", "birth"}
PERSONAL |= {
    "lat",
    "lon",
    "passport",
    "drivers",
    "cohort",
    "maiden",
    "middle",
    "prefix",
    "suffix",
    "probability",
}
SEX = {
    **dict.fromkeys(("M", "m", "MALE", "1"), "Male"),
    **dict.fromkeys(("F", "f", "FEMALE", "2"), "Female"),
    **dict.fromkeys(("U", "u", "UNK", "UNKNOWN", "9", "0"), "Unknown"),
    **dict.fromkeys(("X", "O", "OTHER"), "Other"),
}


@dataclass(frozen=True)
class Characteristic:
    """One characteristic: its name, label, type and column, and how the file's values read in words."""

    name: str
    label: str
    type: str
    column: str
    evidence: str
    values: dict[str, str] = field(default_factory=dict)
    coded: bool = False  # whether its labels say nothing to a reader


def characteristics(enrollment: Found) -> list[Characteristic]:
    """Return the characteristics that the file of the enrollments carries, the well-known ones first."""
    used = {name for ours, match in enrollment.columns.items() if ours != "stratum" for name in match.theirs}
    free = [profile for name, profile in enrollment.group.columns.items() if name not in used]
    known = list(_known(free))
    if "birth_date" in enrollment.columns and "age" not in [each.name for each in known]:
        birth = enrollment.columns["birth_date"].theirs[0]
        known.insert(0, Characteristic("age", "Age, y", "number", "age", f"computed from {birth}"))
    taken = {each.column for each in known} | set(enrollment.columns["arm"].theirs)
    names = {each.name for each in known}
    others = [each for profile in free if profile.name not in taken if (each := _other(profile, names))]
    return known + [each for each in others if each.name not in names]


def not_used(enrollment: Found, found: list[Characteristic]) -> list[str]:
    """Return the columns of the enrollments that nothing uses."""
    used = {name for match in enrollment.columns.values() for name in match.theirs}
    used |= {each.column for each in found}
    return [name for name in enrollment.group.header if name not in used]


def _known(free: list[Profile]) -> Iterator[Characteristic]:
    taken: set[str] = set()
    for name, (label, phrases) in _well_known().items():
        scored = [
            (best_alike(each.name, phrases), each)
            for each in free
            if each.name not in taken and _type(each) and set(words_of(each.name)).isdisjoint({"description"})
        ]
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if score and best is not None and (name != "age" or _type(best) == "number"):
            taken.add(best.name)
            values = _sexes(best) if name == "sex" else {}
            coded = not values and _is_coded(best)
            yield Characteristic(name, label, _type(best), best.name, _evidence(best), values, coded)


def _other(profile: Profile, taken: set[str]) -> Characteristic | None:
    """Return a column as a characteristic of its own name; None for what names or finds a person."""
    name = in_name(profile.name)
    if name in OURS | KEY_WORDS | taken or not PERSONAL.isdisjoint(words_of(profile.name)):
        return None
    kind = _type(profile)
    if not kind:
        return None
    return Characteristic(name, "", kind, profile.name, _evidence(profile), coded=_is_coded(profile))


def _type(profile: Profile) -> str:
    """Return the type of a characteristic; nothing for a column that cannot be one."""
    labels = profile.frequent(FEW + 1)
    if profile.filled == 0 or profile.date_share > 0.5:
        return ""
    if set(profile.counts) <= {"0", "1"} and len(labels) == 2:
        return "binary"
    if profile.share(is_number) == 1.0:
        return "number" if len(profile.counts) > 12 and not profile.is_unique else _category(profile, labels)
    return _category(profile, labels)


def _is_coded(profile: Profile) -> bool:
    """Say whether the labels of a category are numbers or single letters."""
    return _type(profile) == "category" and all(
        len(label) == 1 or is_number(label) for label in profile.counts
    )


def _category(profile: Profile, labels: list[str]) -> str:
    covered = sum(profile.counts[label] for label in labels)
    few = len(profile.counts) <= LEVELS and len(labels) >= 2 and covered >= 0.9 * profile.filled
    return "category" if few else ""


def _sexes(profile: Profile) -> dict[str, str]:
    """Return the words for M, F and U; nothing where a value is none of these."""
    frequent = profile.frequent(FEW + 1)
    known = {value: SEX.get(value) or SEX.get(value.upper(), "") for value in frequent}
    if "" in known.values() or all(value == word for value, word in known.items()):
        return {}
    return {value: word for value, word in known.items() if value != word}


def _evidence(profile: Profile) -> str:
    empty = profile.rows - profile.filled
    missing = f"; {share_said(empty, profile.rows)} empty" if empty else ""
    if _type(profile) == "number":
        return f"numbers{missing}"
    return f"{len(profile.counts)} different values{missing}"


@cache
def _well_known() -> dict[str, tuple[str, list[str]]]:
    text = files(__package__).joinpath("baseline.csv").read_text(encoding="utf-8")
    return {
        row["name"]: (row["label"], [phrase.strip() for phrase in row["phrases"].split(";")])
        for row in csv.DictReader(text.splitlines())
    }
