"""A made-up trial in arrays, of any size: the data of the primary count model, the same for every engine."""

from typing import NamedTuple

import numpy as np

STRATA, COVARIATES, SEED = 60, 12, 20_261_124


class Trial(NamedTuple):
    """n enrollments in the order of their strata: columns are arm and covariates, (1 + 12, n)."""

    outcome: np.ndarray
    columns: np.ndarray
    stratum: np.ndarray
    weight: np.ndarray
    exposure: np.ndarray
    cluster: np.ndarray


def made(rows: int) -> Trial:
    """Make counts that are over-dispersed, with chances of the offer that differ by stratum."""
    generator = np.random.default_rng(SEED)
    stratum = np.sort(generator.integers(0, STRATA, rows))
    chance = 0.3 + 0.4 * (stratum % 5) / 5
    columns = np.empty((1 + COVARIATES, rows))
    columns[0] = generator.random(rows) < chance
    for place in range(1, 1 + COVARIATES):
        columns[place] = covariate(place, rows, generator)
    exposure = generator.uniform(0.1, 1, rows)
    rate = np.exp(0.02 * (stratum % 7) - 0.1 * columns[0] + 0.1 * columns[1:].sum(0) - 1.4)
    outcome = generator.poisson(exposure * rate * generator.gamma(2, 0.5, rows)).astype(float)
    cluster = np.unique(generator.integers(0, rows * 2 // 3, rows), return_inverse=True)[1]
    weight = 1 / np.where(columns[0] == 1, chance, 1 - chance)
    return Trial(outcome, columns, stratum, weight, exposure, cluster)


def covariate(place: int, rows: int, generator: np.random.Generator) -> np.ndarray:
    """Make a covariate: in turn continuous, an indicator, a count."""
    return (
        generator.normal(size=rows),
        (generator.random(rows) < place / 15).astype(float),
        generator.poisson(1.0, rows).astype(float),
    )[place % 3]
