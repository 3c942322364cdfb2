"""The truth: near the published ratios, written first, and equal to brute force."""

from functools import cache

import numpy as np
import pytest

import armwise.example.generate as making
from armwise.example.calendar import CLAIMS_END, COHORT_DAYS, NEVER, day_number, window_ends
from armwise.example.chunk import chunks
from armwise.example.design import OFFER_PROBABILITY, OUTCOMES, VACCINE_HAZARD_RATIO, stream
from armwise.example.happenings import draw_events
from armwise.example.lottery import first_contacts
from armwise.example.people import People, draw_people
from armwise.example.potential import counts, later_offers, relative_rate, vaccinated
from armwise.example.truth import VACCINE_DATE, Truth
from armwise.example.vaccination import write_doses

CONTRAST = "case_management vs control"


@cache
def truth_of(enrollments: int, seed: int) -> dict[tuple[str, ...], float]:
    truth = Truth()
    for chunk in chunks(enrollments, seed):
        truth.add(chunk.people, chunk.lottery)
    return {tuple(key): value for *key, value in truth.rows()}


@pytest.mark.parametrize(
    ("outcome", "published"),
    [
        ("admissions", 0.89),
        ("avoidable_admissions", 0.72),
        ("ed_visits", 0.96),
        ("avoidable_ed_visits", 0.97),
    ],
)
def test_ratios_are_near_the_published_ones(outcome, published):
    assert truth_of(57_972, 2)[outcome, "12mo", CONTRAST, "rate_ratio"] == pytest.approx(published, abs=0.01)


def test_engagement_and_vaccination():
    truth = truth_of(57_972, 2)
    assert truth["uptake", "12mo", CONTRAST, "risk_difference"] == pytest.approx(0.40, abs=0.01)
    assert 0.005 < truth["covid_vaccine", "by_2021-09-30", CONTRAST, "risk_difference"] < 0.03


def test_measures_agree_with_each_other():
    truth = truth_of(57_972, 2)
    rates = [truth["admissions", "12mo", arm, "rate"] for arm in ("control", "case_management")]
    assert truth["admissions", "12mo", CONTRAST, "rate_difference"] == pytest.approx(rates[1] - rates[0])
    assert truth["admissions", "12mo", CONTRAST, "rate_ratio"] == pytest.approx(rates[1] / rates[0], rel=0.01)


