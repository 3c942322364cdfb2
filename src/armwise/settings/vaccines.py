"""What a dose of a vaccine is, and what completes its series."""

from typing import Annotated, Literal

from pydantic import Field

from armwise.settings.kinds import WHOLE_NUMBER, Block, Cell

Days = Annotated[int, Field(ge=0, le=3650), WHOLE_NUMBER]
Tolerance = Annotated[int, Field(ge=1, le=90), WHOLE_NUMBER]


class PrimarySeries(Block):
    """What completes a primary series with one product."""

    doses: Annotated[Literal[1, 2], WHOLE_NUMBER]
    """The doses of the series."""

    least_days: Days = 24
    """The least days between two doses of the product, days of grace taken off."""


class CovidDose(Block):
    """What a dose of a COVID-19 vaccine is."""

    duplicate_days: Tolerance = 1
    """Records of a person that follow each other within fewer days are one dose, on the first of them: 1 =
    those of one day, 14 = a tolerance of two weeks for dates that registries have differently."""

    series: dict[Cell, PrimarySeries] = Field(default={})
    """Products beyond those authorized here in 2021 (CVX 207, 208, 212, 217) that complete a primary series,
    as {213: {doses: 2}} for doses of an unknown product."""

    booster_after_one_dose: Days = 52
    """The least days from a series of one dose to a booster: eight weeks, less four days of grace."""

    booster_after_two_doses: Days = 146
    """The least days from the second of two doses to a booster: five months, less four days of grace."""


class InfluenzaDose(Block):
    """What a dose of an influenza vaccine is."""

    duplicate_days: Tolerance = 1
    """Records of a person that follow each other within fewer days are one dose: 1 = those of one day."""

    season_starts_in: Annotated[int, Field(ge=1, le=12), WHOLE_NUMBER] = 7
    """The month with which a season begins."""
