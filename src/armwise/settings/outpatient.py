"""What an outpatient visit is."""

from typing import Annotated, Literal

from pydantic import Field

from armwise.settings.kinds import TEXT, Block, Text

Group = Literal["office", "home", "preventive", "consultation", "clinic", "remote", "behavioral"]
Kind = Literal["behavioral_health", "primary_care", "specialty"]


class OutpatientVisit(Block):
    """Which claim lines are outpatient visits, and of what kind."""

    codes: list[Annotated[Group, TEXT]] = Field(
        default=["office", "home", "preventive", "consultation", "clinic", "remote", "behavioral"]
    )
    """The groups of procedure codes that make a visit; codes/outpatient.csv lists them. remote is by
    telephone or in writing."""

    further_codes: dict[Annotated[Kind, TEXT], list[Text]] = Field(default={})
    """Further procedure codes, or their beginnings, that make a visit of a kind, as {primary_care:
    [G9001]}."""

    places: list[Text] = Field(default=[])
    """Places of service (CMS) where a visit can be, instead of those of codes/outpatient.csv; a line without
    a place counts too."""

    one_per: Annotated[Literal["provider_day", "person_day"], TEXT] = "provider_day"
    """What counts once: each provider whom a person saw on a day, or each day of a person."""

    without_specialty: Annotated[Literal["unclassified", "primary_care", "specialty"], TEXT] = "unclassified"
    """The kind of an office visit of which neither the provider's specialty nor code nor place tells it."""
