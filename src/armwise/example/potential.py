"""Potential outcomes: how many events to expect of an enrollment under each arm, from the generator's rates.

An enrollment's expected events are an integral of its person's daily rates over the days on which it is
observed. Assigned to the offer, the person is offered the program now. Assigned to control, the person goes
on through the later lotteries as the design has them: offered at list entry k with the probability of not
having been drawn before, times that of being drawn then.
"""

from collections.abc import Iterator

import numpy as np

from armwise.example.calendar import CLAIMS_END, NEVER, REGISTRIES_END
from armwise.example.design import (
    EFFECT_LEFT_AFTERWARDS,
    EFFECT_OF_ENGAGEMENT,
    PROCESSES,
    PROGRAM_DAYS,
    VACCINE_HAZARD_RATIO,
)
from armwise.example.lottery import first_contacts, lottery_days, observed_until, offer_probability
from armwise.example.people import People
from armwise.example.vaccination import hazard_until

_DAYS = np.arange(REGISTRIES_END + 1)
SEASON = 1 + 0.12 * np.cos(2 * np.pi * (_DAYS - 168) / 365.25)  # the peak is in mid January
_CUMULATIVE_SEASON = np.concatenate([[0.0], np.cumsum(SEASON)])


def relative_rate(process: int, days_since_contact: np.ndarray) -> np.ndarray:
    """The daily rate relative to no program, so many days after the first contact (negative: before)."""
    effect = EFFECT_OF_ENGAGEMENT[process]
    later = 1 - EFFECT_LEFT_AFTERWARDS * (1 - effect)
    during = np.where(days_since_contact < PROGRAM_DAYS, effect, later)
    return np.where(days_since_contact < 0, 1.0, during)


def season_between(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Days in [start, end), each counted by its season; 0 when the interval is empty."""
    last = len(_CUMULATIVE_SEASON) - 1
    start, end = np.clip(start, 0, last), np.clip(end, 0, last)
    return np.maximum(_CUMULATIVE_SEASON[end] - _CUMULATIVE_SEASON[start], 0)


def expected_events(
    process: int, rate: np.ndarray, start: np.ndarray, end: np.ndarray, contact: np.ndarray
) -> np.ndarray:
    """Expected events in [start, end) at a daily `rate`, with a first contact on day `contact` (or NEVER)."""
    program_end = contact + PROGRAM_DAYS
    pieces = [
        (start, np.minimum(end, contact), -1),
        (np.maximum(start, contact), np.minimum(end, program_end), 0),
        (np.maximum(start, program_end), end, PROGRAM_DAYS),
    ]
    total: np.ndarray = sum(
        season_between(first, np.maximum(first, last)) * relative_rate(process, np.array(since))
        for first, last, since in pieces
    )
    return rate * total


def later_offers(people: People, entry: int) -> np.ndarray:
    """(n, k + 1) probability that a control of entry `entry` is first offered at each later one or never."""
    probability = offer_probability(people).copy()
    probability[:, : entry + 1] = 0
    not_before = np.cumprod(np.hstack([np.ones((len(people), 1)), 1 - probability]), axis=1)
    return np.hstack([probability * not_before[:, :-1], not_before[:, -1:]])


def by_arm(people: People, entry: int, if_offered_at: np.ndarray) -> np.ndarray:
    """(n, 2) expectation under control and under the offer.

    `if_offered_at` (n, k + 1) is the expectation when first offered at each list entry, or never.
    """
    control = (later_offers(people, entry) * if_offered_at).sum(axis=1)
    return np.column_stack([control, if_offered_at[:, entry]])


def counts(people: People, entry: int, window_end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Expected events (n, processes, 2 arms) and observed days (n,) of list entry `entry` in its window.

    `window_end` (n,) is exclusive. Days are observed while the person is covered without a gap, alive, and
    the claims complete; they are the same under both arms.
    """
    start = lottery_days(people)[:, entry]
    end = np.minimum(np.minimum(window_end, CLAIMS_END), observed_until(people)[:, entry])
    contacts = first_contacts(people)
    expected = [
        by_arm(
            people,
            entry,
            expected_events(process, people.rates[:, [process]], start[:, None], end[:, None], contacts),
        )
        for process in range(len(PROCESSES))
    ]
    return np.stack(expected, axis=1), np.maximum(end - start, 0)


def vaccinated(people: People, entry: int, by_day: int) -> np.ndarray:
    """(n, 2) probability of a dose on or before `by_day` under control and the offer; none after death."""
    hazard = people.vaccine_hazard * hazard_until(np.minimum(by_day, people.died))
    ratio = np.where(first_contacts(people) < NEVER, VACCINE_HAZARD_RATIO, 1.0)
    return by_arm(people, entry, 1 - np.exp(-hazard[:, None] * ratio))


def engaged(people: People, entry: int, window_end: np.ndarray) -> np.ndarray:
    """(n,) whether the enrollment has a contact before `window_end` when offered; no control ever has."""
    return first_contacts(people)[:, entry] < window_end


def entries(people: People) -> Iterator[int]:
    """The list entries that somebody in the chunk has."""
    return (entry for entry in range(people.lists.shape[1]) if (people.lists[:, entry] >= 0).any())
