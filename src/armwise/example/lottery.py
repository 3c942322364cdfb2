"""The lotteries: who was drawn, cohort after cohort."""

from dataclasses import dataclass

import numpy as np

from armwise.example.calendar import COHORT_DAYS, NEVER
from armwise.example.design import OFFER_PROBABILITY
from armwise.example.people import People


@dataclass(frozen=True)
class Lottery:
    """What the lotteries did to one chunk of people; k = MOST_ENROLLMENTS."""

    enrolled: np.ndarray  # (n, k) whether the list entry became an enrollment
    offered: np.ndarray  # (n, k) whether it was drawn for the offer

    @property
    def offered_at(self) -> np.ndarray:
        """(n,) which list entry was drawn; k for people who never were."""
        return np.where(self.offered.any(axis=1), self.offered.argmax(axis=1), self.offered.shape[1])


def offer_probability(people: People) -> np.ndarray:
    """(n, k) probability that a list entry is drawn; 0 where there is none."""
    probability = OFFER_PROBABILITY[people.lists, people.tier[:, None]]
    return np.where(people.lists >= 0, probability, 0.0)


def lottery_days(people: People) -> np.ndarray:
    """(n, k) day of each lottery; NEVER where there is none."""
    return np.where(people.lists >= 0, COHORT_DAYS[people.lists], NEVER)


def draw_lottery(people: People, rng: np.random.Generator) -> Lottery:
    """Draw every lottery: a person who was offered the program is on no later list."""
    drawn = rng.random(people.lists.shape) < offer_probability(people)
    before = np.cumsum(drawn, axis=1) - drawn > 0
    enrolled = (people.lists >= 0) & ~before
    return Lottery(enrolled=enrolled, offered=drawn & enrolled)


def first_contacts(people: People) -> np.ndarray:
    """(n, k + 1) first contact if offered at each list entry (last column: never offered); NEVER if none.

    Whoever dies or loses coverage before the case manager has reached them never engages.
    """
    days = lottery_days(people)
    contact = days + people.lag[:, None]
    reached = people.engages[:, None] & (contact < observed_until(people)) & (people.lists >= 0)
    never = np.full((len(people), 1), NEVER)
    return np.hstack([np.where(reached, contact, NEVER), never])


def observed_until(people: People) -> np.ndarray:
    """(n, k) first uncovered day, or day after death, from each lottery on; the lottery day if uncovered."""
    days = lottery_days(people)
    inside = (people.span_starts[:, None, :] <= days[:, :, None]) & (
        days[:, :, None] < people.span_ends[:, None, :]
    )
    end = np.where(inside, people.span_ends[:, None, :], 0).max(axis=2)
    return np.maximum(np.minimum(end, people.died[:, None] + 1), days)
