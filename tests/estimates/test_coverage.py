"""Honest coverage, in short: simulated lotteries with returning controls, intervals that hold the truth.

Persons enter a first lottery; its controls enter a second. Chances of the offer differ by stratum and month,
rates by stratum and person (gamma), time at risk varies. 400 trials of about 1,400 enrollments: coverage of a
95% interval lies within 95% +/- 3.3 Monte Carlo standard errors, (91.4%, 98.6%), but once in 1,000 runs.
"""

import numpy as np
import pytest

from armwise.estimates.covariates import Baseline
from armwise.estimates.design import Design, Outcome
from armwise.estimates.effects import outcome_results
from armwise.estimates.inference import Precision

TRIALS, PERSONS = 400, 1000
LOG_RATIO = np.log(0.8)
RATE = np.array([0.4, 0.9, 1.6])  # events per year without the offer, by tier
CHANCE = np.array([[0.3, 0.5, 0.6], [0.5, 0.4, 0.7]])  # of the offer, by month and tier
BAND = (0.914, 0.986)


def lotteries(rng):
    """One trial: person, tier, month and arm of every enrollment, and the chance of that arm."""
    tier = rng.integers(0, 3, PERSONS)
    first = rng.random(PERSONS) < CHANCE[0, tier]
    again = np.flatnonzero(~first)
    second = rng.random(len(again)) < CHANCE[1, tier[again]]
    person = np.concatenate([np.arange(PERSONS), again])
    month = np.repeat([0, 1], [PERSONS, len(again)])
    arm = np.concatenate([first, second]).astype(np.int64)
    chance = CHANCE[month, tier[person]]
    return person, tier[person], month, arm, np.where(arm == 1, chance, 1 - chance)


def trial(rng):
    """One trial as the estimators see it: the design, counts over varying time, and any event in a year."""
    person, tier, month, arm, probability = lotteries(rng)
    order = np.lexsort((person, 3 * month + tier))
    person, tier, month, arm, probability = (v[order] for v in (person, tier, month, arm, probability))
    frailty = rng.gamma(2, 0.5, PERSONS)[person]
    rate = RATE[tier] * frailty * np.exp(LOG_RATIO * arm)
    years = np.where(rng.random(len(arm)) < 0.2, rng.uniform(0.1, 1, len(arm)), 1.0)
    design = Design(
        ("usual", "offer"), arm, 3 * month + tier, person, 1 / probability, None,
        np.arange(len(arm)), Baseline({}, {}, {}),
    )  # fmt: skip
    ones, no = np.ones(len(arm)), np.zeros(len(arm), bool)
    counts = Outcome("y", "w", "count", rng.poisson(rate * years).astype(float), years, ones, no)
    anything = (rng.poisson(rate) > 0).astype(float)
    return design, counts, Outcome("y", "w", "binary", anything, None, ones, no)


def truth():
    """Rates and risks of a year under each arm, over the enrollments that the lotteries make."""
    share = np.ones(3) / 3 * (1 + (1 - CHANCE[0]))
    share /= share.sum()
    rates = [share @ RATE, share @ (RATE * np.exp(LOG_RATIO))]
    # Controls return; frailty has mean 1 and is independent of the draw. P(no event) is a gamma's transform.
    risks = [share @ (1 - (1 + 0.5 * RATE * effect) ** -2) for effect in (1, np.exp(LOG_RATIO))]
    return {
        "rate_ratio": np.exp(LOG_RATIO),
        "rate_difference": rates[1] - rates[0],
        "rate": rates[0],
        "risk_difference": risks[1] - risks[0],
        "risk_ratio": risks[1] / risks[0],
    }


@pytest.fixture(scope="module")
def intervals():
    """The interval of each trial, by measure: (TRIALS, 2)."""
    found = {measure: [] for measure in truth()}
    for seed in range(TRIALS):
        design, counts, binary = trial(np.random.default_rng([20170801, seed]))
        for outcome in (counts, binary):
            for result in outcome_results(design, outcome, {}, Precision()):
                if result.measure in found and result.contrast != "offer":
                    found[result.measure].append((result.ci_low, result.ci_high))
    return {measure: np.array(limits) for measure, limits in found.items()}


def coverage(limits, value):
    return np.mean((limits[:, 0] <= value) & (value <= limits[:, 1]))


@pytest.mark.parametrize(
    "measure", ["rate_ratio", "rate_difference", "rate", "risk_difference", "risk_ratio"]
)
def test_intervals_hold_the_truth(intervals, measure):
    assert len(intervals[measure]) == TRIALS
    assert BAND[0] < coverage(intervals[measure], truth()[measure]) < BAND[1]


def test_a_wrong_value_is_held_too_rarely(intervals):
    """The band can fail: half of the effect, or a tenth more events, is not covered."""
    assert coverage(intervals["rate_ratio"], np.exp(LOG_RATIO / 2)) < BAND[0]
    assert coverage(intervals["rate"], 1.1 * truth()["rate"]) < BAND[0]
