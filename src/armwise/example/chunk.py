"""Chunks of people: what is drawn for them, each stage from random numbers of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from armwise.example.calendar import NEVER
from armwise.example.contacts import draw_contacts
from armwise.example.design import VACCINE_HAZARD_RATIO, stream
from armwise.example.happenings import Events, draw_events
from armwise.example.lottery import Lottery, draw_lottery, first_contacts, lottery_days, observed_until
from armwise.example.people import People, draw_people
from armwise.example.vaccination import write_doses

SIZE = 4096  # people drawn at a time; a part of the recipe: another size gives other people
STRANGERS = 0.012  # people with claims who were on no list, per randomized person
FIRST_STRANGER = 6_000_000  # their numbers begin here
_PEOPLE, _LOTTERY, _EVENTS, _CLAIMS, _DOSES, _CONTACTS, _COVERAGE, _THEIR_EVENTS, _STRANGERS = range(9)


@dataclass(frozen=True)
class Chunk:
    """Some people with their lotteries, and where their numbers start."""

    seed: int
    index: int
    people: People
    lottery: Lottery
    first_person: int
    first_enrollment: int

    @cached_property
    def contact(self) -> np.ndarray:
        """(n,) day of the first two-way contact, after the offer that was made; NEVER for none."""
        return _at(first_contacts(self.people), self.lottery.offered_at)

    @cached_property
    def events(self) -> Events:
        """What happened to the people."""
        return draw_events(self.people, self.contact, self._random(_EVENTS))

    @cached_property
    def doses(self) -> dict[str, np.ndarray]:
        """Vaccine doses as recorded: person, day, cvx."""
        engaged = np.where(self.contact < NEVER, VACCINE_HAZARD_RATIO, 1.0)
        hazard = self.people.vaccine_hazard * engaged
        return write_doses(hazard, self.people.died, self._random(_DOSES))

    @cached_property
    def contacts(self) -> dict[str, np.ndarray]:
        """Contacts as recorded: person, day, kind, identified."""
        entry, never = self.lottery.offered_at, np.full((len(self.people), 1), NEVER)
        offered = _at(np.hstack([lottery_days(self.people), never]), entry)
        until = _at(np.hstack([observed_until(self.people), never]), entry)
        return draw_contacts(offered, self.contact, until, self._random(_CONTACTS))

    @cached_property
    def strangers(self) -> People:
        """People who were never on a list; the plan sends their claims all the same."""
        return draw_people(round(STRANGERS * len(self.people)), self._random(_STRANGERS))

    @cached_property
    def events_of_strangers(self) -> Events:
        """What happened to them."""
        nobody = np.full(len(self.strangers), NEVER)
        return draw_events(self.strangers, nobody, self._random(_THEIR_EVENTS))

    @property
    def person_numbers(self) -> np.ndarray:
        """Numbers of the people, then of the strangers."""
        theirs = FIRST_STRANGER + self.index * SIZE + np.arange(len(self.strangers))
        return np.concatenate([self.first_person + np.arange(len(self.people)), theirs])

    @property
    def offered_enrollment(self) -> np.ndarray:
        """(n,) number of the enrollment in which each person was offered the program (any, if in none)."""
        enrolled = self.lottery.enrolled
        number = (np.cumsum(enrolled) - 1).reshape(enrolled.shape) + self.first_enrollment
        return _at(number, np.minimum(self.lottery.offered_at, enrolled.shape[1] - 1))

    def random_for_claims(self) -> np.random.Generator:
        """Random numbers for writing claims."""
        return self._random(_CLAIMS)

    def random_for_coverage(self) -> np.random.Generator:
        """Random numbers for writing coverage."""
        return self._random(_COVERAGE)

    def _random(self, stage: int) -> np.random.Generator:
        return stream(self.seed, self.index, stage)


def chunks(enrollments: int, seed: int) -> Iterator[Chunk]:
    """Chunks of people with exactly so many enrollments in all."""
    index, people_so_far, enrollments_so_far = 0, 0, 0
    while enrollments_so_far < enrollments:
        people = draw_people(SIZE, stream(seed, index, _PEOPLE))
        lottery = draw_lottery(people, stream(seed, index, _LOTTERY))
        kept = _as_many_as(enrollments - enrollments_so_far, people, lottery)
        people = people.take(kept)
        lottery = Lottery(lottery.enrolled[kept], lottery.offered[kept])
        yield Chunk(seed, index, people, lottery, people_so_far, enrollments_so_far)
        people_so_far += len(people)
        enrollments_so_far += int(lottery.enrolled.sum())
        index += 1


def _as_many_as(wanted: int, people: People, lottery: Lottery) -> np.ndarray:
    """The first people with at most `wanted` enrollments, then some with one list entry to make it exact."""
    total = np.cumsum(lottery.enrolled.sum(axis=1))
    kept = np.flatnonzero(total <= wanted)
    if len(kept) == len(people):
        return kept
    missing = wanted - (int(total[len(kept) - 1]) if len(kept) else 0)
    once = np.flatnonzero((people.lists >= 0).sum(axis=1) == 1)  # settled before any lottery
    return np.concatenate([kept, once[once >= len(kept)][:missing]])


def _at(values: np.ndarray, column: np.ndarray) -> np.ndarray:
    """One column per row."""
    return np.take_along_axis(values, column[:, None], axis=1)[:, 0]
