"""The design: cohorts, risk tiers, strata, the probability of each, and every dial of the example.

The dials are not the truth (truth.py is): the effect reaches people through engagement, comes with a delay,
and controls may be offered the program later.
"""

import numpy as np

from armwise.example.calendar import COHORT_LABELS

ARMS = ["control", "case_management"]
TIERS = ["low", "medium", "high"]
TIER_SHARES = [0.40, 0.35, 0.25]
N_COHORTS = len(COHORT_LABELS)

# The first list was the longest: everybody who was at risk then.
COHORT_SHARES = np.array([3.0] + [1.0] * (N_COHORTS - 1)) / (N_COHORTS + 2)

MOST_ENROLLMENTS = 5  # of one person
RETURN_PROBABILITY = 0.10  # that an eligible person is on a later month's list

# Case managers were few at first: the chance of an offer grows by cohort, and is larger at higher risk.
_OFFER_BY_TIER = np.array([0.38, 0.46, 0.56])
_OFFER_BY_COHORT = np.linspace(-0.03, 0.09, N_COHORTS)
OFFER_PROBABILITY = np.round(_OFFER_BY_COHORT[:, None] + _OFFER_BY_TIER[None, :], 2)  # cohort x tier

# What is drawn separately; the outcomes are sums of these.
PROCESSES = ["avoidable_admission", "other_admission", "avoidable_ed_visit", "other_ed_visit"]
OUTCOMES = {  # outcome -> its processes
    "admissions": [0, 1],
    "avoidable_admissions": [0],
    "ed_visits": [2, 3],
    "avoidable_ed_visits": [2],
}
ADMISSIONS_PER_YEAR = 0.25
ED_VISITS_PER_YEAR = 1.5
TIER_MULTIPLIER = np.array([0.45, 0.95, 1.95])

# Event rates of an engaged person relative to the same person without the program, in the year that
# follows the first contact; afterwards half of the effect is left.
EFFECT_OF_ENGAGEMENT = np.array([0.29, 0.81, 0.922, 0.887])
PROGRAM_DAYS = 365
EFFECT_LEFT_AFTERWARDS = 0.5

ENGAGED_SHARE = 0.40
VACCINE_HAZARD_RATIO = 1.20  # of a person who ever engaged


def stratum_label(cohort: int, tier: int) -> str:
    """As in `2017-08 / high`."""
    return f"{COHORT_LABELS[cohort]} / {TIERS[tier]}"


def stream(seed: int, chunk: int, stage: int) -> np.random.Generator:
    """Random numbers for one stage of one chunk of people: the same however the stages are ordered."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, chunk, stage])))
