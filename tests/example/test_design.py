"""The design of the example: lotteries, returning controls, one-sided engagement, frailty."""

from datetime import date

import numpy as np
import pytest

from armwise.example.calendar import COHORT_DATES, NEVER, add_months, first_weekday
from armwise.example.chunk import Chunk, chunks
from armwise.example.design import OFFER_PROBABILITY, stratum_label
from armwise.example.lottery import first_contacts, offer_probability


@pytest.fixture(scope="module")
def trial() -> list[Chunk]:
    return list(chunks(20_000, seed=5))


def everyone(trial: list[Chunk], of) -> np.ndarray:
    return np.concatenate([of(chunk) for chunk in trial])


def test_seventeen_monthly_cohorts():
    assert len(COHORT_DATES) == 17
    assert COHORT_DATES[0] == date(2017, 8, 1)
    assert COHORT_DATES[-1] == date(2018, 12, 3)


def test_months_end_on_the_last_day_of_a_shorter_month():
    assert add_months(date(2018, 1, 31), 1) == date(2018, 2, 28)
    assert add_months(date(2019, 8, 31), 6) == date(2020, 2, 29)
    assert add_months(date(2017, 12, 1), 12) == date(2018, 12, 1)


def test_a_lottery_is_on_the_first_weekday():
    assert first_weekday(2018, 9) == date(2018, 9, 3)  # the 1st was a Saturday
    assert first_weekday(2018, 11) == date(2018, 11, 1)


def test_strata_are_named_by_cohort_and_tier():
    assert stratum_label(0, 2) == "2017-08 / high"


def test_the_number_of_enrollments_is_exact(trial):
    assert sum(chunk.lottery.enrolled.sum() for chunk in trial) == 20_000
    assert sum(chunk.lottery.enrolled.sum() for chunk in chunks(37, seed=5)) == 37


def test_the_chance_of_an_offer_differs_by_stratum_and_is_kept(trial):
    enrolled = everyone(trial, lambda chunk: chunk.lottery.enrolled)
    offered = everyone(trial, lambda chunk: chunk.lottery.offered)[enrolled]
    expected = everyone(trial, lambda chunk: offer_probability(chunk.people))[enrolled]
    assert OFFER_PROBABILITY.min() <= 0.36
    assert OFFER_PROBABILITY.max() >= 0.64
    for probability in np.unique(expected):
        drawn = offered[expected == probability]
        allowed = 4.5 * np.sqrt(probability * (1 - probability) / len(drawn))
        assert abs(drawn.mean() - probability) < allowed


def test_controls_return_and_the_offered_do_not(trial):
    enrolled = everyone(trial, lambda chunk: chunk.lottery.enrolled)
    offered = everyone(trial, lambda chunk: chunk.lottery.offered)
    assert 1.2 < enrolled.sum() / len(enrolled) < 1.5
    after = np.cumsum(offered, axis=1) - offered > 0
    assert not (enrolled & after).any()
    assert (
        offered[:, 1:].sum(axis=0)[:3] > 20
    ).all()  # some are offered the program after having been controls


def test_four_in_ten_of_the_offered_engage_and_they_are_frailer(trial):
    offered_at = everyone(trial, lambda chunk: chunk.lottery.offered_at)
    contacts = everyone(trial, lambda chunk: first_contacts(chunk.people))
    frailty = everyone(trial, lambda chunk: chunk.people.frailty)
    offered = offered_at < contacts.shape[1] - 1
    engaged = contacts[np.arange(len(contacts)), offered_at] < NEVER
    assert 0.38 < engaged[offered].mean() < 0.43
    assert not engaged[~offered].any()
    assert frailty[offered & engaged].mean() > 1.15 * frailty[offered & ~engaged].mean()


def test_counts_are_over_dispersed_and_go_together(trial):
    people = trial[0].people
    events = trial[0].events
    admissions = np.bincount(events.person[events.is_stay], minlength=len(people))
    ed_visits = np.bincount(events.person[~events.is_stay], minlength=len(people))
    assert admissions.var() / admissions.mean() > 2
    assert ed_visits.var() / ed_visits.mean() > 4
    assert np.corrcoef(admissions, ed_visits)[0, 1] > 0.2


def test_two_events_are_never_on_neighbouring_days(trial):
    events = trial[0].events
    same = events.person[1:] == events.person[:-1]
    gap = np.diff(events.day)[same]
    assert gap.min() >= 2
    ended = (events.day + events.nights)[:-1][same]
    assert (events.day[1:][same] - ended).min() >= 1


def test_nothing_happens_uncovered_or_after_death(trial):
    people = trial[0].people
    events = trial[0].events
    starts, ends = people.span_starts[events.person], people.span_ends[events.person]
    inside = (starts <= events.day[:, None]) & (events.day[:, None] < ends)
    assert inside.any(axis=1).all()
    assert (events.day + events.nights <= people.died[events.person]).all()


def test_people_leave_and_die(trial):
    died = everyone(trial, lambda chunk: chunk.people.died)
    spans = everyone(trial, lambda chunk: (chunk.people.span_ends > chunk.people.span_starts).sum(axis=1))
    assert 0.02 < (died < NEVER).mean() < 0.60
    assert (spans >= 2).mean() > 0.1


def test_a_larger_trial_begins_with_the_same_people():
    small, large = next(chunks(500, seed=9)), next(chunks(700, seed=9))
    assert np.array_equal(small.people.birth_day[:300], large.people.birth_day[:300])
