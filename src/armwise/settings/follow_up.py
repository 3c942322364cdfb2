"""The block `follow_up`: how long before and after randomization events count."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from armwise.settings.kinds import TEXT, WHOLE_NUMBER, Block, Day, Name, Text, wrong


class BaselinePeriod(Block):
    """The time before randomization in which earlier events are counted."""

    months: Annotated[int, Field(ge=1, le=600), WHOLE_NUMBER] = 12
    """Length of the baseline period in calendar months."""

    covered: Annotated[Literal["any", "continuous"], TEXT] = "any"
    """What the period asks of coverage: any covered day, or all days (gaps of up to gap_days are bridged).
    Who has it is marked in the cohort as covered_before, a characteristic that `baseline` may name."""

    min_days: Annotated[int, Field(ge=1, le=36600), WHOLE_NUMBER] | None = None
    """What the period asks of coverage instead: at least so many covered days."""

    outside: Annotated[Literal["flag", "leave_out"], TEXT] = "flag"
    """What happens to enrollments without that coverage: they stay, marked, or the analysis leaves them out,
    which the flow diagram counts."""


class Window(Block):
    """A stretch of follow-up, counted from the day of randomization.

    One of: `months: 6` = the first six calendar months; `from_month: 6, to_month: 12` = months 7 to 12;
    `until: "2021-09-30"` = through that day, with `since: "2021-01-01"` from that day or the day of
    randomization on, whichever comes later; nothing = the whole study, for data with one row per person.
    """

    months: Annotated[int, Field(ge=1, le=600), WHOLE_NUMBER] | None = None
    """Length in calendar months from randomization."""

    from_month: Annotated[int, Field(ge=0, le=600), WHOLE_NUMBER] | None = None
    """Start, in calendar months after randomization; needs to_month."""

    to_month: Annotated[int, Field(ge=1, le=600), WHOLE_NUMBER] | None = None
    """End (not included), in calendar months after randomization; needs from_month."""

    until: Day | None = None
    """Last calendar day of the window, inclusive, the same for everyone."""

    since: Day | None = None
    """First calendar day of the window; needs until."""

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
        if "since" in given and "until" not in given:
            raise wrong("`since` begins a window that ends on a calendar day", "add `until`")
        return value


Coverage = Annotated[Literal["first_gap", "all_covered_days", "ignore"], TEXT]
PartialBenefits = Annotated[Literal["count", "not_covered"], TEXT]
Death = Annotated[Literal["ends", "ignore"], TEXT]
Later = Annotated[Literal["as_randomized", "first_enrollment", "end_at_treatment"], TEXT]
Among = Annotated[Literal["everyone", "covered_baseline", "covered_window", "covered_both"], TEXT]
GapDays = Annotated[int, Field(ge=0, le=366), WHOLE_NUMBER]


class Sensitivity(Block):
    """One sensitivity analysis: what it changes about the end of follow-up; the rest is as in the primary."""

    label: Text | None = None
    """What readers see; by default made from the choices."""

    coverage: Coverage | None = None
    """See follow_up.coverage."""

    gap_days: GapDays | None = None
    """See follow_up.gap_days."""

    partial_benefits: PartialBenefits | None = None
    """See follow_up.partial_benefits."""

    death: Death | None = None
    """See follow_up.death."""

    later_lottery: Later | None = None
    """See follow_up.later_lottery."""

    among: Among | None = None
    """Whom the analysis is about: everyone, or those who were covered throughout the baseline period, the
    window (until death) or both. Coverage after randomization may depend on the arm, so a restriction to it
    compares no longer what was randomized: read it beside the primary analysis."""


class FollowUp(Block):
    """How long before and after randomization events count, and what ends the time at risk."""

    baseline: BaselinePeriod = Field(default_factory=BaselinePeriod)
    """The time before randomization in which earlier events are counted."""

    windows: dict[Name, Window] = Field(default={})
    """The stretches of follow-up that are analysed, by name."""

    coverage: Coverage = "first_gap"
    """What coverage does to outcomes of sources that are observed while covered: time at risk ends at the
    first gap longer than gap_days; or all covered days of the window count, before and after gaps; or
    coverage plays no part."""

    gap_days: GapDays = 0
    """Longest gap in coverage, in days, that is bridged."""

    partial_benefits: PartialBenefits = "count"
    """Whether days count as covered on which the coverage extract flags partial benefits or another payer:
    care on such days may be invisible. Flagged enrollments are marked in the cohort either way."""

    death: Death = "ends"
    """Death ends the time at risk; or (ignore) time goes on without events to the end of the window, for
    those who were covered when they died."""

    later_lottery: Later = "as_randomized"
    """What happens when a control is drawn again later: kept as randomized; only the first enrollment of each
    person is analysed; or follow-up ends when a later lottery assigns another arm, and days after a lottery
    that did not are weighted by the inverse of the known probability of that."""

    incomplete: Annotated[Literal["refuse", "censor"], TEXT] = "refuse"
    """What happens when a window ends after its source is complete: refuse to run, or end observation
    there for the enrollments concerned, which the report counts."""

    sensitivity: dict[Name, Sensitivity] = Field(default={})
    """Sensitivity analyses by name: the choices above that each changes, as
    {all_covered: {coverage: all_covered_days}}. Each is an analysis set of its own beside the primary."""
