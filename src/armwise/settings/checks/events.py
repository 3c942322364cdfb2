"""Rules for what is counted, wherever settings name it: an outcome or uptake."""

from collections.abc import Iterator
from typing import Protocol

from armwise.settings.checks.rule import Broken, given_sources, unlisted
from armwise.settings.kinds import YAML_1_1
from armwise.settings.known import EVENTS
from armwise.settings.tree import Path
from armwise.settings.validate import Understood

WORDS: dict[type, str] = {bool: "true or false", int: "a whole number", str: "text"}


class Counted(Protocol):
    """What names an event and the attributes that it must have."""

    event: str | None
    where: dict[str, bool | int | str]


def event_is_known(result: Understood, path: Path, counted: Counted) -> Iterator[Broken]:
    """Yield what is wrong with an event: unknown, without its source, or with attributes it does not have."""
    if counted.event is None:
        return
    event = EVENTS.get(counted.event)
    if event is None:
        yield unlisted((*path, "event"), counted.event, "event", EVENTS)
        return
    if event.source not in given_sources(result):
        wrong = f"`{counted.event}` comes from `{event.source}`, which is not under `data`"
        yield Broken((*path, "event"), wrong, f"declare `data.{event.source}`")
    for attribute, value in counted.where.items():
        here = (*path, "where", attribute)
        if attribute not in event.attributes:
            kind = f"attribute of {counted.event} called"
            yield unlisted(here, attribute, kind, event.attributes)._replace(of_key=True)
        elif type(value) is not event.attributes[attribute]:
            expected = event.attributes[attribute]
            if expected is not str:
                yield _of_another_type(here, value, expected)


def _of_another_type(path: Path, value: bool | int | str, expected: type) -> Broken:
    meant = YAML_1_1.get(str(value).lower(), "") if expected is bool else ""
    fix = f"write {meant}" if meant else ""
    return Broken(path, f"`{path[-1]}` is {WORDS[expected]}, not `{value}`", fix)
