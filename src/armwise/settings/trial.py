"""The block `trial`: which trial this is, its arms, how they were drawn, and whether anybody may know."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from armwise.settings.kinds import (
    NUMBER,
    TEXT,
    WHOLE_NUMBER,
    Block,
    Identifier,
    Name,
    Text,
    YesNo,
    as_number,
    shape,
    shown,
    wrong,
)

Share = Annotated[float, Field(gt=0, lt=1), NUMBER]


def as_probability(value: Any) -> float | str:
    """Return `column`, or the probability that all arms have."""
    if value == "column":
        return "column"
    number = as_number(value)
    if not 0 < number < 1:
        raise wrong(f"a probability lies between 0 and 1, and {shown(value)} does not")
    return number


OfAll = Annotated[
    str | float,
    BeforeValidator(as_probability),
    WithJsonSchema(
        {"anyOf": [{"const": "column"}, {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}]}
    ),
]
Probability = Annotated[
    Annotated[OfAll, Tag("text")] | Annotated[dict[Name, Share], Tag("block")],
    Discriminator(lambda value: "block" if shape(value) == "block" else "text"),
]


class Assignment(Block):
    """How the arms were drawn. Weights, strata and the draws of randomization inference follow from it."""

    unit: Annotated[Literal["enrollment", "cluster"], TEXT] = "enrollment"
    """What was randomized: each enrollment by itself, or whole clusters (column cluster; a person where there
    is none)."""

    stratum: Annotated[Literal["column", "none"], TEXT] = "column"
    """Within which strata: those of the column stratum, or none: one draw over everyone, whatever the extract
    has in such a column."""

    probability: Probability = "column"
    """With which probability: that of the column assignment_probability (of the arm drawn), or what the
    protocol says for everyone, as 0.5 for all arms or {control: 0.75, offer: 0.25}."""


class Blinding(Block):
    """What keeps a blinded trial blind, and what opened it."""

    seed: Annotated[int, Field(ge=0), WHOLE_NUMBER] = 1
    """Seed of the shuffled assignments. They hang on the true ones as well, so that the seed alone gives
    nothing away."""

    reveals: list[Name] = Field(default=["contacts"])
    """Sources that tell who was offered what, as contacts of the program with those to whom it was offered:
    they are not read while the trial is blinded."""

    unblinded_because: Text | None = None
    """Why the trial is unblinded although its gate stays closed. The report prints it."""


class Trial(Block):
    """Which trial this is, and its arms."""

    id: Identifier
    """Short name of the trial: its results go to results/ID. Small letters, digits, _ and -."""

    title: Text
    """Title of the trial, as it heads the report."""

    registration: Text = "none"
    """Registry and number, as NCT04000074, or none."""

    synthetic: YesNo = False
    """Whether the data are made up; the report then says so on its first screen."""

    arms: dict[Name, Text]
    """The arms, at least two, in the order in which they are printed: the name that the data use, and the
    label that readers see."""

    reference: Name
    """The arm that the others are compared with."""

    assignment: Assignment = Field(default_factory=Assignment)
    """How the arms were drawn."""

    blinded: YesNo | None = None
    """true: assignments are shuffled within strata before anything is made of them, and every output says
    so. false: the trial was blinded and is opened now, if its gate lets it. Left out: it never was."""

    blinding: Blinding = Field(default_factory=Blinding)
    """What keeps a blinded trial blind, and what opened it."""
