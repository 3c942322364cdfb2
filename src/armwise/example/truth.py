"""The truth of every estimand, from potential outcomes alone, before an event is drawn or a line exists.

The enrollments are those that the lotteries made. For each of them the generator knows what to expect under
both arms (potential.py), given its person's rates, engagement, coverage and death, none of which the arm
changes. Each enrollment counts once in both arms, which is what weights of one over the assignment
probability estimate. With e an enrollment, s its stratum, Y(a) expected events, D observed days / 365.25:

rate_ratio       sum of Y(offer) / sum of Y(control), over all enrollments (D is the same in both arms);
                 what a Poisson model with strata, offset and these weights estimates.
rate             per person-year: in each stratum sum of Y(a) / sum of D, averaged over strata by their share
                 of enrollments; what predictions for everyone at one person-year, averaged, estimate.
rate_difference  rate under the offer minus rate under control, per person-year.
risk             share of all enrollments with the event by the date; death before it means none.
risk_difference, risk_ratio   of those risks.
uptake           an outcome of its own: the share of all enrollments with a two-way contact in the window when
                 offered (none as control); as risk and risk_difference.
complier_rate_difference, complier_risk_difference   rate or risk difference / uptake in the same window
                 (for a dose by a date: uptake by that date).

Subgroups (truth_subgroups.csv): the same, with the enrollments of one level of a characteristic in place of
all; its ratios are what one model with strata, level and arm by level estimates.

Control means: control now, then the later lotteries as designed, the person kept as randomized. Observation
ends at the first uncovered day, the day after death, the end of the window or of the claims (2020-03-31).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from math import isnan

import numpy as np
import pyarrow as pa

from armwise.example.calendar import NEVER, day_number, window_ends
from armwise.example.design import ARMS, N_COHORTS, OUTCOMES, PROCESSES, TIERS
from armwise.example.lottery import Lottery
from armwise.example.people import LANGUAGES, RACES, People
from armwise.example.potential import counts, engaged, entries, vaccinated

WINDOWS = {"6mo": 6, "12mo": 12, "18mo": 18, "24mo": 24}
VACCINE_DATE = date(2021, 9, 30)
CONTRAST = f"{ARMS[1]} vs {ARMS[0]}"

DEFINITIONS = {
    "rate_ratio": "expected events if all were offered / if none were now",
    "rate": "expected events per person-year within strata; averaged by the strata's shares of enrollments",
    "rate_difference": "difference of those rates; per person-year",
    "risk": "share of enrollments with the event by the date; for uptake with a contact in the window",
    "risk_difference": "difference of those risks",
    "risk_ratio": "ratio of those risks",
    "complier_rate_difference": "rate difference / uptake",
    "complier_risk_difference": "risk difference / uptake",
}

# Sums are kept by cohort, tier, race and language: subgroup -> its levels and its place among those four.
_CELLS = (N_COHORTS, len(TIERS), len(RACES), len(LANGUAGES))
_CHARACTERISTICS: dict[str, tuple[Sequence[str | None], int]] = {
    "risk_tier": (TIERS, 1),
    "race_ethnicity": (RACES, 2),
    "language": (LANGUAGES, 3),
}
SUBGROUPS = {
    f"{name}={level}": (place, index)
    for name, (levels, place) in _CHARACTERISTICS.items()
    for index, level in enumerate(levels)
    if level is not None
}
Row = tuple[str, str, str, str, float]


class Truth:
    """Sums of potential outcomes, chunk by chunk; the tables divide them at the end."""

    def __init__(self) -> None:
        self.enrollments = np.zeros(_CELLS)
        self.events = {window: np.zeros((*_CELLS, len(PROCESSES), 2)) for window in WINDOWS}
        self.days = {window: np.zeros(_CELLS) for window in WINDOWS}
        self.engaged = {window: np.zeros(_CELLS) for window in [*WINDOWS, "by_date"]}
        self.vaccinated = np.zeros((*_CELLS, 2))

    def add(self, people: People, lottery: Lottery) -> None:
        """Count the enrollments of one chunk."""
        for entry in entries(people):
            rows = lottery.enrolled[:, entry]
            if rows.any():
                self._add_entry(people.take(rows), entry)

    def _add_entry(self, people: People, entry: int) -> None:
        cohort = people.lists[:, entry]
        cell = (cohort, people.tier, people.race, people.language)
        np.add.at(self.enrollments, cell, 1)
        for window, months in WINDOWS.items():
            end = window_ends(months)[cohort]
            expected, days = counts(people, entry, end)
            np.add.at(self.events[window], cell, expected)
            np.add.at(self.days[window], cell, days)
            np.add.at(self.engaged[window], cell, engaged(people, entry, end))
        np.add.at(self.engaged["by_date"], cell, engaged(people, entry, np.array(NEVER)))
        np.add.at(self.vaccinated, cell, vaccinated(people, entry, day_number(VACCINE_DATE)))

    def rows(self, subgroup: str = "all") -> Iterable[Row]:
        """outcome, window, contrast, measure, value; over all enrollments or those of a subgroup."""
        sums = _Sums(subgroup, self.enrollments)
        for window in WINDOWS:
            years, uptake = sums.of(self.days[window]) / 365.25, sums.mean(self.engaged[window])
            for outcome, processes in OUTCOMES.items():
                events = sums.of(self.events[window][..., processes, :].sum(axis=-2))
                yield from _count_rows(outcome, window, events, sums.rates(events, years), float(uptake))
            yield from _uptake_rows(window, float(uptake))
        yield from _dose_rows(sums.mean(self.vaccinated), float(sums.mean(self.engaged["by_date"])))

    def table(self) -> pa.Table:
        """One row per estimand: outcome, window, contrast, measure, value (8 decimals), definition."""
        return _table([("all", *row) for row in self.rows()]).drop(["subgroup"])

    def subgroup_table(self) -> pa.Table:
        """The same for each level of each characteristic, with the level in the column `subgroup`."""
        return _table([(name, *row) for name in SUBGROUPS for row in self.rows(name)]).drop(["definition"])


class _Sums:
    """Sums over the enrollments of a subgroup, by stratum."""

    def __init__(self, subgroup: str, enrollments: np.ndarray) -> None:
        self.subgroup = subgroup
        self.enrollments = self.of(enrollments)

    def of(self, cells: np.ndarray) -> np.ndarray:
        """(strata, ...) sums of the cells that belong to the subgroup."""
        if self.subgroup != "all":
            place, level = SUBGROUPS[self.subgroup]
            cells = np.take(cells, [level], axis=place)
        return cells.sum(axis=(2, 3)).reshape(-1, *cells.shape[4:])

    def mean(self, cells: np.ndarray) -> np.ndarray:
        """Mean per enrollment."""
        return np.asarray(self.of(cells).sum(axis=0) / max(self.enrollments.sum(), 1))

    def rates(self, events: np.ndarray, years: np.ndarray) -> np.ndarray:
        """(2,) events per person-year, of strata, averaged by their shares of enrollments."""
        seen = years > 0
        share = self.enrollments[seen] / max(self.enrollments[seen].sum(), 1)
        return np.asarray((events[seen] / years[seen, None] * share[:, None]).sum(axis=0))


def _count_rows(
    outcome: str, window: str, events: np.ndarray, rates: np.ndarray, uptake: float
) -> Iterable[Row]:
    totals = events.sum(axis=0)
    yield outcome, window, CONTRAST, "rate_ratio", _ratio(totals[1], totals[0])
    yield outcome, window, CONTRAST, "rate_difference", rates[1] - rates[0]
    for arm, rate in zip(ARMS, rates, strict=True):
        yield outcome, window, arm, "rate", rate
    yield outcome, window, CONTRAST, "complier_rate_difference", _ratio(rates[1] - rates[0], uptake)


def _dose_rows(risk: np.ndarray, uptake: float) -> Iterable[Row]:
    outcome, window = "covid_vaccine", f"by_{VACCINE_DATE}"
    yield outcome, window, CONTRAST, "risk_difference", risk[1] - risk[0]
    yield outcome, window, CONTRAST, "risk_ratio", _ratio(risk[1], risk[0])
    for arm, value in zip(ARMS, risk, strict=True):
        yield outcome, window, arm, "risk", value
    yield from _uptake_rows(window, uptake)
    yield outcome, window, CONTRAST, "complier_risk_difference", _ratio(risk[1] - risk[0], uptake)


def _uptake_rows(window: str, uptake: float) -> Iterable[Row]:
    """No control has a contact in the enrollment in which they are control."""
    yield "uptake", window, CONTRAST, "risk_difference", uptake
    yield "uptake", window, ARMS[1], "risk", uptake
    yield "uptake", window, ARMS[0], "risk", 0.0


def _ratio(part: float, whole: float) -> float:
    """Not a number where a small trial has nobody to divide by."""
    return float(part / whole) if whole else float("nan")


def _table(rows: list[tuple]) -> pa.Table:
    subgroup, outcome, window, contrast, measure, value = zip(*rows, strict=True)
    return pa.table(
        {
            "outcome": outcome,
            "window": window,
            "subgroup": subgroup,
            "contrast": contrast,
            "measure": measure,
            "value": ["" if isnan(number) else f"{number:.8f}" for number in value],
            "definition": [DEFINITIONS[name] for name in measure],
        }
    )
