"""The block `events`: how events are told from the extracts."""

from typing import Annotated, Literal

from pydantic import Field

from armwise.settings.declared import Declared
from armwise.settings.kinds import TEXT, WHOLE_NUMBER, Block, FilePath, Name, YesNo
from armwise.settings.outpatient import OutpatientVisit
from armwise.settings.vaccines import CovidDose, InfluenzaDose

Kind = Literal["acute", "psychiatric", "detoxification", "rehabilitation", "newborn", "subacute"]
Sign = Literal["claim", "same_day", "day_before", "point_of_origin", "admission_type"]


class InpatientStay(Block):
    """How hospital claims become stays."""

    kinds: Annotated[list[Annotated[Kind, TEXT]], Field(min_length=1)] = Field(
        default=["acute", "psychiatric", "detoxification", "rehabilitation"]
    )
    """The kinds of care that make an inpatient stay, by the rooms on its claims. `kind` of a stay is the
    first of these, in this order, that it has."""

    intensive_newborn: Annotated[Literal["newborn", "acute"], TEXT] = "newborn"
    """Which kind a nursery of level IV (revenue code 0174) is."""

    next_day: Annotated[Literal["transfers", "always", "never"], TEXT] = "transfers"
    """Whether a claim that begins on the day after another ended continues its stay: only after a transfer
    or while the person was still a patient, always, or never. Claims that overlap or share a day always
    do."""

    across_facilities: YesNo = True
    """Whether claims of several facilities join into one stay, so that a transfer is no second admission."""

    longest_claim: Annotated[int, Field(ge=1, le=36_500), WHOLE_NUMBER] = 365
    """The longest claim in days; longer ones are set aside, so that none can swallow other stays."""

    same_day_length: Annotated[int, Field(ge=0, le=1), WHOLE_NUMBER] = 0
    """The length in days of a stay that ends on the day on which it began."""

    via_ed: list[Annotated[Sign, TEXT]] = Field(default=["claim", "same_day"])
    """What says that a stay began in the emergency department: a line of the emergency room on its claims
    (claim), an ED visit on the day of admission (same_day) or on the day before (day_before), point of origin
    7 (point_of_origin), or type of admission 1 or 5 (admission_type). One of them is enough."""

    avoidable: Annotated[Literal["pqi_90", "pqi_91", "pqi_92", "pqi_93"], TEXT] = "pqi_90"
    """Which stays are `avoidable`: AHRQ's Prevention Quality Indicators, all of them (pqi_90), acute (91),
    chronic (92) or of diabetes (93)."""


class EdVisit(Block):
    """How claims become visits to the emergency department."""

    definition: Annotated[Literal["armwise", "yale", "wa_rda", "tuva", "n3c"], TEXT] = "armwise"
    """The published definition by which a line is emergency care, and claims are one visit. They differ in
    urgent care (0456), critical care (99291), freestanding departments (G0380 to G0384), and in the claims
    that they look at."""

    one_per: (
        Annotated[Literal["visit", "adjacent_days", "claim", "person_day", "facility_day"], TEXT] | None
    ) = None
    """What counts once, if not as the definition has it: the claims around a facility's (visit), claims that
    begin at most a day apart (adjacent_days), each claim, one per person and day, or one per facility too."""

    admitted: Annotated[Literal["apart", "counted", "left_out"], TEXT] = "apart"
    """Visits that end in an admission: outcomes count them only where they ask for `admitted` (apart), like
    any other visit (counted), or they are no events (left_out)."""

    avoidable: Annotated[Literal["california", "pqe", "nyu"], TEXT] = "california"
    """Which visits are `avoidable`: California's list, any of AHRQ's PQE 01 to 05, or those that NYU's
    classification calls non-emergent or treatable in primary care with more than half its weight."""

    nyu_file: FilePath | None = None
    """A CSV file with the NYU classification of ED visits by diagnosis; without it visits have no `nyu_*`."""


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
