"""The events that armwise derives and the columns of the contracts, as far as settings name them.

A test holds these lists against the rooms that make the events and read the extracts.
"""

from typing import NamedTuple


class Event(NamedTuple):
    """One kind of event: the source that it comes from, and its attributes with the type of each."""

    source: str
    attributes: dict[str, type]


PQI = ("01", "03", "05", "07", "08", "11", "12", "14", "15", "16", "90", "91", "92", "93")
PQE = ("01", "02", "03", "04", "05")
NYU = (
    *("nonemergent", "primary_care", "preventable", "not_preventable"),
    *("injury", "mental_health", "alcohol", "drug", "unclassified"),
)

EVENTS = {
    "inpatient_stay": Event(
        "utilization",
        {
            "kind": str,
            "principal_diagnosis": str,
            "avoidable": bool,
            "via_ed": bool,
            "n_claims": int,
            "n_facilities": int,
            "length_of_stay": int,
            **{f"pqi_{number}": bool for number in PQI},
        },
    ),
    "ed_visit": Event(
        "utilization",
        {
            "admitted": bool,
            "avoidable": bool,
            "principal_diagnosis": str,
            "n_claims": int,
            "avoidable_california": bool,
            **{f"pqe_{number}": bool for number in PQE},
            **{f"nyu_{part}": float for part in NYU},
        },
    ),
    "observation_stay": Event(
        "utilization",
        {"admitted": bool, "principal_diagnosis": str, "n_claims": int, "length_of_stay": int},
    ),
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
    ("inpatient_stay", "kind"): (
        *("acute", "psychiatric", "detoxification", "rehabilitation", "newborn", "subacute"),
    ),
    ("outpatient_visit", "kind"): ("behavioral_health", "primary_care", "specialty", "unclassified"),
}

COLUMNS = {
    "participants": ["participant_id", "arm", "stratum", "cluster", "assignment_probability", "people"],
    "enrollment": [
        "enrollment_id",
        "person_id",
        "randomized_on",
        "arm",
        "stratum",
        "assignment_probability",
        "birth_date",
        "birth_date_source",
        "snapshot_on",
        "cluster",
    ],
    "coverage": ["person_id", "coverage_start", "coverage_end", "partial_benefits", "other_payer"],
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
        "procedures",
        "facility_id",
        "provider_id",
        "provider_specialty",
        "original_claim_id",
        "adjudicated_on",
        "claim_status",
        "paid_amount",
        "point_of_origin",
        "admission_type",
    ],
    "vaccinations": ["person_id", "given_on", "cvx"],
    "contacts": ["person_id", "enrollment_id", "contacted_on", "kind"],
    "deaths": ["person_id", "died_on", "death_date_source"],
    "records": ["person_id", "occurred_on", "ended_on", "record_id"],
    "eligible": ["person_id", "eligible_on", "reason"],
    "crosswalk": ["source", "source_person_id", "person_id"],
}

# The columns of the contracts that hold a day of something that happened.
DATES = {
    "utilization": ["from_date", "through_date", "admission_date", "discharge_date"],
    "vaccinations": ["given_on"],
    "contacts": ["contacted_on"],
    "deaths": ["died_on"],
}

# The checks of the data, with the severities that settings can give each of them; the default comes first.
_ROW = ("set_aside", "stop")
_DOUBT = ("warn", "set_aside", "stop", "ignore")
_RESULT = ("warn", "stop", "ignore")
CHECKS = {
    "line_unreadable": _ROW,
    "value_missing": _ROW,
    "value_untyped": _ROW,
    "value_unknown": _ROW,
    "value_malformed": _ROW,
    "date_implausible": _ROW,
    "row_repeated": _ROW,
    "key_repeated": _ROW,
    "two_arms_for_one_enrollment": _ROW,
    "randomized_twice": _ROW,
    "two_arms_on_one_day": ("stop", "set_aside", "warn", "ignore"),
    "probability_outside": ("set_aside", "stop", "warn", "ignore"),
    "birth_after_randomization": ("set_aside", "stop", "warn", "ignore"),
    "coverage_ends_before_start": ("set_aside", "stop", "warn", "ignore"),
    "through_before_from": ("set_aside", "stop", "warn", "ignore"),
    "discharge_before_admission": ("set_aside", "stop", "warn", "ignore"),
    "amount_unreadable": _DOUBT,
    "ends_before_start": ("set_aside", "stop", "warn", "ignore"),
    "person_not_in_crosswalk": _ROW,
    "two_matches_in_crosswalk": ("stop", "set_aside"),
    "never_randomized": ("ignore", "set_aside", "stop", "warn"),
    "events_after_death": _DOUBT,
    "events_before_birth": _DOUBT,
    "events_after_data": _DOUBT,
    "events_long_before": _DOUBT,
    "randomized_after_death": _DOUBT,
    "arm_shares": _RESULT,
    "events_without_coverage": _RESULT,
    "rates_jump": _RESULT,
    "claims_lag": _RESULT,
    "unclassified": _RESULT,
    "linkage": _RESULT,
    "completeness": _RESULT,
}

# Columns that the analysis itself makes: a characteristic of the same name would overwrite them.
OURS = {
    *("enrollment_id", "person_id", "arm", "stratum", "assignment_probability", "weight", "cluster"),
    *("randomized_on", "covered_until", "covered_from_start", "died_on", "treated_later_on", "uptake"),
    *(
        "partial_from",
        "baseline_days",
        "window",
        "outcome",
        "value",
        "days_observed",
        "first_day",
        "ended_by",
    ),
    "analysis_weight",
}

# Words that the keys of results use for something else.
KEY_WORDS = {"all", "baseline", "flow"}
ANALYSIS_SETS = {
    "itt",
    "randomized",
    "extract",
    "checks",
    "primary",
    "losses",
    "first_event",
    "all_events",
    "by_month",
}
ANALYSIS_SETS |= {"curve", "censoring_weighted", "per_person"}

# Characteristics that the cohort makes itself when `baseline` names them.
MADE_CHARACTERISTICS = {"covered_before", "continuous_before", "partial_before"}
