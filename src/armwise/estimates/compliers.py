"""The effect in compliers: what taking up the offer changed for those who do so because it is made.

It is the ratio of two effects of assignment on the same rows with the same weights: on the outcome, and on
uptake. Of two least-squares fits with the same strata and covariates it is two-stage least squares, exactly,
with the same clustered standard errors; of event rates it is the standardized rate difference over the
difference in uptake. It rests on the assumption that assignment acts through uptake alone and that nobody
takes up the offer because it is not made (Angrist, Imbens and Rubin 1996).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from armwise.estimates import ard
from armwise.estimates.ard import Result
from armwise.estimates.core import Array
from armwise.estimates.design import Design, Outcome, Sample, adjust, analysed
from armwise.estimates.errors import EstimationError
from armwise.estimates.incidence import with_incidence
from armwise.estimates.inference import Precision, numbers
from armwise.estimates.inputs import Inputs
from armwise.estimates.standardize import (
    SCALES,
    Means,
    counted,
    no_contrast_in,
    refuse_early_ends,
    standardize,
)
from armwise.estimates.uptake import engaged

# Below this first-stage F, intervals of a ratio that treat it as normal mislead (Staiger and Stock 1997).
WEAK = 10
NOTHING = 1e-12
SHARE = "complier_share"
RISK = "complier_risk"
FIRST_STAGE_F = "first_stage_f"
ESTIMANDS = {
    SHARE: "share who take up the offer if and only if it is made",
    FIRST_STAGE_F: "test that assignment changed uptake, among the rows of this outcome",
    RISK: "share of compliers with the outcome, had they taken up the offer (uptake=yes) or not (uptake=no)",
    "complier_rate_difference": "difference of event rates per person-year that uptake makes in compliers",
    "complier_risk_difference": "difference of shares with the outcome that uptake makes in compliers",
    "complier_mean_difference": "difference of mean outcomes that uptake makes in compliers",
}


def estimate(read: Inputs, output: str | Path) -> None:
    """Write the effects in compliers on every outcome of a window."""
    ard.write(_results(read), output)


def _results(read: Inputs) -> Iterator[Result]:
    uptake = engaged(read)
    for outcome, settings in read.each():
        yield from complier_results(read.design, outcome, uptake, settings, read.precision)


def complier_results(
    design: Design, outcome: Outcome, uptake: Outcome, settings: dict[str, Any], precision: Precision
) -> Iterator[Result]:
    """Give the effects in compliers of one outcome: unadjusted, and adjusted for covariates in `settings`.

    `uptake` has the value 0 or 1 of each enrollment of the design; rows without one are left out. `settings`
    holds `covariates` (names) and `missing_baseline` (impute or drop).
    """
    for analysis in ("unadjusted", *(["adjusted"] if settings.get("covariates") else [])):
        frame = Frame(outcome, analysis, precision)
        try:
            frame = replace(frame, outcome=with_incidence(design, outcome))
            refuse_early_ends(uptake)
            sample = analysed(design, _where_known(frame.outcome, uptake))
            if analysis == "adjusted":
                sample = adjust(sample, settings["covariates"], settings.get("missing_baseline", "impute"))
            stages = Stages.of(sample, uptake.value, precision)
        except EstimationError as error:
            yield from (frame.failed(contrast, error) for _, contrast in design.contrasts)
            continue
        for code, contrast in design.contrasts:
            yield from _of_contrast(frame, stages, code, contrast)


def _where_known(outcome: Outcome, uptake: Outcome) -> Outcome:
    return replace(outcome, value=np.where(np.isnan(uptake.value), np.nan, outcome.value))


@dataclass(frozen=True)
class Frame:
    """What the results of one analysis of one outcome have in common."""

    outcome: Outcome
    analysis: str
    precision: Precision

    @property
    def model(self) -> str:
        return "two_stage" if self.outcome.years is None else "ratio"

    @property
    def difference(self) -> str:
        """The measure of the effect; a count without person-time is a mean."""
        if self.outcome.measure in ("count", "sum") and self.outcome.years is None:
            return "complier_mean_difference"
        return f"complier_{SCALES[self.outcome.measure].difference[0]}"

    def result(self, measure: str, model: str, contrast: str, **found: Any) -> Result:
        """Make one result."""
        method = f"{model}.{self.analysis}.{self.precision.correction}"
        return Result(
            self.outcome.name, self.outcome.window, contrast, measure, method, estimand=ESTIMANDS[measure],
            **found,
        )  # fmt: skip

    def failed(self, contrast: str, error: EstimationError) -> Result:
        """Give the effect that there would have been, with the error and no number."""
        return self.result(self.difference, self.model, contrast, error=str(error))


@dataclass(frozen=True)
class Change:
    """What assignment changed, and its influence by cluster (G), whose squares sum to the variance."""

    value: float
    influence: Array
    df: float

    @classmethod
    def of(cls, means: Means, code: int) -> "Change":
        """Return the mean of an arm less that of the reference."""
        weights = np.eye(len(means.value))[code] - np.eye(len(means.value))[0]
        influence = weights @ means.influence * np.sqrt(means.spread.factor)
        return cls(float(weights @ means.value), influence, means.df(weights))

    @property
    def variance(self) -> float:
        return float(self.influence @ self.influence)

    @property
    def strength(self) -> float | None:
        """The F statistic of this change; None where uptake follows assignment without exception."""
        return self.value**2 / self.variance if self.variance > NOTHING**2 else None

    def over(self, other: "Change") -> "Change":
        """Return the ratio of two changes (delta method)."""
        value = self.value / other.value
        influence = (self.influence - value * other.influence) / other.value
        return Change(value, influence, min(self.df, other.df))

    def numbers(self, precision: Precision) -> dict[str, float | None]:
        """Return the estimate, its standard error and limits."""
        return numbers(self.value, self.variance, self.df, precision)


@dataclass(frozen=True)
class Stages:
    """The two fits of one sample: of the outcome, and of uptake (n values)."""

    sample: Sample
    uptake: Array
    outcome: Means
    first: Means
    precision: Precision
    left_out: bool  # whether rows are left out because their uptake is not known

    @classmethod
    def of(cls, sample: Sample, uptake: Array, precision: Precision) -> "Stages":
        """Fit both; `uptake` is that of the whole design."""
        mine = uptake[sample.design.rows]
        timed = sample.outcome.years is not None
        outcome = standardize(sample, SCALES["count"], precision) if timed else None
        return cls(
            sample,
            mine,
            outcome or _least_squares(sample, sample.outcome.value, precision),
            _least_squares(sample, mine, precision),
            precision,
            bool(np.isnan(uptake).any()),
        )

    def of_products(self, factor: Array) -> Means:
        """Fit the outcome times a factor (n)."""
        return _least_squares(self.sample, self.sample.outcome.value * factor, self.precision)

    def counted(self, code: int) -> dict[str, Any]:
        """Count what a result rests on; nothing where uptake left rows out, which could be told from it."""
        return {} if self.left_out else counted(self.sample, [0, code])


def _least_squares(sample: Sample, value: Array, precision: Precision) -> Means:
    outcome = replace(sample.outcome, measure="continuous", value=value, years=None)
    return standardize(replace(sample, outcome=outcome), SCALES["continuous"], precision)


def _of_contrast(frame: Frame, stages: Stages, code: int, contrast: str) -> Iterator[Result]:
    try:
        _require_events_and_uptake(stages, code)
    except EstimationError as error:
        yield frame.failed(contrast, error)
        return
    effect, first = Change.of(stages.outcome, code), Change.of(stages.first, code)
    binary = frame.outcome.measure in ("binary", "by_date")
    risks = _risks(frame, stages, code, contrast, first) if binary else []
    warning = "; ".join([*_warnings(stages, first), *dict.fromkeys(r.warning for r in risks if r.warning)])
    common = stages.counted(code) | {"warning": warning or None}
    ratio = effect.over(first).numbers(frame.precision)
    yield frame.result(frame.difference, frame.model, contrast, **ratio, **common)
    limits = anderson_rubin(effect, first, frame.precision)
    yield frame.result(frame.difference, "anderson_rubin", contrast, **(common | limits))
    share = first.numbers(frame.precision) | {"warning": "; ".join(stages.first.warnings) or None}
    yield frame.result(SHARE, "linear", contrast, **share, **stages.counted(code))
    strength = {"estimate": first.strength, "df": first.df}
    yield frame.result(FIRST_STAGE_F, "linear", contrast, **strength, **stages.counted(code))
    yield from risks


def _require_events_and_uptake(stages: Stages, code: int) -> None:
    """Raise where an arm has no variation in the outcome, or assignment moved nobody's uptake."""
    sample, arms = stages.sample, stages.sample.design.arms
    edge = no_contrast_in(sample, SCALES[sample.outcome.measure].link)
    agree = [arms[c] for c in (0, code) if edge[c]]
    if agree:
        raise EstimationError(f"all outcomes agree in {' and '.join(agree)}: no effect in compliers")
    if not (stages.uptake[sample.design.arm == code] > 0).any():
        raise EstimationError(f"nobody in {arms[code]} took up the offer: there are no compliers")
    if abs(Change.of(stages.first, code).value) < NOTHING:
        raise EstimationError("assignment changed nothing about uptake: there are no compliers")


