"""In which formats a source writes its dates, and whether day and month can be told apart."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from armwise.extracts.contracts import CONTRACTS
from armwise.new.looks import mirrored
from armwise.new.profile import STORED_DATE, Profile, told_apart
from armwise.new.shares import FEW
from armwise.new.sources import Found

OPEN_YEARS = range(2101, 9999)  # years that stand for an open end, beside 9999
USUAL = "%Y-%m-%d"


def settle_dates(sources: Iterable[Found]) -> None:
    """Note in each source the formats of its dates, and a doubt where day and month cannot be told apart."""
    sources = list(sources)
    seen = {each for found in sources for profile in date_columns(found) for each in _certain(profile)}
    for found in sources:
        formats = [_settled(each, seen) for each in _formats(found)]
        found.date_formats = list(dict.fromkeys(formats))
        found.doubts += [doubt for each in found.date_formats if (doubt := _doubt(each, seen))]


def _doubt(date_format: str, seen: set[str]) -> str:
    """Say what can be wrong with a format of dates; nothing where it is sure."""
    if mirrored(date_format) and date_format not in seen:
        other = mirrored(date_format)
        return f"no day above 12: its dates could as well be {other} as {date_format} (date_format)"
    if "%y" in date_format:
        return f"years of two digits ({date_format}): up to 68 they are read as of this century, births too"
    return ""


def date_columns(found: Found) -> list[Profile]:
    """Return the columns of a source that hold dates."""
    contract = CONTRACTS[found.source].columns
    dated = [name for name in found.columns if contract[name].type == "date"]
    return [profile for name in dated if (profile := found.profile(name))]


def open_ends(found: Found) -> dict[str, str]:
    """Return what spans write for an open end, where it is not 9999-12-31, and how to write that instead."""
    profile = found.profile("coverage_end")
    if profile is None:
        return {}
    return dict(_open_ends(profile, [USUAL if each == STORED_DATE else each for each in found.date_formats]))


def _open_ends(profile: Profile, formats: list[str]) -> Iterator[tuple[str, str]]:
    for value in profile.frequent(FEW + 1):
        for date_format in formats:
            try:
                day = datetime.strptime(value, date_format)
            except ValueError:
                continue
            if day.year in OPEN_YEARS:
                yield value, day.replace(year=9999, month=12, day=31).strftime(date_format)


def _formats(found: Found) -> list[str]:
    """Return the formats of all date columns of a source, those of most columns first."""
    columns: dict[str, int] = {}
    for profile in date_columns(found):
        for each in profile.date_formats():
            columns[each] = columns.get(each, 0) + 1
    return sorted(columns, key=lambda each: -columns[each])


def _certain(profile: Profile) -> Iterator[str]:
    """Yield the formats in which some of the dates can only be read in one order of day and month."""
    for each in profile.date_formats():
        if each != STORED_DATE and told_apart(profile, each) > 0:
            yield each


def _settled(date_format: str, seen: set[str]) -> str:
    """Return the order of day and month that other columns of the folder have, where one does not tell."""
    other = mirrored(date_format)
    return other if other and other in seen and date_format not in seen else date_format
