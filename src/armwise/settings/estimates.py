"""The block `estimates`: what the models adjust for, and how sure they are."""

from typing import Annotated, Literal

from pydantic import Field

from armwise.settings.kinds import NUMBER, TEXT, WHOLE_NUMBER, Block, Name, OneOrMore, Text, YesNo

# How standard errors are corrected, clustered or row by row: the names of clubSandwich and sandwich.
Correction = Annotated[Literal["CR0", "CR1", "CR1S", "CR2", "CR3", "HC0", "HC1", "HC2", "HC3"], TEXT]


class Uptake(Block):
    """What counts as having taken up the offer: an event in the window, or a column of the participants."""

    event: Text | None = None
    """The event that counts as uptake, as contact."""

    where: dict[Text, OneOrMore] = Field(default={})
    """Attributes that the event must have; of a list of values it must have one."""

    column: Text | None = None
    """Column of the participants: 1 = took up the offer."""

    label: Text = "Engaged"
    """What readers see."""


class Randomization(Block):
    """Randomization inference: the arms are drawn again as they were drawn."""

    draws: Annotated[int, Field(ge=99, le=1_000_000), WHOLE_NUMBER] = 10_000
    """How many times; the smallest P value is 1 over one more."""

    seed: Annotated[int, Field(ge=0), WHOLE_NUMBER] = 1
    """Seed of the draws."""


class SpecificationCurve(Block):
    """Reasonable analyses of an outcome, every combination of the choices below: does the answer hang on
    one of them? What is planned is always among the choices; combinations that make no sense are left out."""

    outcomes: list[Name] = Field(default=[])
    """Outcomes with a curve; the primary one by default."""

    scale: Annotated[Literal["ratio", "difference"], TEXT] = "ratio"
    """The effect that is shown; of continuous outcomes it is always the difference."""

    windows: list[Name] = Field(default=[])
    """Windows in which the outcomes are analysed; all of theirs by default."""

    follow_up: list[Name] | None = None
    """Sensitivity analyses of `follow_up.sensitivity`, beside the primary one; all of them by default."""

    covariates: dict[Name, list[Name]] = Field(default={})
    """Sets of covariates by name, as {demographics: [age, sex]}, beside `unadjusted` and the outcome's own,
    `adjusted`."""

    models: list[
        Annotated[
            Literal[
                "negative_binomial",
                "least_squares",
                "interacted",
                "over_control_mean",
                "gee",
                "modified_poisson",
            ],
            TEXT,
        ]
    ] = Field(default=[])
    """Models beside the planned one, see `other_models`. Least squares gives a ratio as that of its means."""

    standard_errors: list[Correction] = Field(default=[])
    """Corrections of standard errors beside `standard_error`."""


class CensoringWeights(Block):
    """Those who stayed stand for those who were lost: weights by the inverse probability of staying."""

    covariates: list[Name] | None = None
    """Baseline characteristics that explain who stays; without it those of `estimates.covariates`."""

    truncate: Annotated[float, Field(gt=0.5, lt=1), NUMBER] | None = None
    """Quantile of the weights, as 0.99, that larger ones are set to; without it none is."""


class Estimates(Block):
    """What the models adjust for, and how sure they are."""

    covariates: list[Name] = Field(default=[])
    """Baseline characteristics, or baseline_OUTCOME counts, that the adjusted models hold."""

    missing_baseline: Annotated[Literal["impute", "drop"], TEXT] = "impute"
    """What happens to a missing baseline value in adjusted models: the mean, or a category of its own, takes
    its place and an indicator marks it; or the enrollment is left out, as some published analyses do."""

    subgroups: list[Name] = Field(default=[])
    """Baseline characteristics whose levels get an effect each."""

    other_models: list[
        Annotated[
            Literal[
                "negative_binomial",
                "least_squares",
                "interacted",
                "over_control_mean",
                "gee",
                "logistic",
                "modified_poisson",
            ],
            TEXT,
        ]
    ] = Field(default=[])
    """Models beside the planned one, each for the outcomes that it suits: negative_binomial (counts),
    least_squares (rates and shares), interacted (least squares with arm x covariates, Lin 2013),
    over_control_mean (the difference by least squares over the reference arm's mean), gee (the planned model
    with a working correlation between enrollments of one cluster), logistic (shares, the variance of Ye et
    al. 2023) and modified_poisson (shares). They have no P values."""

    specification_curve: SpecificationCurve | None = None
    """Every combination of reasonable choices of the analysis, as specification_curve: {models:
    [negative_binomial]}; none without it."""

    losses: YesNo = False
    """Whether to give losses by arm and by subgroup, bounds for them (Lee), tipping points, the detectable
    difference and the intracluster correlation."""

    censoring_weights: CensoringWeights | None = None
    """The effects had nobody been lost, as censoring_weights: {truncate: 0.99}; none without it."""

    per_person: YesNo = False
    """Whether to give the effects with each person counted once, their enrollments sharing a weight of 1."""

    monthly: list[Name] = Field(default=[])
    """Outcomes of measure `count` whose effect is shown month by month, with joint tests."""

    time_to_event: list[Name] = Field(default=[])
    """Outcomes of measure `count` whose first event is also analysed over time: cumulative incidence with
    death competing, restricted mean, log-rank test, hazard ratio and the rate ratio of all events."""

    randomization: Randomization | None = None
    """Tests by randomization inference, as randomization: {draws: 10000}; none without it."""

    uptake: Uptake | None = None
    """What counts as having taken up the offer, for the complier effect."""

    standard_error: Correction = "CR1S"
    """Correction of the standard errors: clustered (CR0 to CR3, as clubSandwich names them; CR1S is Stata's),
    or each row for itself (HC0 to HC3, as sandwich names them). With fewer than 50 clusters in an arm, CR2
    takes the place of CR1S."""

    level: Annotated[float, Field(gt=0.5, lt=1), NUMBER] = 0.95
    """Confidence level of the intervals."""

    limits: Annotated[Literal["t", "normal"], TEXT] = "t"
    """Distribution of the limits: t with clusters - 1 degrees of freedom, or normal."""
