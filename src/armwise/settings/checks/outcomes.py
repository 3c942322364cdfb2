"""Rules for the block `outcomes`."""

from collections.abc import Iterator

from armwise.settings.checks.events import event_is_known, known_events
from armwise.settings.checks.rule import Broken, all_listed, one_row_per_person, unlisted
from armwise.settings.defaults import windows_of
from armwise.settings.known import Event
from armwise.settings.outcomes import DESCRIBED, Outcome
from armwise.settings.validate import Understood

OF_PARTICIPANTS = ("column", "exposure", "followed", "event_days", "died", "weight")


def there_is_an_outcome(result: Understood) -> Iterator[Broken]:
    """A trial has an outcome."""
    if result.known("outcomes") == []:
        yield Broken(
            ("outcomes",),
            "no outcomes are declared",
            "as {admissions: {event: inpatient_stay, measure: count}}",
            True,
        )


def events_are_known(result: Understood) -> Iterator[Broken]:
    """Events, their sources and their attributes exist."""
    for name, outcome in result.settings.outcomes.items():
        if one_row_per_person(result) is False:
            yield from event_is_known(result, ("outcomes", name), outcome)


def outcomes_fit_the_data(result: Understood) -> Iterator[Broken]:
    """Extracts give events, one row per person gives columns."""
    by_person = one_row_per_person(result)
    if by_person is None:
        return
    needed, kind = (
        ("column", "data with one row per person") if by_person else ("event", "data that come as extracts")
    )
    misplaced = ("event", "where", "date") if by_person else OF_PARTICIPANTS
    for name, outcome in result.settings.outcomes.items():
        for key in misplaced:
            if getattr(outcome, key):
                wrong = f"`{key}` has no meaning with {kind}"
                yield Broken(("outcomes", name, key), wrong, f"an outcome has its `{needed}` here", True)
        if getattr(outcome, needed) is None and not outcome.event_days:
            yield Broken(
                ("outcomes", name), f"outcome `{name}` has no `{needed}`, which {kind} need", of_key=True
            )


def times_of_participants_fit(result: Understood) -> Iterator[Broken]:
    """The days of a count are those of events within a time of observation, and stand in no other key."""
    for name, outcome in result.settings.outcomes.items():
        path = ("outcomes", name)
        for key in ("event_days", "died"):
            if getattr(outcome, key) and outcome.followed is None:
                wrong = f"`{key}` needs `followed`: the column with the days until observation ended"
                yield Broken((*path, key), wrong, "name it as `followed`", True)
        for key, other in (("followed", "exposure"), ("event_days", "column")):
            if getattr(outcome, key) and getattr(outcome, other):
                wrong = f"`{key}` takes the place of `{other}`"
                yield Broken((*path, other), wrong, "keep one of them", True)
        if outcome.followed and outcome.measure != "count":
            fix = "remove it, or call the outcome a count"
            yield Broken((*path, "followed"), "`followed` belongs to a count", fix, True)


def measures_have_what_they_need(result: Understood) -> Iterator[Broken]:
    """A day belongs to by_date, time at risk to counts, a continuous measure to a column."""
    for name, outcome in result.settings.outcomes.items():
        if not result.is_unsure(("outcomes", name, "measure")):
            yield from _of_measure(name, outcome)


def _of_measure(name: str, outcome: Outcome) -> Iterator[Broken]:
    path = ("outcomes", name)
    if outcome.measure == "by_date" and outcome.date is None:
        yield Broken(
            path, f"outcome `{name}` is measured by a date and has none", 'add date: "2021-09-30"', True
        )
    if outcome.measure == "by_date" and outcome.windows is not None:
        yield Broken((*path, "windows"), "a by_date outcome has its own window", "remove `windows`", True)
    if outcome.measure == "by_date" and outcome.column is not None:
        yield Broken((*path, "measure"), "by_date needs an event, not a column", "call it binary")
    if outcome.measure != "by_date" and outcome.date is not None:
        yield Broken(
            (*path, "date"), f"`date` has no meaning for a {outcome.measure} outcome", "call it by_date", True
        )
    if outcome.measure != "count" and outcome.exposure is not None:
        yield Broken(
            (*path, "exposure"),
            "`exposure` belongs to a count",
            "remove it, or call the outcome a count",
            True,
        )
    if outcome.measure in DESCRIBED and outcome.column is not None:
        yield Broken((*path, "measure"), f"{outcome.measure} is told from visits", "call it continuous")
    if outcome.measure == "sum" and outcome.column is not None:
        yield Broken((*path, "measure"), "a sum adds what events have", "call a column continuous or a count")
    if outcome.measure == "continuous" and outcome.event is not None:
        yield Broken((*path, "measure"), "events are counted, not continuous", "call it count or binary")


