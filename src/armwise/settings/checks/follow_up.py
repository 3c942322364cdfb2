"""Rules for the block `follow_up`."""

from collections.abc import Iterator
from typing import Any

from armwise.settings.checks.events import known_events
from armwise.settings.checks.rule import Broken, given_sources, one_row_per_person
from armwise.settings.defaults import changes, windows_of
from armwise.settings.follow_up import FollowUp
from armwise.settings.tree import Path
from armwise.settings.validate import Understood

CENSOR = "end it earlier, or set `follow_up.incomplete: censor`"


def extracts_have_windows(result: Understood) -> Iterator[Broken]:
    """Events are counted in windows, so there is at least one."""
    windows = result.known("follow_up", "windows")
    in_windows = [name for name, each in result.settings.outcomes.items() if each.measure != "by_date"]
    if windows == [] and in_windows and one_row_per_person(result) is False:
        fix = "give at least one under `follow_up`, as windows: {12mo: {months: 12}}"
        yield Broken(
            ("follow_up", "windows"), f"no windows are declared, and `{in_windows[0]}` needs one", fix, True
        )


def windows_have_a_length(result: Understood) -> Iterator[Broken]:
    """A window of extracts says where it ends."""
    for name, window in result.settings.follow_up.windows.items():
        ends = (window.months, window.to_month, window.until)
        if one_row_per_person(result) is False and ends == (None, None, None):
            fix = "give `months`, `from_month` and `to_month`, or `until`"
            yield Broken(("follow_up", "windows", name), f"window `{name}` has no length", fix, True)


def windows_end_after_they_begin(result: Understood) -> Iterator[Broken]:
    """`to_month` comes after `from_month`."""
    for name, window in result.settings.follow_up.windows.items():
        begin, end = window.from_month, window.to_month
        if begin is not None and end is not None and begin >= end:
            wrong = f"window `{name}` ends at month {end}, and it begins at month {begin}"
            yield Broken(
                ("follow_up", "windows", name, "to_month"),
                wrong,
                "months 7 to 12 are {from_month: 6, to_month: 12}",
            )


def calendar_windows_end_after_they_begin(result: Understood) -> Iterator[Broken]:
    """`until` comes after `since`."""
    for name, window in result.settings.follow_up.windows.items():
        if window.since and window.until and window.since > window.until:
            wrong = f"window `{name}` ends on {window.until}, and it begins on {window.since}"
            yield Broken(("follow_up", "windows", name, "until"), wrong, "exchange the two days")


def sensitivities_change_something(result: Understood) -> Iterator[Broken]:
    """A sensitivity analysis differs from the primary one, and can be had from its cohort."""
    follow_up = result.settings.follow_up
    for name, each in follow_up.sensitivity.items():
        path = ("follow_up", "sensitivity", name)
        made = changes(each)
        if all(value == getattr(follow_up, key, "everyone") for key, value in made.items()):
            wrong = f"sensitivity analysis `{name}` is the same as the primary analysis"
            yield Broken(path, wrong, "change a choice in it, or remove it", True)
        if follow_up.later_lottery == "first_enrollment" and made.get("later_lottery") == "as_randomized":
            wrong = "the primary analysis leaves later enrollments out, and they cannot come back here"
            fix = "keep all in the primary analysis, and make `first_enrollment` the sensitivity analysis"
            yield Broken((*path, "later_lottery"), wrong, fix)


def choices_have_their_data(result: Understood) -> Iterator[Broken]:
    """What ends follow-up can be told from the extracts that are declared."""
    follow_up, given = result.settings.follow_up, given_sources(result)
    if one_row_per_person(result) is not False:
        for name in follow_up.sensitivity if one_row_per_person(result) else ():
            wrong = "with one row per person, what ends follow-up cannot be changed here"
            yield Broken(("follow_up", "sensitivity", name), wrong, "remove it", True)
        return
    chosen: dict[Path, dict[str, Any]] = {("follow_up",): changes_of(follow_up)}
    chosen |= {("follow_up", "sensitivity", name): changes(s) for name, s in follow_up.sensitivity.items()}
    for path, made in chosen.items():
        for key in COVERAGE_CHOICES & made.keys() if "coverage" not in given else ():
            yield Broken(
                (*path, key), f"`{key}` needs `coverage`, which is not under `data`", "declare it", True
            )
    if follow_up.baseline.outside == "leave_out" and "coverage" not in given:
        wrong = "nobody's coverage before randomization is known: `coverage` is not under `data`"
        yield Broken(("follow_up", "baseline", "outside"), wrong, "declare it, or remove `outside`", True)


COVERAGE_CHOICES = {"coverage", "gap_days", "partial_benefits", "among"}


def changes_of(follow_up: FollowUp) -> dict[str, str | int]:
    """Return the choices of the primary analysis about coverage that are not the defaults."""
    made = {key: getattr(follow_up, key) for key in sorted(COVERAGE_CHOICES - {"among"})}
    return {key: value for key, value in made.items() if value != FollowUp.model_fields[key].default}


def baseline_asks_one_thing(result: Understood) -> Iterator[Broken]:
    """The baseline period asks for continuous coverage or for a number of days."""
    period = result.settings.follow_up.baseline
    if period.min_days is not None and period.covered == "continuous":
        wrong = "`min_days` and `covered: continuous` both say what the baseline period asks of coverage"
        yield Broken(("follow_up", "baseline", "min_days"), wrong, "keep one of them", True)


def days_are_within_the_data(result: Understood) -> Iterator[Broken]:
    """A window until a day, and a by_date outcome, end while their source is complete."""
    settings = result.settings
    if settings.follow_up.incomplete == "censor":
        return
    for name, outcome in settings.outcomes.items():
        if outcome.measure == "by_date" and outcome.date:
            yield from _ends_late(result, name, outcome.date, ("outcomes", name, "date"), f"outcome `{name}`")
            continue
        for window in windows_of(settings, name):
            until = getattr(settings.follow_up.windows.get(window), "until", None)
            if until:
                path = ("follow_up", "windows", window, "until")
                yield from _ends_late(result, name, until, path, f"window `{window}`")


def _ends_late(
    result: Understood, outcome: str, day: str, path: tuple[str, ...], what: str
) -> Iterator[Broken]:
    for source in _sources_of(result, outcome):
        complete = getattr(result.settings.data.sources().get(source), "complete_through", None)
        if complete and day > complete:
            yield Broken(
                path, f"{what} ends on {day}, and `{source}` is complete through {complete} only", CENSOR
            )


def _sources_of(result: Understood, outcome: str) -> list[str]:
    """Return the source of an outcome's event, and coverage if that source is seen only while covered."""
    event = known_events(result).get(result.settings.outcomes[outcome].event or "")
    if event is None:
        return []
    source = result.settings.data.sources().get(event.source)
    return [event.source, *(["coverage"] if source and source.observed_while == "covered" else [])]


RULES = (
    extracts_have_windows,
    windows_have_a_length,
    windows_end_after_they_begin,
    calendar_windows_end_after_they_begin,
    sensitivities_change_something,
    choices_have_their_data,
    baseline_asks_one_thing,
    days_are_within_the_data,
)
