"""Time at risk, event counts and weights by sets of days, written from the rules and not from the package.

A day is a `date.toordinal()`. People are dicts: enrollments [(id, day, arm)], spans of coverage [(first,
last)], inclusive, died (day or None), events [day].
"""

from calendar import monthrange
from datetime import date
from itertools import pairwise
from math import prod
from typing import Any

FAR = date(2019, 12, 31).toordinal()  # no window reaches so far
Person = dict[str, Any]


def p_control(day: int) -> float:
    """Return the probability with which the lottery of a day assigned control."""
    return (0.5, 0.8, 0.25)[day % 3]


def months_later(day: int, months: int) -> int:
    """Return the day `months` calendar months later, or the last day of a month without that day."""
    of = date.fromordinal(day)
    year, month = divmod(of.year * 12 + of.month - 1 + months, 12)
    return date(year, month + 1, min(of.day, monthrange(year, month + 1)[1])).toordinal()


def window_of(randomized_on: int, window: dict[str, Any]) -> range:
    """Return the days of a window."""
    if "until" in window:
        first = date.fromisoformat(window["since"]).toordinal() if "since" in window else randomized_on
        return range(max(first, randomized_on), date.fromisoformat(window["until"]).toordinal() + 1)
    first = months_later(randomized_on, window.get("from_month", 0))
    return range(first, months_later(randomized_on, window.get("months") or window["to_month"]))


def covered_days(spans: list[tuple[int, int]], gap: int) -> set[int]:
    """Return the covered days, with gaps of up to `gap` days filled."""
    sent = sorted({day for first, last in spans for day in range(first, min(last, FAR) + 1)})
    filled = {day for a, b in pairwise(sent) if b - a - 1 <= gap for day in range(a, b)}
    return filled | set(sent)


def stretches(days: set[int]) -> list[tuple[int, int]]:
    """Return runs of days, [start, end)."""
    starts = sorted(day for day in days if day - 1 not in days)
    return list(zip(starts, sorted(day + 1 for day in days if day + 1 not in days), strict=True))


def run_from(day: int, days: set[int]) -> set[int]:
    """Return the days from `day` on until the first that is missing."""
    last = day
    while last in days:
        last += 1
    return set(range(day, last))


def seen_days(person: Person, randomized_on: int, how: dict[str, Any]) -> set[int]:
    """Return the days on or after randomization on which the plan sees the person."""
    if how["coverage"] == "ignore":
        return set(range(randomized_on, FAR + 1))
    covered = covered_days(person["spans"], how["gap_days"])
    died_covered = person["died"] in covered
    since = sorted(day for day in covered if day >= randomized_on)
    if since and since[0] - randomized_on <= how["gap_days"]:  # a gap at randomization is a gap as any other
        covered |= set(range(randomized_on, since[0]))
    days = {day for day in covered if day >= randomized_on}
    if how["coverage"] == "first_gap":
        days = run_from(randomized_on, covered)
    died = person["died"]
    if how["death"] == "ignore" and died_covered and (died < randomized_on or died in days):
        days = days | set(range(max(died, randomized_on), FAR + 1))
    return days


def weight_on(day: int, person: Person, enrollment: tuple[str, int, str]) -> float:
    """Return 1 over the probability of having been left a control by the later lotteries up to `day`."""
    _, randomized_on, arm = enrollment
    if arm != "control":
        return 1.0
    draws = [drawn for _, drawn, given in person["enrollments"] if given == "control"]
    return prod(1 / p_control(drawn) for drawn in draws if randomized_on < drawn <= day)


def taken_on(person: Person, enrollment: tuple[str, int, str]) -> int | None:
    """Return the day of the first later lottery that assigned a control another arm."""
    _, randomized_on, arm = enrollment
    later = [day for _, day, given in person["enrollments"] if day > randomized_on and given != "control"]
    return min(later, default=None) if arm == "control" else None


def followed(person: Person, enrollment: tuple[str, int, str], window: dict[str, Any], how: dict[str, Any]):
    """Return what is counted of one enrollment in one window."""
    _, randomized_on, _ = enrollment
    days = window_of(randomized_on, window)
    seen = seen_days(person, randomized_on, how)
    stops = {"end": days.stop}
    if how["death"] == "ends" and person["died"] is not None:
        stops["death"] = person["died"] + 1
    last_seen = max((day for day in seen if day < max(days.stop, randomized_on)), default=randomized_on - 1)
    if last_seen + 1 < days.stop:
        stops["coverage"] = last_seen + 1
    if how["through"] is not None:
        stops["data"] = how["through"] + 1
    taken = taken_on(person, enrollment) if how["later_lottery"] == "end_at_treatment" else None
    if taken is not None:
        stops["later_lottery"] = taken
    stop = min(stops.values())
    ended_by = next(reason for reason in stops if stops[reason] == stop)
    at_risk = [day for day in days if day in seen and day < stop]
    events = sorted(day for day in person["events"] if day in set(at_risk))
    weighted = how["later_lottery"] == "end_at_treatment"
    weights = {day: weight_on(day, person, enrollment) if weighted else 1.0 for day in at_risk}
    whole = len(at_risk) == max(0, min(days.stop, stop) - days.start)
    known = bool(days) and ended_by in ("end", "death") and whole
    taken_out = ended_by == "later_lottery" and not events
    decided = events[0] if events else max(stop, days.start) - 1
    return {
        "value": len(events),
        "days": len(at_risk),
        "weighted_value": sum(weights[day] for day in events),
        "weighted_days": sum(weights.values()),
        "first_day": events[0] - randomized_on if events else None,
        "ended_by": ended_by,
        "any": 1 if events else 0 if known else None,
        "any_weight": 0 if taken_out else weight_on(decided, person, enrollment) if weighted else 1,
    }


def analysed(people: list[Person], window: dict[str, Any], how: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is counted of each enrollment that an analysis is about."""
    only_first = how["later_lottery"] == "first_enrollment"
    return {
        enrollment[0]: followed(person, enrollment, window, how)
        for person in people
        for place, enrollment in enumerate(sorted(person["enrollments"], key=lambda of: (of[1], of[0])))
        if place == 0 or not only_first
    }
