"""The block `report`: how results are shown and what must be hidden."""

from typing import Annotated, Literal

from pydantic import Field

from armwise.settings.kinds import TEXT, WHOLE_NUMBER, Block, FilePath, Text, YesNo


class Report(Block):
    """How results are shown and what must be hidden."""

    style: Annotated[Literal["annals", "jama", "nejm", "bmj"], TEXT] = "annals"
    """The journal whose way with numbers is followed: digits of P values, thousands, limits of intervals."""

    small_cell: Annotated[int, Field(ge=11), WHOLE_NUMBER] = 11
    """Counts from 1 up to one below this number are hidden, and whatever would give them away."""

    data_are_public: YesNo = False
    """Whether the data are published already: then nothing is hidden, and the report says so."""

    data_citation: Text | None = None
    """Where the public data are published; needed with data_are_public."""

    earlier_releases: list[FilePath] = Field(default=[])
    """Folders of results of this trial that are out already, as published/ID: what they show cannot be hidden
    again, so that more is hidden elsewhere, and no two releases can be subtracted."""
