"""All settings of a trial."""

from typing import Annotated, Literal

from pydantic import Field

from armwise.settings.baseline import Characteristic
from armwise.settings.data import Data
from armwise.settings.estimates import Estimates
from armwise.settings.events import Events
from armwise.settings.follow_up import FollowUp
from armwise.settings.kinds import TEXT, Block, Name
from armwise.settings.outcomes import Outcome
from armwise.settings.report import Report
from armwise.settings.roles import Roles
from armwise.settings.trial import Trial

Severity = Annotated[Literal["stop", "set_aside", "warn", "ignore"], TEXT]


class Settings(Block):
    """All settings of a trial."""

    trial: Trial
    """Which trial this is, and its arms."""

    data: Data
    """The extracts: either `participants`, or `enrollment` with the sources of the outcomes."""

    baseline: dict[Name, Characteristic] = Field(default={})
    """The characteristics that table 1, covariates and subgroups name, in the order of table 1."""

    events: Events = Field(default_factory=Events)
    """How events are told from the extracts: the definitions that published sources disagree about."""

    follow_up: FollowUp = Field(default_factory=FollowUp)
    """How long before and after randomization events count."""

    outcomes: dict[Name, Outcome]
    """What is counted or measured in each window, by name."""

    estimates: Estimates = Field(default_factory=Estimates)
    """What the models adjust for, and how sure they are."""

    roles: Roles
    """Which result answers the trial's question. Changing a role refits nothing."""

    checks: dict[Name, Severity] = Field(default={})
    """What is made of a check that is broken, by the check's name: `stop` ends the run, `set_aside` takes the
    rows out, `warn` keeps them and says so, `ignore` counts them and no more. The defaults stand in
    docs/data.md."""

    report: Report = Field(default_factory=Report)
    """How results are shown and what must be hidden."""
