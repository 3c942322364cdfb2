"""What happened: stays and ED visits, drawn day by day from each person's rates.

A person's days go in rounds of six with a phase of their own: an admission can fall on the first day of a
round, an ED visit on the third or the fifth, each with its rate times the days that it stands for. So
expected counts are exactly the integral of the rates, two events are never on neighbouring days, and a stay,
which ends at the latest the day before the next event, never touches another. An analysis that joins what
overlaps or touches finds exactly these events.
"""

from dataclasses import dataclass, fields

import numpy as np

from armwise.example.calendar import CLAIMS_END, NEVER
from armwise.example.people import People
from armwise.example.potential import SEASON, relative_rate

ROUND = 6


@dataclass(frozen=True)
class Events:
    """Stays and ED visits that ended in none; one row each, sorted by person and day."""

    person: np.ndarray
    day: np.ndarray
    is_stay: np.ndarray
    avoidable: np.ndarray
    nights: np.ndarray  # 0 for ED visits and same-day stays
    via_ed: np.ndarray
    died_there: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def and_also(self, others: "Events", first_person: int) -> "Events":
        """These events, then those of others, whose people are numbered from `first_person`."""
        later = {**vars(others), "person": others.person + first_person}
        return Events(**{name: np.concatenate([values, later[name]]) for name, values in vars(self).items()})

    def take(self, rows: np.ndarray) -> "Events":
        """Some of the events."""
        return Events(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def draw_events(people: People, contact: np.ndarray, rng: np.random.Generator) -> Events:
    """Events of all covered days until death, given each person's actual first contact (n,)."""
    drawn = [
        _draw_on(people, contact, offset, stands_for, processes, rng)
        for offset, stands_for, processes in [
            (0, ROUND, (0, 1)),
            (2, ROUND / 2, (2, 3)),
            (4, ROUND / 2, (2, 3)),
        ]
    ]
    person, day, process = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    order = np.lexsort((day, person))
    person, day, process = person[order], day[order], process[order]
    return _with_stays(people, person, day, process, rng)


def _draw_on(
    people: People,
    contact: np.ndarray,
    offset: int,
    stands_for: float,
    processes: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Person, day and process of the events that fall on one day of each round."""
    rounds = np.arange(CLAIMS_END // ROUND + 1) * ROUND
    days = rounds[None, :] + ((offset + people.grid_phase) % ROUND)[:, None]
    first, second = (
        stands_for
        * people.rates[:, [process]]
        * SEASON[days]
        * relative_rate(process, days - contact[:, None])
        for process in processes
    )
    draw = rng.random(days.shape)
    happens = (draw < first + second) & _possible(people, days)
    person, column = np.nonzero(happens)
    process = np.where(draw[happens] < first[happens], *processes)
    return person, days[person, column], process


def _possible(people: People, days: np.ndarray) -> np.ndarray:
    possible = np.zeros(days.shape, dtype=bool)
    for start, end in zip(people.span_starts.T, people.span_ends.T, strict=True):
        possible |= (start[:, None] <= days) & (days < end[:, None])
    return possible & (days <= people.died[:, None]) & (days < CLAIMS_END)


def _with_stays(
    people: People, person: np.ndarray, day: np.ndarray, process: np.ndarray, rng: np.random.Generator
) -> Events:
    n = len(person)
    is_stay = process < 2
    same_person = np.append(person[1:] == person[:-1], False)
    next_day = np.where(same_person, np.append(day[1:], NEVER), NEVER)
    next_is_stay = np.append(is_stay[1:], False)
    until_next = next_day - day - np.where(next_is_stay, 2, 1)
    until_death = people.died[person] - day
    nights = np.minimum(np.ceil(rng.lognormal(1.15, 0.75, n)).astype(int), 60)
    nights = np.where(rng.random(n) < 0.03, 0, nights)
    dies_there = (until_death <= 14) & (until_death <= until_next)  # the last stay before a death
    nights = np.where(dies_there, until_death, np.minimum(nights, np.minimum(until_next, until_death)))
    return Events(
        person=person,
        day=day,
        is_stay=is_stay,
        avoidable=(process == 0) | (process == 2),
        nights=np.where(is_stay, nights, 0),
        via_ed=is_stay & (rng.random(n) < 0.62),
        died_there=is_stay & dies_there,
    )
