"""The events that armwise derives and the columns of the contracts, as far as settings name them.

A test holds these lists against the rooms that make the events and read the extracts.
"""

from typing import NamedTuple


class Event(NamedTuple):
    """One kind of event: the source that it comes from, and its attributes with the type of each."""

    source: str
    attributes: dict[str, type]


EVENTS = {
    "inpatient_stay": Event(
        "utilization",
        {
            "avoidable": bool,
            "via_ed": bool,
            "principal_diagnosis": str,
            "n_claims": int,
            "length_of_stay": int,
        },
    ),
    "ed_visit": Event("utilization", {"admitted": bool, "avoidable": bool, "principal_diagnosis": str}),
    "outpatient_visit": Event("utilization", {"kind": str, "telehealth": bool, "provider_id": str}),
    "covid_dose": Event(
        "vaccinations",
        {
            "cvx": str,
            "dose_number": int,
            "completes_series": bool,
            "after_series": bool,
            "booster": bool,
        },
    ),
    "influenza_dose": Event("vaccinations", {"cvx": str, "season": str, "dose_of_season": int}),
    "contact": Event("contacts", {"enrollment_id": str, "kind": str, "contact_number": int}),
    "death": Event("deaths", {}),
}

OF_EVERY_EVENT = {"person_id", "event", "event_id", "started_on", "ended_on", "source"}

# Words that name other files beside those of events.
EVENT_WORDS = {"encounters"}

# The values of an attribute, where they are few and armwise's own.
VALUES = {
    ("outpatient_visit", "kind"): ("behavioral_health", "primary_care", "specialty", "unclassified"),
}

COLUMNS = {
    "participants": ["participant_id", "arm", "stratum", "cluster", "assignment_probability"],
    "enrollment": [
        "enrollment_id",
        "person_id",
        "randomized_on",
        "arm",
        "stratum",
        "assignment_probability",
        "birth_date",
        "cluster",
    ],
    "coverage": ["person_id", "coverage_start", "coverage_end"],
    "utilization": [
        "claim_id",
        "claim_version",
        "line_number",
        "person_id",
        "from_date",
        "through_date",
        "admission_date",
        "discharge_date",
        "discharge_status",
        "bill_type",
        "revenue_code",
        "procedure_code",
        "procedure_modifiers",
        "place_of_service",
        "principal_diagnosis",
        "other_diagnoses",
        "facility_id",
        "provider_id",
        "provider_specialty",
        "original_claim_id",
        "adjudicated_on",
        "claim_status",
        "paid_amount",
        "point_of_origin",
    ],
    "vaccinations": ["person_id", "given_on", "cvx"],
    "contacts": ["person_id", "enrollment_id", "contacted_on", "kind"],
    "deaths": ["person_id", "died_on"],
    "records": ["person_id", "occurred_on", "ended_on", "record_id"],
}

# The columns of the contracts that hold a day of something that happened.
DATES = {
    "utilization": ["from_date", "through_date", "admission_date", "discharge_date"],
    "vaccinations": ["given_on"],
    "contacts": ["contacted_on"],
    "deaths": ["died_on"],
}

# Columns that the analysis itself makes: a characteristic of the same name would overwrite them.
OURS = {
    *("enrollment_id", "person_id", "arm", "stratum", "assignment_probability", "weight", "cluster"),
    *("randomized_on", "covered_until", "covered_from_start", "died_on", "treated_later_on", "uptake"),
    *("baseline_days", "window", "outcome", "value", "days_observed", "first_day", "ended_by"),
    "analysis_weight",
}

# Words that the keys of results use for something else.
KEY_WORDS = {"all", "baseline", "flow"}
