"""People: who they are, how frail, when covered, when they die, which lists they would be on.

Everything here is settled before any lottery and the same under either arm.
"""

from dataclasses import dataclass, fields

import numpy as np

from armwise.example.calendar import (
    COHORT_DAYS,
    FIRST_COHORT_MONTH,
    NEVER,
    month_of,
    month_start,
)
from armwise.example.design import (
    ADMISSIONS_PER_YEAR,
    COHORT_SHARES,
    ED_VISITS_PER_YEAR,
    ENGAGED_SHARE,
    MOST_ENROLLMENTS,
    N_COHORTS,
    RETURN_PROBABILITY,
    TIER_MULTIPLIER,
    TIER_SHARES,
)

SEXES = ["Female", "Male"]
RACES = ["Asian", "Black", "Hispanic", "White", "Other"]
LANGUAGES = ["English", "Spanish", "Chinese", "Other", None]  # None: not recorded
_RACE_SHARES = [0.13, 0.19, 0.33, 0.27, 0.08]
_LANGUAGE_BY_RACE = np.array(
    [
        [0.55, 0.00, 0.25, 0.18, 0.02],
        [0.97, 0.00, 0.00, 0.01, 0.02],
        [0.56, 0.41, 0.00, 0.01, 0.02],
        [0.95, 0.00, 0.00, 0.03, 0.02],
        [0.80, 0.02, 0.00, 0.16, 0.02],
    ]
)


