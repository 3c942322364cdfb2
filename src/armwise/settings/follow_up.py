"""The block `follow_up`: how long before and after randomization events count."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from armwise.settings.kinds import TEXT, WHOLE_NUMBER, Block, Day, Name, Text, wrong


class BaselinePeriod(Block):
    """The time before randomization in which earlier events are counted."""

    months: Annotated[int, Field(ge=1, le=600), WHOLE_NUMBER] = 12
    """Length of the baseline period in calendar months."""


class Window(Block):
    """A stretch of follow-up, counted from the day of randomization.

    One of: `months: 6` = the first six calendar months; `from_month: 6, to_month: 12` = months 7 to 12;
    `until: "2021-09-30"` = through that day; nothing = the whole study, for data with one row per person.
    """

    months: Annotated[int, Field(ge=1, le=600), WHOLE_NUMBER] | None = None
    """Length in calendar months from randomization."""

    from_month: Annotated[int, Field(ge=0, le=600), WHOLE_NUMBER] | None = None
    """Start, in calendar months after randomization; needs to_month."""

    to_month: Annotated[int, Field(ge=1, le=600), WHOLE_NUMBER] | None = None
    """End (not included), in calendar months after randomization; needs from_month."""

    until: Day | None = None
    """Last calendar day of the window, inclusive, the same for everyone."""

    label: Text | None = None
    """What readers see; by default made from the length."""

    @model_validator(mode="before")
    @classmethod
    def _one_way_to_say_it(cls, value: Any) -> Any:
        given = {key for key in (value if isinstance(value, dict) else {}) if value[key] is not None}
        ways = [way for way in ("months", "until") if way in given]
        if given & {"from_month", "to_month"}:
            ways.append("from_month with to_month")
        if len(ways) > 1:
            raise wrong(f"a window has one length, and here are {' and '.join(ways)}", "keep one of them")
        if len(given & {"from_month", "to_month"}) == 1:
            raise wrong("from_month and to_month come together", "give both, or `months` alone")
        return value


class FollowUp(Block):
    """How long before and after randomization events count."""

    baseline: BaselinePeriod = Field(default_factory=BaselinePeriod)
    """The time before randomization in which earlier events are counted."""

    windows: dict[Name, Window] = Field(default={})
    """The stretches of follow-up that are analysed, by name."""

    later_lottery: Annotated[Literal["as_randomized", "first_enrollment"], TEXT] = "as_randomized"
    """What happens when a control is drawn again later: kept as randomized, or only the first enrollment of
    each person is analysed."""

    incomplete: Annotated[Literal["refuse", "censor"], TEXT] = "refuse"
    """What happens when a window ends after its source is complete: refuse to run, or end observation
    there for the enrollments concerned, which the report counts."""

    gap_days: Annotated[int, Field(ge=0, le=366), WHOLE_NUMBER] = 0
    """Longest gap in coverage, in days, that is bridged."""
