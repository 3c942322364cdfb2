"""The block `roles`: which result answers the trial's question. Changing a role refits nothing."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from armwise.settings.kinds import TEXT, Block, Name, wrong


class Primary(Block):
    """The one result that the trial was made for."""

    outcome: Name
    """The primary outcome."""

    window: Name | None = None
    """Its window; may be left out when there is only one."""

    @field_validator("outcome", mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        if isinstance(value, list):
            raise wrong(
                "several primary outcomes need a multiplicity rule, and there is none yet",
                "name one, and put the others under `secondary`",
            )
        return value


class Roles(Block):
    """Which result answers the trial's question."""

    primary: Primary
    """The one primary outcome and its window."""

    secondary: list[Name] = Field(default=[])
    """Outcomes that come next, in the order of the report."""

    multiplicity: Annotated[Literal["holm", "hochberg", "benjamini_hochberg", "westfall_young"], TEXT] = (
        "holm"
    )
    """How P values of secondary outcomes are adjusted together: holm, hochberg (for tests that depend
    positively), benjamini_hochberg (false discovery rate) or westfall_young (by the draws of
    `estimates.randomization`, which take account of the dependence of the tests)."""

    analysis: Annotated[Literal["adjusted", "unadjusted"], TEXT] | None = None
    """The analysis that counts; adjusted when there are covariates."""
