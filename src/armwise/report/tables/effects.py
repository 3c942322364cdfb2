"""The results of one outcome in one window, found in the dataset and put into words."""

from collections.abc import Iterable
from dataclasses import dataclass

from armwise.report.numbers import (
    HIDDEN,
    NOTHING,
    decimal,
    digits_for,
    fixed,
    limits,
    p_value,
    percent,
    ratio,
    whole,
)
from armwise.report.results import Results, Row
from armwise.report.tables.model import Cell, cell
from armwise.report.trial import Trial, inside

RATIOS = ("rate_ratio", "risk_ratio", "mean_ratio")
DIFFERENCES = ("rate_difference", "risk_difference", "mean_difference")
MEANS = {"rate_difference": "rate", "risk_difference": "risk", "mean_difference": "mean"}
# What an effect is scaled by, and called, when it is shown.
PER = 100
# Where the largest share or rate per 100 of an outcome is below a value, so many decimals.
FINE = ((0.01, 4), (0.1, 3), (0.5, 2))
FAILED = "not estimated"
# The columns that the count of an arm is written from, unless it is events over n.
SHOWN_IN_COUNT = {
    **dict.fromkeys(("count", "sum", "mean_count"), ("events",)),
    "continuous": ("n",),
}
# Methods that need no event in an arm.
FEW_EVENTS = ("score.", "exact.")
# How the method of a P value ends that is adjusted for the number of secondary outcomes.
ADJUSTED_P = (".Holm", ".Hochberg", ".BH", ".WestfallYoung")


