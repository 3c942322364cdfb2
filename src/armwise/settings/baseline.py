"""The block `baseline`: the characteristics that table 1, covariates and subgroups name."""

from typing import Annotated, Literal

from armwise.settings.kinds import TEXT, Block, Text, YesNo


class Characteristic(Block):
    """One baseline characteristic."""

    label: Text | None = None
    """What readers see; the name in words by default."""

    type: Annotated[Literal["number", "category", "binary"], TEXT]
    """number (mean and SD), category (percentages) or binary (0 or 1)."""

    column: Text | None = None
    """Column of the extract; by default the one of the same name."""

    spline: YesNo = False
    """Whether a number enters models as a restricted cubic spline instead of a line."""