def sums_add_numbers(result: Understood) -> Iterator[Broken]:
    """A sum names a number that its events have, and nothing else does."""
    events = known_events(result)
    for name, outcome in result.settings.outcomes.items():
        event = events.get(outcome.event or "")
        if outcome.measure != "sum" and outcome.of is not None:
            wrong = f"`of` has no meaning for a {outcome.measure} outcome"
            yield Broken(("outcomes", name, "of"), wrong, "call it a sum, or remove it", True)
        elif outcome.measure == "sum" and event is not None:
            yield from _of_sum(name, outcome, event)


def _of_sum(name: str, outcome: Outcome, event: Event) -> Iterator[Broken]:
    numbers = [attribute for attribute, kind in event.attributes.items() if kind in (int, float)]
    if not numbers:
        wrong = f"`{outcome.event}` has no attribute that is a number, which a sum adds"
        yield Broken(("outcomes", name, "measure"), wrong, "call it count or binary")
    elif outcome.of is None:
        fix = f"as of: {numbers[-1] if 'length_of_stay' not in numbers else 'length_of_stay'}"
        yield Broken(("outcomes", name), f"outcome `{name}` is a sum and does not say of what", fix, True)
    elif outcome.of not in numbers:
        kind = f"number among the attributes of {outcome.event} called"
        yield unlisted(("outcomes", name, "of"), outcome.of, kind, numbers)


def visits_have_providers(result: Understood) -> Iterator[Broken]:
    """Continuity of care is told from events whose provider is known."""
    events = known_events(result)
    for name, outcome in result.settings.outcomes.items():
        event = events.get(outcome.event or "")
        if outcome.measure in DESCRIBED and event and "provider_id" not in event.attributes:
            wrong = f"`{outcome.event}` has no provider_id, of which {outcome.measure} is told"
            fix = "count outpatient_visit, or keep provider_id under its `attributes`"
            yield Broken(("outcomes", name, "event"), wrong, fix)


def windows_are_declared(result: Understood) -> Iterator[Broken]:
    """The windows of an outcome are windows of the follow-up."""
    known = result.known("follow_up", "windows")
    if known == [] and one_row_per_person(result):
        known = ["study"]
    for name, outcome in result.settings.outcomes.items():
        yield from all_listed(("outcomes", name, "windows"), outcome.windows or (), "window", known)
        if outcome.windows == []:
            yield Broken(
                ("outcomes", name, "windows"), "this list is empty", "remove it to analyse all windows", True
            )
        for key in ("column", "exposure", "weight"):
            by_window = getattr(outcome, key)
            if isinstance(by_window, dict) and known is not None:
                yield from _one_column_per_window(result, name, key, by_window, known)


def _one_column_per_window(
    result: Understood, name: str, key: str, by_window: dict[str, str], known: list[str]
) -> Iterator[Broken]:
    path = ("outcomes", name, key)
    for window in by_window:
        if window not in known:
            yield unlisted((*path, window), window, "window", known)._replace(of_key=True)
    lacking = [window for window in windows_of(result.settings, name) if window not in by_window]
    if lacking and set(by_window) <= set(known):
        wrong = f"`{key}` names no column for window {', '.join(f'`{window}`' for window in lacking)}"
        yield Broken(path, wrong, f"add it, or list the windows of `{name}` under `windows`", True)


RULES = (
    there_is_an_outcome,
    events_are_known,
    outcomes_fit_the_data,
    times_of_participants_fit,
    measures_have_what_they_need,
    sums_add_numbers,
    visits_have_providers,
    windows_are_declared,
)
