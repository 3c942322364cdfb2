"""The family-wise P values of the Illinois Workplace Wellness Study, by its authors' own bootstrap.

Employees are drawn again with replacement within strata. Every model is fitted to each draw; its statistic is
that of the hypothesis that the effect is the observed one (Westfall and Young 1993; wyoung of Stata). armwise
itself draws arms again in place of people (`estimates.randomization`); the step-down is the same.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from armwise.estimates.randomization import westfall_young

Array = np.ndarray
DRAWS, SEED = 1000, 1
FAMILIES = (
    ("diabetes_diagnosis", "hypertension_diagnosis", "hyperlipidemia_diagnosis"),
    ("office_or_outpatient", "inpatient", "emergency"),
)
# The authors drew 1,000 times too; apart from rounding to two digits, so many standard errors between both.
ROUNDING, ERRORS = 0.005, 3.5


@dataclass(frozen=True)
class Analysis:
    """One outcome in one window: rows analysed, with residuals to be had within strata."""

    rows: Array
    outcome: Array
    arm: Array
    uptake: Array
    covariates: Array
    weight: Array
    stratum: Array

    def statistics(self, times: Array) -> tuple[float, float, float, float]:
        """Return effect and standard error of assignment (HC1) and of uptake (2SLS, HC0).

        `times` says how often each row of the file was drawn.
        """
        often = times[self.rows].astype(float)
        weight = self.weight * often
        y, z, d, x = self._within_strata(weight)
        y, z, d = (self._without(v, x, weight) for v in (y, z, d))
        square = weight @ z**2
        itt, late = (weight * z) @ y / square, (weight * z) @ y / ((weight * z) @ d)
        strata = len(np.unique(self.stratum[often > 0]))
        scale = often.sum() / (often.sum() - x.shape[1] - 1 - strata)
        spread = [np.sqrt(often @ (self.weight * z * (y - b * of)) ** 2) for b, of in ((itt, z), (late, d))]
        return itt, np.sqrt(scale) * spread[0] / square, late, spread[1] / abs((weight * z) @ d)

    def _within_strata(self, weight: Array) -> tuple[Array, ...]:
        total = np.bincount(self.stratum, weight)
        some = np.where(total > 0, total, 1)

        def centred(v: Array) -> Array:
            return v - (np.bincount(self.stratum, weight * v, len(total)) / some)[self.stratum]

        x = np.column_stack([centred(column) for column in self.covariates.T])
        return centred(self.outcome), centred(self.arm), centred(self.uptake), x

    @staticmethod
    def _without(v: Array, x: Array, weight: Array) -> Array:
        """Return a column without what the covariates tell of it, by weighted least squares."""
        return v - x @ np.linalg.solve((x * weight[:, None]).T @ x, (x * weight[:, None]).T @ v)


def analyses(people: pd.DataFrame, settings: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Analysis]:
    """Yield the analyses of a family: each outcome in each window, as the trial's settings declare them."""
    columns = settings["data"]["participants"]["columns"]
    stratum = pd.factorize(people[columns["stratum"]])[0]
    controls = people[[each["column"] for each in settings["baseline"].values()]].to_numpy(float)
    arm = people[columns["arm"]].to_numpy(float)
    uptake = people[settings["estimates"]["uptake"]["column"]].to_numpy(float)
    for outcome in (settings["outcomes"][name] for name in names):
        for window in settings["follow_up"]["windows"]:
            y = people[outcome["column"][window]].to_numpy(float)
            weight = people[outcome["weight"][window]].fillna(0).to_numpy(float)
            known = (weight > 0) & ~np.isnan(np.column_stack([y, uptake, controls])).any(axis=1)
            rows = np.flatnonzero(known)
            parts = (y, arm, uptake, controls, weight, stratum)
            yield Analysis(rows, *(part[rows] for part in parts))


def draws(strata: Array, count: int, seed: int) -> Iterator[Array]:
    """Yield how often each row is drawn, with replacement within its stratum."""
    random = np.random.default_rng(seed)
    members = [np.flatnonzero(strata == code) for code in range(strata.max() + 1)]
    for _ in range(count):
        drawn = np.concatenate([random.choice(rows, len(rows)) for rows in members])
        yield np.bincount(drawn, minlength=len(strata))


def family_wise(
    people: pd.DataFrame, settings: Mapping[str, Any], names: tuple[str, ...], count: int = DRAWS
) -> dict[tuple[str, str, str], float]:
    """Return the P values of a family by outcome, window and effect (itt or late)."""
    members = list(analyses(people, settings, names))
    everyone = np.ones(len(people), np.int64)
    observed = np.array([each.statistics(everyone) for each in members])
    strata = pd.factorize(people[settings["data"]["participants"]["columns"]["stratum"]])[0]
    drawn = np.array([[each.statistics(t) for each in members] for t in draws(strata, count, SEED)])
    keys = [(name, window) for name in names for window in settings["follow_up"]["windows"]]
    found = {}
    for effect, place in (("itt", 0), ("late", 2)):
        size = observed[:, place] / observed[:, place + 1]
        null = (drawn[:, :, place] - observed[:, place]) / drawn[:, :, place + 1]
        found |= {(*key, effect): p for key, p in zip(keys, westfall_young(size, null), strict=True)}
    return found


class FamilyWise(NamedTuple):
    """A printed family-wise P value beside ours."""

    outcome: str
    window: str
    effect: str
    printed: str
    ours: float

    @property
    def agrees(self) -> bool:
        return not apart(float(self.printed), self.ours)


def beside_printed(claims: str | Path, settings: Mapping[str, Any], printed: str | Path) -> list[FamilyWise]:
    """Return every printed family-wise P value beside ours."""
    people = pd.read_csv(claims)
    found: dict[tuple[str, str, str], float] = {}
    for names in FAMILIES:
        found |= family_wise(people, settings, names)
    with Path(printed).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [FamilyWise(*row.values(), found[row["outcome"], row["window"], row["effect"]]) for row in rows]


def apart(printed: float, ours: float, count: int = DRAWS) -> bool:
    """Say whether two P values of so many draws are further apart than chance and rounding explain."""
    middle = min(max((printed + ours) / 2, 0.01), 0.99)
    error = np.sqrt(middle * (1 - middle) * (1 / DRAWS + 1 / count))
    return bool(abs(printed - ours) > ROUNDING + ERRORS * error)
