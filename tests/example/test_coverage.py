"""A textbook estimator, written here, finds the truth as often as its intervals promise."""

from dataclasses import dataclass

import numpy as np
import pytest

from armwise.example.calendar import CLAIMS_END, COHORT_DAYS, day_number, window_ends
from armwise.example.chunk import Chunk, chunks
from armwise.example.design import OUTCOMES, TIERS
from armwise.example.lottery import observed_until, offer_probability
from armwise.example.truth import VACCINE_DATE, Truth

TRIALS, ENROLLMENTS = 60, 3000
MEASURES = [(outcome, "12mo", "rate_ratio") for outcome in OUTCOMES]
MEASURES.append(("covid_vaccine", f"by_{VACCINE_DATE}", "risk_ratio"))


@dataclass(frozen=True)
class Enrollments:
    """One row per enrollment: counts (n, 5), exposure (n, 5), weight, offered, stratum, person."""

    counts: np.ndarray
    exposure: np.ndarray
    weight: np.ndarray
    offered: np.ndarray
    stratum: np.ndarray
    person: np.ndarray


def enrollments_of(chunk: Chunk) -> Enrollments:
    people, lottery = chunk.people, chunk.lottery
    person, entry = np.nonzero(lottery.enrolled)
    cohort = people.lists[person, entry]
    start = COHORT_DAYS[cohort]
    end = np.minimum(np.minimum(window_ends(12)[cohort], CLAIMS_END), observed_until(people)[person, entry])
    events = chunk.events
    moment = events.person * 10_000 + events.day
    counts = []
    for chosen in (
        events.is_stay,
        events.is_stay & events.avoidable,
        ~events.is_stay,
        ~events.is_stay & events.avoidable,
    ):
        before = [np.searchsorted(moment[chosen], person * 10_000 + day) for day in (start, end)]
        counts.append(before[1] - before[0])
    vaccinated = chunk.doses["person"][chunk.doses["day"] <= day_number(VACCINE_DATE)]
    counts.append(np.isin(person, vaccinated))
    offered = lottery.offered[person, entry]
    probability = offer_probability(people)[person, entry]
    days = np.maximum(end - start, 0)
    return Enrollments(
        counts=np.column_stack(counts).astype(float),
        exposure=np.column_stack([days] * 4 + [np.ones(len(days))]).astype(float),
        weight=np.where(offered, 1 / probability, 1 / (1 - probability)),
        offered=offered.astype(float),
        stratum=cohort * len(TIERS) + people.tier[person],
        person=person,
    )


def log_ratio(count: np.ndarray, exposure: np.ndarray, of: Enrollments) -> tuple[float, float]:
    """Poisson log ratio with stratum effects and weights, and its standard error by person."""

    def by_stratum(values: np.ndarray) -> np.ndarray:
        return np.bincount(of.stratum, of.weight * values)[of.stratum]

    def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
        return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)

    ratio = 0.0
    for _ in range(25):
        expected = exposure * np.exp(ratio * of.offered)
        expected *= share(by_stratum(count), by_stratum(expected))
        offered = of.offered - share(by_stratum(expected * of.offered), by_stratum(expected))
        information = (of.weight * expected * offered**2).sum()
        score = of.weight * (count - expected) * offered
        ratio += score.sum() / information
    return ratio, np.sqrt((np.bincount(of.person, score) ** 2).sum()) / information


@pytest.fixture(scope="module")
def errors() -> np.ndarray:
    """(trials, outcomes): how many standard errors each estimate is from its truth."""
    return np.array([error_of(seed) for seed in range(TRIALS)])


def error_of(seed: int) -> list[float]:
    truth = Truth()
    (chunk,) = chunks(ENROLLMENTS, seed)
    truth.add(chunk.people, chunk.lottery)
    value = {(row[0], row[1], row[3]): row[4] for row in truth.rows()}
    data = enrollments_of(chunk)
    found = [
        log_ratio(data.counts[:, place], data.exposure[:, place], data) for place in range(len(MEASURES))
    ]
    return [
        (ratio - np.log(value[measure])) / error
        for (ratio, error), measure in zip(found, MEASURES, strict=True)
    ]


def test_intervals_hold_the_truth(errors):
    covered = (np.abs(errors) < 1.96).mean()
    assert 0.90 < covered < 0.99  # 300 intervals, correlated within trials


def test_estimates_are_centred_on_the_truth(errors):
    assert np.abs(errors.mean(axis=0)).max() < 3.5 / np.sqrt(TRIALS)


def test_estimates_are_as_far_from_the_truth_as_their_errors_say(errors):
    assert np.abs(errors.std(axis=0) - 1).max() < 0.35
