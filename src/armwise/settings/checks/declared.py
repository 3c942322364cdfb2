"""Rules for events of one's own, under `events.declared`."""

from collections.abc import Iterator

from armwise.settings.checks.rule import Broken, given_sources, one_row_per_person, unlisted
from armwise.settings.data import contract_name
from armwise.settings.declared import DAYS, Declared, blocks
from armwise.settings.known import COLUMNS, DATES, EVENT_WORDS, EVENTS, OF_EVERY_EVENT
from armwise.settings.tree import Path
from armwise.settings.validate import Understood

BLOCK: Path = ("events", "declared")
OURS = OF_EVERY_EVENT | {"enrollment_id"}


def names_are_free(result: Understood) -> Iterator[Broken]:
    """No event of one's own has the name of another event."""
    taken = {name.lower(): name for name in [*EVENTS, *EVENT_WORDS]}
    for name in result.known(*map(str, BLOCK)) or ():
        first = taken.setdefault(name.lower(), name)
        if first in EVENTS:
            wrong = f"`{first}` is an event that armwise derives itself"
            yield Broken((*BLOCK, name), wrong, "choose another name", True)
        elif first != name or name in EVENT_WORDS:
            yield Broken((*BLOCK, name), f"the name `{first}` is taken already", "choose another name", True)


def sources_are_declared(result: Understood) -> Iterator[Broken]:
    """The rows of an event come from a source that can have some."""
    known = [name for name in given_sources(result) if contract_name(name) in DAYS]
    for name, event in result.settings.events.declared.items():
        path = (*BLOCK, name, "source")
        if one_row_per_person(result):
            wrong = "events have no meaning with one row per person"
            yield Broken((*BLOCK, name), wrong, "an outcome has its `column` here", True)
        elif event.source in given_sources(result) and event.source not in known:
            wrong = f"`{event.source}` holds nothing that happened on a day"
            yield Broken(path, wrong, f"there are: {', '.join(sorted(known))}" if known else "")
        elif event.source not in known:
            fix = f"declare it as data.records.{event.source}"
            yield unlisted(path, event.source, "source", sorted(known), fix)


def columns_are_carried(result: Understood) -> Iterator[Broken]:
    """The columns that an event names are in the contract of its source; its days are days."""
    for name, event in result.settings.events.declared.items():
        known = COLUMNS.get(event.source, ()) if contract_name(event.source) == event.source else None
        if known is None or event.source not in DAYS:
            continue
        for path, column in columns_named(event):
            days = path[0] in ("starts_on", "ends_on")
            if column not in (DATES[event.source] if days else known):
                kind = f"{'day' if days else 'column'} in the contract of `{event.source}` called"
                broken = unlisted((*BLOCK, name, *path), column, kind, DATES[event.source] if days else known)
                yield broken._replace(of_key=path[0] in ("where", "unless"))


def columns_named(event: Declared) -> Iterator[tuple[Path, str]]:
    """Yield the columns of its source that an event names, each with its path in the block of the event."""
    for key in ("where", "unless"):
        chosen = getattr(event, key)
        for index, block in enumerate(chosen if isinstance(chosen, list) else [chosen]):
            for column in block:
                yield ((key, index, column) if isinstance(chosen, list) else (key, column)), column
    for key in ("starts_on", "ends_on"):
        if getattr(event, key):
            yield (key,), getattr(event, key)
    for attribute, column in event.attributes.items():
        yield ("attributes", attribute), column


def attributes_overwrite_nothing(result: Understood) -> Iterator[Broken]:
    """No attribute has the name of a column that every event has."""
    for name, event in result.settings.events.declared.items():
        for attribute in event.attributes:
            if attribute in OURS:
                wrong = f"`{attribute}` is a column that every event has"
                path = (*BLOCK, name, "attributes", attribute)
                yield Broken(path, wrong, "choose another name", True)


def stars_stand_last(result: Understood) -> Iterator[Broken]:
    """A `*` stands for the rest of a value, and so at its end."""
    for name, event in result.settings.events.declared.items():
        for key in ("where", "unless"):
            for block in blocks(getattr(event, key)):
                for value in (value for values in block.values() for value in values):
                    if "*" in value[:-1] or value == "*":
                        wrong = f"`{value}`: a `*` stands for the rest of a value, behind its beginning"
                        yield Broken((*BLOCK, name, key), wrong, "as 045* for 0450 to 0459")


RULES = (
    names_are_free,
    sources_are_declared,
    columns_are_carried,
    attributes_overwrite_nothing,
    stars_stand_last,
)
