"""Rules for what is counted, wherever settings name it: an outcome or uptake."""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from armwise.settings.checks.rule import Broken, given_sources, unlisted
from armwise.settings.kinds import YAML_1_1
from armwise.settings.known import EVENTS, VALUES, Event
from armwise.settings.tree import Path
from armwise.settings.validate import Understood

Wanted = bool | int | str | list[bool | int | str]
WORDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


class Counted(Protocol):
    """What names an event and the attributes that it must have."""

    event: str | None
    where: dict[str, Wanted]


def known_events(result: Understood) -> dict[str, Event]:
    """Return the events that outcomes can count: those of armwise, and those that the settings declare."""
    declared = result.settings.events.declared
    own = {name: Event(each.source, dict.fromkeys(each.attributes, str)) for name, each in declared.items()}
    return EVENTS | own


def event_is_known(result: Understood, path: Path, counted: Counted) -> Iterator[Broken]:
    """Yield what is wrong with an event: unknown, without its source, or with attributes it does not have."""
    if counted.event is None or result.is_unsure(("events", "declared", counted.event)):
        return
    events = known_events(result)
    event = events.get(counted.event)
    if event is None:
        yield unlisted((*path, "event"), counted.event, "event", events)
        return
    if event.source not in given_sources(result) and counted.event in EVENTS:
        wrong = f"`{counted.event}` comes from `{event.source}`, which is not under `data`"
        yield Broken((*path, "event"), wrong, f"declare `data.{event.source}`")
    for attribute, wanted in counted.where.items():
        here = (*path, "where", attribute)
        if attribute not in event.attributes:
            kind = f"attribute of {counted.event} called"
            yield unlisted(here, attribute, kind, event.attributes)._replace(of_key=True)
        else:
            yield from _of_another_type(here, wanted, event.attributes[attribute])
            yield from _unknown_values(here, wanted, VALUES.get((counted.event, attribute)))
            if attribute == "season":
                yield from _no_seasons(here, wanted)


def _unknown_values(path: Path, wanted: Wanted, known: Sequence[str] | None) -> Iterator[Broken]:
    """Yield the values that armwise never gives an attribute."""
    for here, value in _each(path, wanted):
        if known is not None and value not in known:
            yield unlisted(here, str(value), f"{path[-1]}", known)


def _no_seasons(path: Path, wanted: Wanted) -> Iterator[Broken]:
    """Yield the values that are no season: two years that follow each other, as 2018-19."""
    for here, value in _each(path, wanted):
        years = re.fullmatch(r"([0-9]{4})-([0-9]{2})", str(value))
        if not years or (int(years[1]) + 1) % 100 != int(years[2]):
            yield Broken(here, f"`{value}` is no season", "written as 2018-19")


def _each(path: Path, wanted: Wanted) -> Iterator[tuple[Path, bool | int | str]]:
    """Yield the value or the values of an attribute, each with its place."""
    if isinstance(wanted, list):
        yield from (((*path, index), value) for index, value in enumerate(wanted))
    else:
        yield path, wanted


def _of_another_type(path: Path, wanted: Wanted, expected: type) -> Iterator[Broken]:
    """Yield the values that an attribute cannot have; one of text is compared as text."""
    for here, value in _each(path, wanted):
        if expected is not str and type(value) is not expected:
            meant = YAML_1_1.get(str(value).lower(), "") if expected is bool else ""
            fix = f"write {meant}" if meant else ""
            yield Broken(here, f"`{path[-1]}` is {WORDS[expected]}, not `{value}`", fix)
