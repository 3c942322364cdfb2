"""COVID-19 vaccine doses, as an immunization registry reports them (it sees everyone alive)."""

from datetime import date

import numpy as np

from armwise.example.calendar import DAY_ZERO, NEVER, REGISTRIES_END

_FIRST_DOSE = (date(2020, 12, 15) - DAY_ZERO).days
# The second and third product came later: before its authorization everybody got the first (CVX 208).
_FROM = {
    207: (date(2020, 12, 18) - DAY_ZERO).days,
    212: (date(2021, 2, 27) - DAY_ZERO).days,
}
# Cumulative hazard of a first dose: slow while doses were scarce, fast in spring 2021, slow again.
_HAZARD_DAYS = _FIRST_DOSE + np.array([0, 45, 90, 120, 170, 290, 382])
_HAZARD = np.array([0.0, 0.04, 0.18, 0.50, 0.90, 1.15, 1.30])


def hazard_until(day: np.ndarray) -> np.ndarray:
    """Cumulative hazard of a first dose through the end of each day, for a person of average propensity."""
    return np.interp(np.asarray(day) + 1, _HAZARD_DAYS, _HAZARD, left=0.0)


def first_dose_days(hazard: np.ndarray, died: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n,) day of the first dose given relative hazards; NEVER for none by death or by 2021-12-31."""
    reached = rng.exponential(1.0, len(hazard)) / hazard
    day = np.ceil(np.interp(reached, _HAZARD, _HAZARD_DAYS)).astype(int) - 1
    day = np.maximum(day, _FIRST_DOSE)
    return np.where((reached <= _HAZARD[-1]) & (day <= died) & (day < REGISTRIES_END), day, NEVER)


def write_doses(
    people_hazard: np.ndarray, died: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Dose records: person (row), day, cvx; second doses, some boosters, unspecified products, duplicates."""
    first = first_dose_days(people_hazard, died, rng)
    n = len(first)
    product = np.array([208, 207, 212, 213])[np.searchsorted([0.53, 0.90, 0.98], rng.random(n))]
    product = np.where(first < np.where(product == 212, _FROM[212], _FROM[207]), 208, product)
    interval = np.where(product == 207, 28, 21) + rng.choice([-6, -2, 0, 0, 0, 1, 2, 5, 12, 40], n)
    second = np.where((product != 212) & (rng.random(n) < 0.91), first + interval, NEVER)
    booster = np.where((second < NEVER) & (rng.random(n) < 0.3), second + rng.integers(180, 240, n), NEVER)
    mixed = np.where(rng.random(n) < 0.01, 415 - product, product)  # 207 <-> 208
    mixed = np.where(product >= 212, product, mixed)
    person = np.tile(np.arange(n), 3)
    day, cvx = np.concatenate([first, second, booster]), np.concatenate([product, mixed, mixed])
    given = (day < REGISTRIES_END) & (day <= np.tile(died, 3))
    person, day, cvx = person[given], day[given], cvx[given]
    again = np.flatnonzero(rng.random(len(person)) < 0.015)  # reported by the clinic and by the pharmacy
    person, day, cvx = (np.concatenate([values, values[again]]) for values in (person, day, cvx))
    order = np.lexsort((cvx, day, person))
    return {"person": person[order], "day": day[order], "cvx": cvx[order]}
