"""Rules for the block `follow_up`."""

from collections.abc import Iterator

from armwise.settings.checks.events import known_events
from armwise.settings.checks.rule import Broken, one_row_per_person
from armwise.settings.defaults import windows_of
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
    days_are_within_the_data,
)
