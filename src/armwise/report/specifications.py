"""Specification curves as published: the choices of each specification, and what they add up to in words.

What is said of a curve is counted from the rows that are shown, so that a hidden specification plays no part.
There is no P value of a curve: its specifications share their data and are no sample of analyses (Simonsohn,
Simmons and Nelson 2020 test curves by resampling; here they are read, not tested).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from armwise.report.numbers import whole
from armwise.report.results import Results, Row
from armwise.report.tables.effects import RATIOS, Effect
from armwise.report.tables.estimands import model_words
from armwise.report.trial import Trial, in_words, inside

CURVE, PRIMARY = "curve.", "itt"
PRESPECIFIED = ".prespecified"
MEASURES = {
    "rate_ratio": "Rate ratio",
    "risk_ratio": "Risk ratio",
    "rate_difference": "Rate difference",
    "risk_difference": "Risk difference",
    "mean_difference": "Mean difference",
}
SHORT_MODELS = {
    "poisson": "Poisson",
    "standardized": "Logistic, standardized",
    "linear": "Least squares",
    "over_control_mean": "Over reference mean",
    "interacted": "Interacted (Lin)",
    "modified_poisson": "Modified Poisson",
    "negative_binomial": "Negative binomial",
    "gee": "Estimating equations",
}
COVARIATES = {"unadjusted": "None", "adjusted": "As declared"}


@dataclass(frozen=True)
class Choices:
    """What one specification chose, by name."""

    window: str
    follow_up: str
    covariates: str
    model: str
    standard_error: str


@dataclass(frozen=True)
class Specification:
    """A specification as published."""

    row: Row
    choices: Choices

    @property
    def is_prespecified(self) -> bool:
        """Whether this is the result that was planned."""
        return self.row.method.endswith(PRESPECIFIED)

    @property
    def excludes(self) -> int:
        """-1 or 1 where the interval lies below or above no effect, else 0."""
        null = 1.0 if self.row.measure in RATIOS else 0.0
        if self.row.ci_high is not None and self.row.ci_high < null:
            return -1
        return int(self.row.ci_low is not None and self.row.ci_low > null)


@dataclass(frozen=True)
class Curve:
    """The specifications of one outcome and contrast: those with an estimate in its order, the others."""

    outcome: str
    arm: str
    shown: tuple[Specification, ...]
    hidden: int
    failed: tuple[Specification, ...]
    left_out: str

    @property
    def planned(self) -> Specification | None:
        """The prespecified analysis, if it is among those shown."""
        return next((each for each in self.shown if each.is_prespecified), None)

    @property
    def relative(self) -> bool:
        """Whether the effect is a ratio."""
        return bool(self.shown) and self.shown[0].row.measure in RATIOS


def curves(results: Results, trial: Trial) -> Iterator[Curve]:
    """Yield the curves of all outcomes that have one, contrast by contrast."""
    for outcome in trial.ordered_outcomes:
        yield from curves_of(results, trial, outcome)


def curves_of(results: Results, trial: Trial, outcome: str) -> Iterator[Curve]:
    """Yield the curve of an outcome for each contrast."""
    notes = results.find(outcome=outcome, measure="specifications_left_out")
    left_out = "; ".join(_in_words(row.warning) for row in notes if row.warning)
    for arm, contrast in trial.contrasts:
        rows = [
            row
            for row in results.find(outcome=outcome, contrast=contrast)
            if row.analysis_set.startswith(CURVE)
        ]
        if rows:
            yield _curve(rows, outcome, arm, left_out)


def _in_words(left_out: str) -> str:
    """Return a note on what was left out with models in words."""
    for model, words in SHORT_MODELS.items():
        left_out = left_out.replace(f"{model}:", f"{inside(words)}:")
    return left_out


def _curve(rows: Sequence[Row], outcome: str, arm: str, left_out: str) -> Curve:
    every = [Specification(row, _choices(row)) for row in rows]
    shown = sorted((each for each in every if each.row.stands), key=_by_estimate)
    hidden = sum(each.row.hides("estimate") for each in every)
    failed = [each for each in every if not each.row.stands and not each.row.hides("estimate")]
    return Curve(outcome, arm, tuple(shown), hidden, tuple(failed), left_out)


def _by_estimate(each: Specification) -> tuple[float, str]:
    return float(each.row.estimate or 0.0), each.row.key


def _choices(row: Row) -> Choices:
    model, covariates, error = row.method.removesuffix(PRESPECIFIED).split(".")
    return Choices(row.window, row.analysis_set.removeprefix(CURVE), covariates, model, error)


# -- words ----------------------------------------------------------------------------------------

Words = Callable[[Trial, str], str]


def _follow_up(trial: Trial, name: str) -> str:
    return "As planned" if name == PRIMARY else str(trial.sensitivity[name]["label"])


KINDS: dict[str, tuple[str, Words]] = {
    "window": ("Window", lambda trial, name: trial.window_label(name)),
    "follow_up": ("Follow-up", _follow_up),
    "covariates": ("Covariates", lambda _, name: COVARIATES.get(name) or in_words(name)),
    "model": ("Model", lambda _, name: SHORT_MODELS.get(name) or model_words(name)),
    "standard_error": ("Standard error", lambda _, name: name),
}


def kinds_of(curve: Curve, trial: Trial) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Yield each kind of choice: its key, its heading, and the choices made as names and words.

    Windows and follow-ups come in the order of the settings, what is planned first.
    """
    order = {
        "window": trial.windows_of(curve.outcome),
        "follow_up": [PRIMARY, *trial.sensitivity],
        "covariates": list(COVARIATES),
    }
    every = (*curve.shown, *curve.failed)
    for kind, (heading, words) in KINDS.items():
        made = dict.fromkeys(getattr(each.choices, kind) for each in every)
        first = [name for name in order.get(kind, _planned(curve, kind)) if name in made]
        names = [*first, *sorted(name for name in made if name not in first)]
        yield kind, heading, [(name, words(trial, name)) for name in names]