@dataclass(frozen=True)
class People:
    """Arrays with one row per person; days are day numbers, spans half-open."""

    birth_day: np.ndarray
    sex: np.ndarray
    race: np.ndarray
    language: np.ndarray
    tier: np.ndarray
    rates: np.ndarray  # (n, 4) events per day of each process without the program
    frailty: np.ndarray  # (n,) mean 1, shared by all processes
    span_starts: np.ndarray  # (n, 3) coverage, in order; an empty span starts where it ends
    span_ends: np.ndarray  # (n, 3)
    died: np.ndarray  # (n,) NEVER when alive at the end
    lists: np.ndarray  # (n, MOST_ENROLLMENTS) cohorts whose list would hold the person, -1 for none
    engages: np.ndarray  # (n,) whether the person engages when offered
    lag: np.ndarray  # (n,) days from offer to first contact
    vaccine_hazard: np.ndarray  # (n,) relative to the general hazard
    grid_phase: np.ndarray  # (n,) 0 to 5, see happenings.py

    def __len__(self) -> int:
        return len(self.birth_day)

    def and_also(self, others: "People") -> "People":
        """These people, then others."""
        both = {
            field.name: (getattr(self, field.name), getattr(others, field.name)) for field in fields(self)
        }
        return People(**{name: np.concatenate(values) for name, values in both.items()})

    def take(self, rows: np.ndarray) -> "People":
        """The people of some rows."""
        return People(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def choose(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    """One category per row of `shares` (n, categories); rows sum to 1."""
    return (rng.random((len(shares), 1)) > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1)


def draw_people(n: int, rng: np.random.Generator) -> People:
    """`n` people."""
    race = rng.choice(len(RACES), n, p=_RACE_SHARES)
    age = 19 + 61 * rng.beta(1.3, 1.6, n)  # at the first lottery
    frailty = rng.gamma(1.2, 1 / 1.2, n)
    tier = _tier(frailty, rng)
    language = choose(rng, _LANGUAGE_BY_RACE[race])
    cohort = rng.choice(N_COHORTS, n, p=COHORT_SHARES)
    died = COHORT_DAYS[cohort] + 1 + _days_alive(age, frailty, rng)
    starts, ends = _coverage(cohort, died, rng)
    return People(
        birth_day=COHORT_DAYS[0] - np.ceil(age * 365.25).astype(int),
        sex=rng.choice(2, n, p=[0.56, 0.44]),
        race=race,
        language=language,
        tier=tier,
        rates=_rates(age, frailty, tier, rng),
        frailty=frailty,
        span_starts=starts,
        span_ends=ends,
        died=died,
        lists=_lists(cohort, starts, ends, died, rng),
        engages=rng.random(n) < _engagement(frailty, language),
        lag=np.minimum(5 + rng.gamma(1.5, 25, n), 300).astype(int),
        vaccine_hazard=rng.gamma(1.5, 1 / 1.5, n) * np.exp(0.012 * (age - 45)),
        grid_phase=rng.integers(0, 6, n),
    )


def _tier(frailty: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Risk as the plan's score sees it: frailty with error, cut at fixed scores."""
    score = np.log(frailty + 0.05) + rng.normal(0, 0.8, len(frailty))
    low, medium, _ = TIER_SHARES
    # The cuts are quantiles of the score's distribution, fixed so that a tier means the same in each chunk.
    cuts = {0.40: -0.456, 0.75: 0.496}
    return np.digitize(score, [cuts[round(low, 2)], cuts[round(low + medium, 2)]])


def _rates(age: np.ndarray, frailty: np.ndarray, tier: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Events per day of each process: gamma frailty, shared and its own, makes them vary and go together."""
    n = len(age)
    own = [rng.gamma(0.5, 1 / 0.5, n), rng.gamma(1.3, 1 / 1.3, n)]
    admissions = np.minimum(frailty * own[0], 25) * TIER_MULTIPLIER[tier] * (0.7 + 0.3 * age / 45)
    ed_visits = np.minimum(frailty * own[1], 25) * TIER_MULTIPLIER[tier] * (1.15 - 0.15 * age / 45)
    avoidable = np.interp(age, [20, 40, 70], [0.10, 0.16, 0.26])
    per_day = (
        np.column_stack(
            [
                admissions * avoidable * ADMISSIONS_PER_YEAR,
                admissions * (1 - avoidable) * ADMISSIONS_PER_YEAR,
                ed_visits * 0.25 * ED_VISITS_PER_YEAR,
                ed_visits * 0.75 * ED_VISITS_PER_YEAR,
            ]
        )
        / 365.25
    )
    return per_day / np.array([1.28, 1.28, 1.24, 1.24])  # frailty and tier go together


def _days_alive(age: np.ndarray, frailty: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    per_year = 0.016 * np.exp(0.045 * (age - 45)) * np.sqrt(frailty)
    days = rng.exponential(365.25 / per_year)
    return np.where(days < 5000, days, NEVER).astype(int)


def _coverage(
    cohort: np.ndarray, died: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Up to three spans of whole months, the middle one over the first lottery; then cut at death's month."""
    n = len(cohort)
    lottery_month = FIRST_COHORT_MONTH + cohort
    start = lottery_month - np.minimum(rng.geometric(1 / 30, n), 90)
    end = lottery_month + np.minimum(rng.geometric(0.011, n), 100)
    before_end = start - rng.integers(1, 4, n)
    before_start = np.where(
        rng.random(n) < 0.15, before_end - np.minimum(rng.geometric(1 / 10, n), 20), before_end
    )
    after_start = end + rng.integers(1, 7, n)
    after_end = np.where(rng.random(n) < 0.45, after_start + rng.geometric(0.03, n), after_start)
    # A few lost coverage between the making of the list and the lottery.
    too_late = rng.random(n) < 0.004
    end = np.where(too_late, lottery_month, end)
    after_end = np.where(too_late, after_start, after_end)
    starts = np.minimum(np.column_stack([before_start, start, after_start]), 110)
    ends = np.minimum(np.column_stack([before_end, end, after_end]), 110)
    last = month_start(np.minimum(month_of(np.minimum(died, 3600)) + 1, 110))[:, None]
    starts, ends = np.minimum(month_start(starts), last), np.minimum(month_start(ends), last)
    return starts, ends


def covered(people_starts: np.ndarray, people_ends: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Whether each person (rows) is covered on each day (n, k)."""
    inside = (people_starts[:, None, :] <= days[:, :, None]) & (days[:, :, None] < people_ends[:, None, :])
    return np.asarray(inside.any(axis=2))


def _lists(
    cohort: np.ndarray, starts: np.ndarray, ends: np.ndarray, died: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """The cohorts on whose list a person would be as long as no lottery has offered the program."""
    n = len(cohort)
    months = np.arange(N_COHORTS)[None, :]
    days = np.broadcast_to(COHORT_DAYS, (n, N_COHORTS))
    eligible = covered(starts, ends, days) & (days < died[:, None]) & (months >= cohort[:, None] + 2)
    listed = eligible & (rng.random((n, N_COHORTS)) < RETURN_PROBABILITY)
    listed |= months == cohort[:, None]
    order = np.argsort(~listed, axis=1, kind="stable")[:, :MOST_ENROLLMENTS]
    return np.where(np.take_along_axis(listed, order, axis=1), order, -1)


def _engagement(frailty: np.ndarray, language: np.ndarray) -> np.ndarray:
    """Frailer people engage more; so engaged and not engaged cannot be compared."""
    spanish = np.where(language == 1, 0.04, 0.0)
    return np.clip(ENGAGED_SHARE + 0.05 + 0.10 * np.log(np.maximum(frailty, 0.05)) + spanish, 0.05, 0.85)
