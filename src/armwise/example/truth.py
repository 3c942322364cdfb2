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
uptake           share of all enrollments with a two-way contact in the window when offered (none as control).
complier_rate_difference, complier_risk_difference   rate or risk difference / uptake in the same window
                 (for a dose by a date: uptake by that date).

Control means: control now, then the later lotteries as designed, the person kept as randomized. Observation
ends at the first uncovered day, the day after death, the end of the window or of the claims (2020-03-31).
"""

from collections.abc import Iterable
from datetime import date

import numpy as np
import pyarrow as pa

from armwise.example.calendar import NEVER, day_number, window_ends
from armwise.example.design import ARMS, N_COHORTS, OUTCOMES, PROCESSES, TIERS
from armwise.example.lottery import Lottery
from armwise.example.people import People
from armwise.example.potential import counts, engaged, entries, vaccinated

WINDOWS = {"6mo": 6, "12mo": 12, "18mo": 18, "24mo": 24}
VACCINE_DATE = date(2021, 9, 30)
CONTRAST = f"{ARMS[1]} vs {ARMS[0]}"

DEFINITIONS = {
    "rate_ratio": "expected events if all were offered / if none were now; over all enrollments",
    "rate": "expected events per person-year within strata; averaged by the strata's shares of enrollments",
    "rate_difference": "difference of those rates; per person-year",
    "risk": "share of all enrollments with the event by the date",
    "risk_difference": "difference of those risks",
    "risk_ratio": "ratio of those risks",
    "uptake": "share of all enrollments with a contact in the window if offered; none if not",
    "complier_rate_difference": "rate difference / uptake",
    "complier_risk_difference": "risk difference / uptake",
}


class Truth:
    """Sums of potential outcomes, chunk by chunk; `table` divides them at the end."""

    def __init__(self) -> None:
        strata = N_COHORTS * len(TIERS)
        self.enrollments = np.zeros(strata)
        self.events = {window: np.zeros((strata, len(PROCESSES), 2)) for window in WINDOWS}
        self.days = {window: np.zeros(strata) for window in WINDOWS}
        self.engaged = dict.fromkeys([*WINDOWS, "by_date"], 0.0)
        self.vaccinated = np.zeros(2)

    def add(self, people: People, lottery: Lottery) -> None:
        """Count the enrollments of one chunk."""
        for entry in entries(people):
            rows = lottery.enrolled[:, entry]
            if rows.any():
                self._add_entry(people.take(rows), entry)

    def _add_entry(self, people: People, entry: int) -> None:
        cohort = people.lists[:, entry]
        stratum = cohort * len(TIERS) + people.tier
        np.add.at(self.enrollments, stratum, 1)
        for window, months in WINDOWS.items():
            end = window_ends(months)[cohort]
            expected, days = counts(people, entry, end)
            np.add.at(self.events[window], stratum, expected)
            np.add.at(self.days[window], stratum, days)
            self.engaged[window] += engaged(people, entry, end).sum()
        self.engaged["by_date"] += engaged(people, entry, np.array(NEVER)).sum()
        self.vaccinated += vaccinated(people, entry, day_number(VACCINE_DATE)).sum(axis=0)

    def rows(self) -> Iterable[tuple[str, str, str, str, float]]:
        """outcome, window, contrast, measure, value."""
        for window in WINDOWS:
            for outcome, processes in OUTCOMES.items():
                yield from self._count_rows(outcome, window, processes)
            yield "uptake", window, CONTRAST, "uptake", self.engaged[window] / self.enrollments.sum()
        yield from self._dose_rows()

    def _count_rows(
        self, outcome: str, window: str, processes: list[int]
    ) -> Iterable[tuple[str, str, str, str, float]]:
        events = self.events[window][:, processes].sum(axis=1)
        years = self.days[window] / 365.25
        seen = years > 0
        share = np.where(seen, self.enrollments, 0) / self.enrollments[seen].sum()
        rates = (
            np.divide(events, years[:, None], where=seen[:, None], out=np.zeros_like(events)) * share[:, None]
        ).sum(axis=0)
        totals = events.sum(axis=0)
        yield outcome, window, CONTRAST, "rate_ratio", totals[1] / totals[0]
        yield outcome, window, CONTRAST, "rate_difference", rates[1] - rates[0]
        for arm, rate in zip(ARMS, rates, strict=True):
            yield outcome, window, arm, "rate", rate
        uptake = self.engaged[window] / self.enrollments.sum()
        yield outcome, window, CONTRAST, "complier_rate_difference", (rates[1] - rates[0]) / uptake

    def _dose_rows(self) -> Iterable[tuple[str, str, str, str, float]]:
        outcome, window = "covid_vaccine", f"by_{VACCINE_DATE}"
        risk = self.vaccinated / self.enrollments.sum()
        uptake = self.engaged["by_date"] / self.enrollments.sum()
        yield outcome, window, CONTRAST, "risk_difference", risk[1] - risk[0]
        yield outcome, window, CONTRAST, "risk_ratio", risk[1] / risk[0]
        for arm, value in zip(ARMS, risk, strict=True):
            yield outcome, window, arm, "risk", value
        yield "uptake", window, CONTRAST, "uptake", uptake
        yield outcome, window, CONTRAST, "complier_risk_difference", (risk[1] - risk[0]) / uptake

    def table(self) -> pa.Table:
        """One row per estimand: outcome, window, contrast, measure, value (8 decimals), definition."""
        outcome, window, contrast, measure, value = zip(*self.rows(), strict=True)
        return pa.table(
            {
                "outcome": outcome,
                "window": window,
                "contrast": contrast,
                "measure": measure,
                "value": [f"{number:.8f}" for number in value],
                "definition": [DEFINITIONS[name] for name in measure],
            }
        )