def _planned(curve: Curve, kind: str) -> list[str]:
    return [getattr(curve.planned.choices, kind)] if curve.planned else []


def said_of(specifications: Iterable[Specification], kind: str, name: str) -> list[Specification]:
    """Return the specifications that made a choice."""
    return [each for each in specifications if getattr(each.choices, kind) == name]


def median(specifications: Sequence[Specification]) -> tuple[float, list[Row]]:
    """Return the median estimate, of ratios on the log scale, and the one or two results behind it."""
    half, odd = divmod(len(specifications), 2)
    rows = [each.row for each in specifications[half - 1 + odd : half + 1]]
    first, last = (float(row.estimate or 0.0) for row in (rows[0], rows[-1]))
    middle = sqrt(first * last) if rows[0].measure in RATIOS else (first + last) / 2
    return middle, rows


def effect_text(curve: Curve, trial: Trial, results: Results, value: Row | float) -> str:
    """Return an estimate of the curve, with its interval where a result is given."""
    effect = Effect(results, trial, curve.outcome, "")
    measure = curve.shown[0].row.measure
    if isinstance(value, Row):
        return effect.ratio_text(value) if curve.relative else effect.difference_text(value)
    bare: dict[str, Any] = dict.fromkeys(("key", "outcome", "window", "subgroup", "contrast", "method"), "")
    row = Row(analysis_set="", measure=measure, estimate=value, **bare)
    return effect.ratio_text(row) if curve.relative else effect.difference_text(row)


def finding(curve: Curve, trial: Trial, results: Results) -> str:
    """Say what a curve finds: how many specifications, their range and median, what intervals exclude."""
    if not curve.shown:
        return "No specification can be shown."
    lowest, middle, highest = (
        effect_text(curve, trial, results, value)
        for value in (
            float(curve.shown[0].row.estimate or 0.0),
            median(curve.shown)[0],
            float(curve.shown[-1].row.estimate or 0.0),
        )
    )
    measure = inside(MEASURES[curve.shown[0].row.measure])
    return (
        f"Over {whole(len(curve.shown), trial.style)} specifications the {measure} ranges from {lowest} to "
        f"{highest}, median {middle}; {_excluding(curve, trial)}.{_rank(curve, trial, results)}"
        f"{_missing(curve, trial)}"
    )


def _excluding(curve: Curve, trial: Trial) -> str:
    """Say how many intervals lie below, above and around no effect."""
    ways = [each.excludes for each in curve.shown]
    counts = {"lie below no effect": ways.count(-1), "lie above no effect": ways.count(1)}
    counts["include no effect"] = ways.count(0)
    said = [(whole(count, trial.style), where) for where, count in counts.items() if count]
    if len(said) == 1:
        return f"all intervals {said[0][1]}"
    return "of the intervals " + ", ".join(f"{count} {where}" for count, where in said)


def _rank(curve: Curve, trial: Trial, results: Results) -> str:
    if curve.planned is None:
        return ""
    lower = sum((each.row.estimate or 0.0) < (curve.planned.row.estimate or 0.0) for each in curve.shown)
    shown = effect_text(curve, trial, results, curve.planned.row)
    return f" The prespecified one, {shown}, has {whole(lower, trial.style)} of them below it."


def _missing(curve: Curve, trial: Trial) -> str:
    hidden = (
        f" {whole(curve.hidden, trial.style)} are not shown, to protect small cells." if curve.hidden else ""
    )
    failed = f" {whole(len(curve.failed), trial.style)} could not be estimated." if curve.failed else ""
    return hidden + failed
