"""The block `roles`: which result answers the trial's question. Changing a role refits nothing."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from armwise.settings.kinds import TEXT, Block, Name, shape, wrong


class Primary(Block):
    """A result that the trial was made for."""

    outcome: Name
    """A primary outcome."""

    window: Name | None = None
    """Its window; may be left out when there is only one."""

    @field_validator("outcome", mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        if isinstance(value, list):
            raise wrong(
                "a primary outcome has a window of its own, and several need a rule",
                "list them with it, as primary: [{outcome: a}, {outcome: b}], and add a `primary_rule`",
            )
        return value


Primaries = Annotated[
    Annotated[Primary, Tag("block")] | Annotated[list[Primary], Tag("list"), Field(min_length=1)],
    Discriminator(lambda value: "list" if shape(value) == "list" else "block"),
]


class Roles(Block):
    """Which result answers the trial's question."""

    primary: Primaries
    """The primary outcome and its window; or a list of such blocks, which needs a `primary_rule`."""

    primary_rule: (
        Annotated[Literal["all_must_succeed", "holm", "hochberg", "westfall_young"], TEXT] | None
    ) = None
    """What several primary outcomes prove: all_must_succeed (each is tested at the full level, and the trial
    succeeds only if all do), or how their P values are adjusted together, each then standing for itself."""

    secondary: list[Name] = Field(default=[])
    """Outcomes that come next, in the order of the report."""

    multiplicity: Annotated[Literal["holm", "hochberg", "benjamini_hochberg", "westfall_young"], TEXT] = (
        "holm"
    )
    """How P values of secondary outcomes are adjusted together: holm, hochberg (for tests that depend
    positively), benjamini_hochberg (false discovery rate) or westfall_young (by the draws of
    `estimates.randomization`, which take account of the dependence of the tests)."""

    interactions: Annotated[Literal["unadjusted", "holm", "hochberg", "benjamini_hochberg"], TEXT] = (
        "unadjusted"
    )
    """How P values of tests of interaction are adjusted together: all subgroup variables (and arms) of one
    outcome are a family. Without it they keep their own."""

    analysis: Annotated[Literal["adjusted", "unadjusted"], TEXT] | None = None
    """The analysis that counts; adjusted when there are covariates."""

    @property
    def primaries(self) -> list[Primary]:
        """The primary outcomes, of which there is mostly one."""
        return self.primary if isinstance(self.primary, list) else [self.primary]