def _warnings(stages: Stages, first: Change) -> Iterator[str]:
    """Say what makes the ratio doubtful, in words without counts."""
    yield from stages.outcome.warnings
    if stages.left_out:
        yield "enrollments without a known uptake left out"
    if first.strength is not None and first.strength < WEAK:
        yield f"weak instrument: first-stage F below {WEAK}; rely on the Anderson-Rubin interval"
    if (stages.uptake[stages.sample.design.arm == 0] > 0).any():
        yield "two-sided crossover: some took up the offer without being assigned to it"


def _risks(frame: Frame, stages: Stages, code: int, contrast: str, first: Change) -> list[Result]:
    """Give the share of compliers with the outcome under uptake and without (Abadie 2002).

    Rows of the subgroups of uptake carry their counts, so that small ones are hidden.
    """
    found = []
    pair = np.isin(stages.sample.design.arm, [0, code])
    for level, factor, mine in (
        ("uptake=yes", stages.uptake, pair & (stages.uptake > 0)),
        ("uptake=no", stages.uptake - 1, pair & ~(stages.uptake > 0)),
    ):
        risk = Change.of(stages.of_products(factor), code).over(first).numbers(frame.precision)
        counts = {"n": int(mine.sum()), "events": float(stages.sample.outcome.value[mine].sum())}
        row = frame.result(RISK, "two_stage", contrast, **risk, **({} if stages.left_out else counts))
        found.append(replace(row, subgroup=level, warning=_outside(risk, level)))
    return found