@dataclass(frozen=True)
class Effect:
    """All that is shown of one outcome, window and subgroup."""

    results: Results
    trial: Trial
    outcome: str
    window: str
    subgroup: str = "all"
    analysis: str = ""
    analysis_set: str = "itt"

    @property
    def methods(self) -> list[str]:
        """The parts of a method's name that are looked for, the best first."""
        chosen = self.analysis or self.trial.analysis
        return [f".{chosen}.", ".adjusted.", ".unadjusted.", ""]

    def row(self, measures: Iterable[str], contrast: str) -> Row | None:
        """Return the result of a contrast in the analysis that counts; any of `measures`.

        Where the model has no limits, and a score or exact test does, the latter's result.
        """
        for measure in measures:
            found = self.results.first(self.methods, **self._parts(contrast, measure))
            if found:
                return found if found.ci_low is not None else self._of_few_events(contrast, measure) or found
        return None

    def _of_few_events(self, contrast: str, measure: str) -> Row | None:
        """Return the result of a score or exact test, which needs no event in an arm."""
        rows = self.results.find(**self._parts(contrast, measure))
        return next((row for row in rows if row.method.startswith(FEW_EVENTS)), None)

    def count(self, arm: str) -> Row | None:
        """Return what was counted in an arm."""
        return self.results.first(**self._parts(arm, "count"))

    def mean(self, arm: str) -> Row | None:
        """Return the rate, risk or mean of an arm, standardized in the analysis that counts."""
        measures = [MEANS[self.difference_measure]] if self.difference_measure else list(MEANS.values())
        for measure in measures:
            found = self.results.first(self.methods, **self._parts(arm, measure))
            if found:
                return found
        return None

    @property
    def difference_measure(self) -> str | None:
        """The measure of the absolute effect, None when there is none."""
        for _, contrast in self.trial.contrasts:
            row = self.row(DIFFERENCES, contrast)
            if row:
                return row.measure
        return None

    @property
    def problems(self) -> list[str]:
        """Errors and warnings of all contrasts, each once."""
        rows = [self.row(kind, c) for _, c in self.trial.contrasts for kind in (RATIOS, DIFFERENCES)]
        texts = [text for row in rows if row for text in (row.error, row.warning) if text]
        return list(dict.fromkeys(texts))

    def _parts(self, contrast: str, measure: str) -> dict[str, str]:
        return {
            "analysis_set": self.analysis_set,
            "outcome": self.outcome,
            "window": self.window,
            "subgroup": self.subgroup,
            "contrast": contrast,
            "measure": measure,
        }

    # -- finished strings -------------------------------------------------------------------------

    def count_cell(self, arm: str) -> Cell:
        """Return "1,640/5,931": events over n for a share, events alone for a count, n for a mean."""
        row, style = self.count(arm) or self.mean(arm), self.trial.style
        if row is None:
            return Cell(NOTHING)
        measure = self.trial.measure_of(self.outcome)
        if any(row.hides(column) for column in SHOWN_IN_COUNT.get(measure, ("events", "n"))):
            return cell(HIDDEN, row)
        if measure == "continuous":
            return cell(f"n = {whole(row.n, style)}", row)
        if measure in ("count", "sum", "mean_count"):
            return cell(whole(row.events, style), row)
        return cell(f"{whole(row.events, style)}/{whole(row.n, style)}", row)

    def mean_cell(self, arm: str) -> Cell:
        """Return the rate per 100 person-years, the risk in percent or the mean of an arm."""
        row = self.mean(arm)
        return cell(self.mean_text(row), row)

    def mean_text(self, row: Row | None) -> str:
        """Return the finished number of a rate, risk or mean."""
        if row is None:
            return NOTHING
        return self.said(row) or self.scaled(row.estimate, row.measure)

    def scaled(self, value: float | None, measure: str, digits: int | None = None) -> str:
        """Return an absolute quantity on the scale on which it is shown."""
        style = self.trial.style
        if value is None:
            return NOTHING
        if measure.startswith("risk"):
            return fixed(PER * value, self.fine_digits, style) if self.fine_digits else percent(value, style)
        if measure.startswith("rate") and self.is_timed:
            return fixed(PER * value, (self.fine_digits or 1) if digits is None else digits, style)
        return fixed(value, self.mean_digits if digits is None else digits, style)

    @property
    def is_timed(self) -> bool:
        """Whether a count has person-time: it is a rate then, and a mean without."""
        return self.trial.measure_of(self.outcome) != "mean_count"

    @property
    def fine_digits(self) -> int:
        """Decimals of shares and rates so small that one would not do; 0 where it does."""
        rows = [self.mean(arm) for arm in self.trial.arms]
        largest = PER * max((row.estimate or 0.0 for row in rows if row), default=0.0)
        return next((digits for least, digits in FINE if 0 < largest < least), 0)

    @property
    def mean_digits(self) -> int:
        """Decimals of means and mean differences of this outcome."""
        rows = [self.mean(arm) for arm in self.trial.arms]
        return digits_for(*(row.estimate for row in rows if row), most=3)

    def ratio_cell(self, contrast: str) -> Cell:
        """Return "0.89 (0.81 to 0.98)"."""
        row = self.row(RATIOS, contrast)
        return cell(self.ratio_text(row), row)

    def ratio_text(self, row: Row | None) -> str:
        """Return a ratio with its interval."""
        if row is None:
            return NOTHING
        style = self.trial.style
        return self.said(row) or with_limits([ratio(x, style) for x in triple(row)], self.trial)

    def difference_cell(self, contrast: str) -> Cell:
        """Return "−4.0 (−5.6 to −2.4)" per 100 person-years or in percentage points."""
        row = self.row(DIFFERENCES, contrast)
        return cell(self.difference_text(row), row)

    def difference_text(self, row: Row | None) -> str:
        """Return a difference with its interval."""
        if row is None:
            return NOTHING
        return self.said(row) or with_limits([self.scaled(x, row.measure) for x in triple(row)], self.trial)

    def p_cell(self, contrast: str) -> Cell:
        """Return the P value of the relative effect, or of the absolute one where there is no ratio.

        Adjusted for multiplicity where the dataset has that; blank for results without a planned test.
        """
        row = self.row(RATIOS, contrast) or self.row(DIFFERENCES, contrast)
        if row is None or row.error:
            return Cell()
        adjusted = self.results.first(ADJUSTED_P, **self._parts(contrast, row.measure))
        tested = adjusted if adjusted is not None and self.trial.analysis in adjusted.method else row
        if tested.p_value is None:
            return cell(HIDDEN if tested.hides("estimate") else "", tested)
        return cell(p_value(tested.p_value, self.trial.style), tested)

    @staticmethod
    def said(row: Row) -> str | None:
        """Return what stands in place of a number that failed or is hidden."""
        if row.error:
            return FAILED
        if row.hides("estimate"):
            return HIDDEN
        return FAILED if row.estimate is None else None

    @property
    def unit(self) -> str:
        """What the absolute numbers are in."""
        measure = (self.difference_measure or "") if self.is_timed else ""
        return {
            "rate_difference": f"per {PER} person-years",
            "risk_difference": "percentage points",
        }.get(measure, "")


def triple(row: Row) -> tuple[float | None, float | None, float | None]:
    """Return the estimate and its limits."""
    return row.estimate, row.ci_low, row.ci_high


def with_limits(texts: list[str], trial: Trial) -> str:
    """Return "0.89 (0.81 to 0.98)", the estimate alone when it has no interval."""
    estimate, low, high = texts
    return estimate if NOTHING in (low, high) else f"{estimate} ({limits(low, high, trial.style)})"


def level_text(trial: Trial) -> str:
    """Return "95% CI"."""
    return f"{decimal(100 * trial.level):f}% CI"


def sentence_label(trial: Trial, outcome: str) -> str:
    """Return an outcome's label as it stands in a sentence."""
    return inside(trial.outcome_label(outcome))
