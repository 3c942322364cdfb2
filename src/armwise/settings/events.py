"""The block `events`: how events are told from the extracts."""

from typing import Annotated, Literal

from pydantic import Field

from armwise.settings.declared import Declared
from armwise.settings.kinds import TEXT, WHOLE_NUMBER, Block, Name, YesNo
from armwise.settings.outpatient import OutpatientVisit
from armwise.settings.vaccines import CovidDose, InfluenzaDose


class InpatientStay(Block):
    """How hospital claims become stays."""

    next_day: Annotated[Literal["transfers", "always", "never"], TEXT] = "transfers"
    """Whether a claim that begins on the day after another ended continues its stay: only after a transfer
    or while the person was still a patient, always, or never. Claims that overlap or share a day always
    do."""

    across_facilities: YesNo = True
    """Whether claims of several facilities join into one stay, so that a transfer is no second admission."""

    longest_claim: Annotated[int, Field(ge=1, le=36_500), WHOLE_NUMBER] = 365
    """The longest claim in days; longer ones are set aside, so that none can swallow other stays."""


class EdVisit(Block):
    """How claims become visits to the emergency department."""


class Events(Block):
    """How events are told from the extracts; each event has its own block of definitions."""

    inpatient_stay: InpatientStay = Field(default_factory=InpatientStay)
    """Hospital stays from claims."""

    ed_visit: EdVisit = Field(default_factory=EdVisit)
    """Visits to the emergency department from claims."""

    outpatient_visit: OutpatientVisit = Field(default_factory=OutpatientVisit)
    """Outpatient visits from claims."""

    covid_dose: CovidDose = Field(default_factory=CovidDose)
    """Doses of COVID-19 vaccines."""

    influenza_dose: InfluenzaDose = Field(default_factory=InfluenzaDose)
    """Doses of influenza vaccines."""

    declared: dict[Name, Declared] = Field(default={})
    """Events of your own, by the name under which outcomes count them."""