def _outside(risk: dict[str, Any], level: str) -> str | None:
    """Say that an implied share lies outside 0 to 1, and whether its interval does: a flag, no verdict."""
    if 0 <= risk["estimate"] <= 1:
        return None
    reaches = "reaches into" if risk["ci_low"] <= 1 and risk["ci_high"] >= 0 else "lies outside"
    what = f"share of compliers with the outcome {'under' if level == 'uptake=yes' else 'without'} uptake"
    return f"estimate outside its range: {what}, whose interval {reaches} the range"


def anderson_rubin(effect: Change, first: Change, precision: Precision) -> dict[str, Any]:
    """Return the effects that a test of `effect` = effect x `first` does not reject (Anderson, Rubin 1949).

    It holds its level however weak the instrument. Where F is below the critical value the set has no
    bounds, and the warning says so.
    """
    squared = precision.critical(min(effect.df, first.df)) ** 2
    leading = first.value**2 - squared * first.variance
    middle = effect.value * first.value - squared * float(effect.influence @ first.influence)
    last = effect.value**2 - squared * effect.variance
    found = {"estimate": effect.value / first.value, "df": min(effect.df, first.df)}
    if leading <= 0:
        return found | {"warning": "the Anderson-Rubin interval has no bounds: the instrument is too weak"}
    root = float(np.sqrt(max(middle**2 - leading * last, 0)))
    return found | {"ci_low": (middle - root) / leading, "ci_high": (middle + root) / leading}
