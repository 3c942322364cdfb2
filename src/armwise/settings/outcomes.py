"""The block `outcomes`: what is counted or measured in each window."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from armwise.settings.kinds import TEXT, Block, Day, Name, OneOrMore, Text, shape

# Measures that only those with enough visits have: described, not compared.
DESCRIBED = ("continuity", "providers")

Measure = Literal["count", "sum", "binary", "by_date", "continuous", "continuity", "providers"]

ColumnByWindow = Annotated[
    Annotated[Text, Tag("text")] | Annotated[dict[Name, Text], Tag("block")],
    Discriminator(lambda value: "block" if shape(value) == "block" else "text"),
]


class Outcome(Block):
    """One outcome: an event of the extracts, or a column of the participants."""

    label: Text | None = None
    """What readers see; the name in words by default."""

    measure: Annotated[Measure, TEXT]
    """count (events in the window), sum (of a number that each event has, see `of`), binary (any event, or a
    0/1 column), by_date (the event has happened by `date`), continuous (a column), or of visits: continuity
    (Bice-Boxerman index, of two visits or more) and providers (how many different ones, of one visit or
    more). The last two are described by arm and never compared: only some have a value."""

    event: Text | None = None
    """The event that is counted: inpatient_stay, ed_visit, observation_stay, outpatient_visit, covid_dose,
    influenza_dose, contact, death, or one of those under `events.declared`."""

    of: Text | None = None
    """The attribute of the event that a sum adds: length_of_stay (days of inpatient_stay and
    observation_stay, all of a stay that began in the window), or nyu_nonemergent and the other shares that
    the NYU classification gives an ed_visit. An event whose attribute is not known adds nothing."""

    where: dict[Text, OneOrMore] = Field(default={})
    """Attributes that an event must have to count, as {avoidable: true}; of a list of values it must have
    one, as {kind: [primary_care, telehealth]}."""

    date: Day | None = None
    """Last day, inclusive, of a by_date outcome; its window is called by_DATE."""

    column: ColumnByWindow | None = None
    """Column of the participants that holds the outcome; one per window if they differ."""

    exposure: ColumnByWindow | None = None
    """Column of the participants with the years at risk of a count."""

    followed: Text | None = None
    """Column of the participants with the days from randomization until the event, or until observation ended
    without it: the time at risk of a count of which the time is known, in place of `exposure`. Windows of so
    many months (of 30.4375 days) end it earlier."""

    event_days: list[Text] = Field(default=[])
    """Columns of the participants with the days on which events happened, empty where there were no more: of
    a count that can have several, in place of `column`, with `followed`."""

    died: Text | None = None
    """Column of the participants that is 1 where death ended `followed`: death competes with the event."""

    weight: ColumnByWindow | None = None
    """Column of the participants with an analysis weight for this outcome."""

    windows: list[Name] | None = None
    """The windows in which the outcome is analysed; all of them by default."""

    covariates: list[Name] | None = None
    """Covariates of this outcome, instead of those under `estimates`."""
