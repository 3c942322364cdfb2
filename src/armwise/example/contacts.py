"""Contacts of case managers with the people who were offered the program, attempts among them."""

import numpy as np

from armwise.example.calendar import CLAIMS_END, NEVER
from armwise.example.design import PROGRAM_DAYS

KINDS = ["attempt", "direct_help", "emotional_support", "system_navigation"]
_DAYS_BETWEEN = 24
_NO_ENROLLMENT_ID = 0.015


def draw_contacts(
    offered: np.ndarray, contact: np.ndarray, until: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Contacts of one chunk.

    `offered`, `contact`, `until` (n,): day of the offer, of the first two-way contact, and the first day
    without coverage or after death; NEVER where there is none. Returns person (row), day, kind, identified
    (whether the record names the enrollment), sorted by person and day.
    """
    n = len(offered)
    reached = contact < NEVER
    attempts = np.where(offered < NEVER, np.where(reached, rng.poisson(0.8, n), 1 + rng.poisson(1.5, n)), 0)
    person = np.repeat(np.arange(n), attempts)
    wait = np.where(reached, contact - offered, 60)[person]
    tried = offered[person] + (rng.random(len(person)) * wait).astype(int)
    number = np.where(reached, rng.poisson(PROGRAM_DAYS / _DAYS_BETWEEN, n), 0)
    again = np.repeat(np.arange(n), number)
    later = contact[again] + rng.integers(1, PROGRAM_DAYS, len(again))
    first = np.flatnonzero(reached)
    person, day = np.concatenate([person, first, again]), np.concatenate([tried, contact[first], later])
    kind = 1 + np.searchsorted([0.25, 0.60], rng.random(len(person)))
    kind[: len(tried)] = 0
    kept = np.flatnonzero((day < until[person]) & (day < CLAIMS_END))
    order = kept[np.lexsort((kind[kept], day[kept], person[kept]))]
    return {
        "person": person[order],
        "day": day[order],
        "kind": kind[order],
        "identified": rng.random(len(order)) >= _NO_ENROLLMENT_ID,
    }