def test_the_truth_is_written_before_any_line(tmp_path, monkeypatch):
    def stop(*_):
        raise RuntimeError("no line may exist yet")

    monkeypatch.setattr(making, "Extract", stop)
    with pytest.raises(RuntimeError):
        making.generate(50, 1, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["truth.csv", "truth_subgroups.csv"]
    header = (tmp_path / "truth.csv").read_text().splitlines()[0]
    assert header == '"outcome","window","contrast","measure","value","definition"'


def test_subgroups_add_up_to_all():
    truth = Truth()
    for chunk in chunks(3000, 4):
        truth.add(chunk.people, chunk.lottery)
    uptake = {name: _value(truth, name, "uptake", "risk_difference") for name in ("all", *TIER_NAMES)}
    size = {name: truth.enrollments[:, tier].sum() for tier, name in enumerate(TIER_NAMES)}
    together = sum(uptake[name] * size[name] for name in TIER_NAMES) / 3000
    assert uptake["all"] == pytest.approx(together)
    assert len(set(uptake.values())) == 4


TIER_NAMES = ["risk_tier=low", "risk_tier=medium", "risk_tier=high"]


def _value(truth: Truth, subgroup: str, outcome: str, measure: str) -> float:
    return next(
        row[4] for row in truth.rows(subgroup) if (row[0], row[1], row[3]) == (outcome, "12mo", measure)
    )


def test_later_offers_are_the_chances_of_a_first_draw():
    people = draw_people(2000, stream(3, 0, 0))
    twice = np.flatnonzero((people.lists >= 0).sum(axis=1) == 3)[0]
    second, third = OFFER_PROBABILITY[people.lists[twice, 1:3], people.tier[twice]]
    assert later_offers(people, 0)[twice] == pytest.approx(
        [0, second, (1 - second) * third, 0, 0, (1 - second) * (1 - third)]
    )


def test_the_effect_starts_at_first_contact_and_halves_after_a_year():
    assert relative_rate(1, np.array([-1, 0, 364, 365])) == pytest.approx([1, 0.81, 0.81, 0.905])


# Brute force: draw later lotteries, engagement's effect and every event again and again, and count.

PEOPLE, REPEATS = 300, 400


def lotteries_from(people: People, first_arm: int, rng: np.random.Generator) -> np.ndarray:
    """The list entry at which each person is offered, given the arm of the first lottery; a plain loop."""
    offered_at = np.full(len(people), people.lists.shape[1])
    for person in range(len(people)):
        for entry, cohort in enumerate(people.lists[person]):
            probability = first_arm if entry == 0 else OFFER_PROBABILITY[cohort, people.tier[person]]
            if cohort >= 0 and rng.random() < probability:
                offered_at[person] = entry
                break
    return offered_at


def observed_days(people: People, person: int) -> range:
    """Days of the first enrollment's first year on which the person is covered without a break and alive."""
    cohort = people.lists[person, 0]
    end = min(window_ends(12)[cohort], CLAIMS_END, people.died[person] + 1)
    covered = {
        day
        for start, stop in zip(people.span_starts[person], people.span_ends[person], strict=True)
        for day in range(start, stop)
    }
    days = range(COHORT_DAYS[cohort], end)
    gap = next((day for day in days if day not in covered), end)
    return range(COHORT_DAYS[cohort], gap)


def brute_force(people: People, arm: int) -> tuple[np.ndarray, np.ndarray]:
    """Per repeat, mean events of each outcome in the first enrollment's year and share vaccinated; days."""
    days = [observed_days(people, person) for person in range(len(people))]
    start, end = (np.array([getattr(span, side) for span in days]) for side in ("start", "stop"))
    means = []
    for repeat in range(REPEATS):
        rng = stream(77, repeat, arm)
        contact = first_contacts(people)[np.arange(len(people)), lotteries_from(people, arm, rng)]
        phases = {**vars(people), "grid_phase": rng.integers(0, 6, len(people))}
        events = draw_events(People(**phases), contact, rng)
        inside = (events.day >= start[events.person]) & (events.day < end[events.person])
        doses = write_doses(
            people.vaccine_hazard * np.where(contact < NEVER, VACCINE_HAZARD_RATIO, 1), people.died, rng
        )
        by_date = np.unique(doses["person"][doses["day"] <= day_number(VACCINE_DATE)])
        chosen = [
            events.is_stay,
            events.is_stay & events.avoidable,
            ~events.is_stay,
            ~events.is_stay & events.avoidable,
        ]
        means.append([*[(inside & which).sum() for which in chosen], len(by_date)])
    return np.array(means) / len(people), end - start


@pytest.mark.parametrize("arm", [0, 1])
def test_brute_force_gives_the_same(arm):
    people = draw_people(PEOPLE, stream(8, 0, 0))
    found, days = brute_force(people, arm)
    expected, expected_days = counts(people, 0, window_ends(12)[people.lists[:, 0]])
    totals = [expected[:, processes, arm].sum(axis=1).mean() for processes in OUTCOMES.values()]
    totals.append(vaccinated(people, 0, day_number(VACCINE_DATE))[:, arm].mean())
    error = found.std(axis=0) / np.sqrt(REPEATS)
    assert np.array_equal(days, expected_days)
    assert (np.abs(found.mean(axis=0) - totals) < 4 * error).all()
    assert (error < 0.02 * np.array(totals)).all()  # precise enough to notice an effect left out
