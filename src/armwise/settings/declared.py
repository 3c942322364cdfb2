"""Events of one's own: settings that say which rows of a source make one."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from armwise.settings.kinds import TEXT, Block, Cell, Name, Text, shape

Cells = Annotated[
    Annotated[Cell, Tag("text")] | Annotated[list[Cell], Tag("list"), Field(min_length=1)],
    Discriminator(lambda value: "list" if shape(value) == "list" else "text"),
]
Chosen = Annotated[
    Annotated[dict[Text, Cells], Tag("block")] | Annotated[list[dict[Text, Cells]], Tag("list")],
    Discriminator(lambda value: "list" if shape(value) == "list" else "block"),
]


class Declared(Block):
    """An event of your own: which rows of a source make one, when it happened and what is known of it."""

    source: Text
    """The source whose rows make the event: one of your own under `data.records`, or utilization,
    vaccinations, contacts or deaths. Of claims, only the lines in force make events."""

    where: Chosen = Field(default={})
    """Rows that make the event: columns of the source, each with the value that it must have, or a list of
    values of which it must have one; `045*` is any value that begins with 045. A list of such blocks: a row
    fits when one of them fits."""

    unless: Chosen = Field(default={})
    """Rows that make none although `where` has them, written in the same way."""

    one_per: Annotated[Literal["record", "person_day", "span"], TEXT] | None = None
    """What counts once: each record (rows of a person that share a record_id, or a claim; where there is
    none, rows that agree in everything), each day of a person on which one began, or each span of a person,
    records that overlap or touch being joined. By default person_day for claims, record for all others."""

    starts_on: Text | None = None
    """The column with the day of the event, if it is not that of the source (occurred_on, from_date,
    given_on, contacted_on, died_on). Rows without a day make no event."""

    ends_on: Text | None = None
    """The column with the day on which the event ended, if it is not that of the source (ended_on,
    through_date)."""

    attributes: dict[Name, Text] = Field(default={})
    """What is kept of an event for `where` of an outcome: name, then column of the source. Of several rows
    that make one event it is that of the first."""


# The day of an event and of its end, by the contract of its source; None where there is no end.
DAYS: dict[str, tuple[str, str | None]] = {
    "utilization": ("from_date", "through_date"),
    "vaccinations": ("given_on", None),
    "contacts": ("contacted_on", None),
    "deaths": ("died_on", None),
    "records": ("occurred_on", "ended_on"),
}


def blocks(chosen: Mapping[str, Any] | list[Any]) -> list[dict[str, Any]]:
    """Return what `where` or `unless` asks for in one form: blocks of columns, each with a list of values."""
    given = chosen if isinstance(chosen, list) else [chosen] if chosen else []
    return [
        {column: values if isinstance(values, list) else [values] for column, values in block.items()}
        for block in given
    ]
