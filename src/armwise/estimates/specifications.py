"""The specification curve: one effect under every combination of reasonable choices of its analysis.

The choices are the window, what ends follow-up, the covariates, the model and the standard error. Each
combination is one result, whose key says all of them: the analysis set `curve.SET` names the follow-up, and
the method `MODEL.COVARIATES.STANDARD_ERROR` the rest (Simonsohn, Simmons and Nelson 2020). There is no P
value, of one of them or of all. Counts are left to the analyses that the specifications belong to: a curve
adds estimates and nothing to count.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from armwise.estimates import ard, tables
from armwise.estimates.ard import Result
from armwise.estimates.design import Design, Outcome, Sample, adjust, analysed
from armwise.estimates.effects import ESTIMANDS, AnalysisSet, Frame, contrasts
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision
from armwise.estimates.inputs import Inputs, Plain
from armwise.estimates.other_models import MODELS, contrasted, per_year, without_events
from armwise.estimates.standardize import SCALES, refuse_early_ends, standardize, suited
from armwise.estimates.variance import ROW_LEVEL

# The analysis set of a specification is this and that of the follow-up that it shares.
CURVE = "curve."
PLANNED = "planned"
# The scales on which each model beside the planned one gives an effect.
SCALES_OF = {
    "negative_binomial": ("ratio", "difference"),
    "least_squares": ("ratio", "difference"),
    "gee": ("ratio", "difference"),
    "interacted": ("difference",),
    "over_control_mean": ("ratio",),
    "modified_poisson": ("ratio",),
}
# What the analyses of effects and of other models hold, and a curve takes over without fitting again.
TAKEN_OVER = ("estimate", "std_error", "ci_low", "ci_high", "warning", "error")

Fitted = Mapping[tuple[str, ...], Mapping[str, Any]]


def estimate(
    cohort: str | Path,
    outcomes: Sequence[str | Path],
    fitted: Sequence[str | Path],
    output: str | Path,
    design: Plain,
    grid: Mapping[str, Any],
    precision: Plain,
) -> None:
    """Write the specification curve of one outcome.

    `outcomes` are the Parquet files of the `places` of the grid, in their order; `fitted` are results of
    other steps, taken over where a specification is among them. `grid` holds the `outcome`, its `measure`,
    `scale` (ratio or difference), `places` (each `analysis_set`, what is `said` of it and `window`),
    `covariates` (name to characteristics), `missing_baseline`, kinds of `baseline` characteristics,
    `models`, `standard_errors` and the follow-ups that leave the outcome `untouched`.
    """
    known, stated = (
        _known(fitted),
        Precision(precision["standard_error"], precision["level"], precision["limits"]),
    )
    by_cluster = dict(precision) | {"standard_error": "CR1S"}  # a grid may ask for either kind
    notes = [f"{label}: changes nothing about this outcome" for label in grid["untouched"]]
    found: list[Result] = []
    for place, path in zip(grid["places"], outcomes, strict=True):
        some = place["analysis_set"] != "itt"
        read = Inputs.read(cohort, path, place["window"], design, _analyses(grid), by_cluster, some)
        outcome, _ = next(read.each())
        curve = Curve(AnalysisSet(place["analysis_set"], place["said"]), grid, stated, known)
        found += curve.results(read.design, outcome)
        notes += curve.left_out(outcome)
    ard.write([*found, *_left_out(grid["outcome"], notes)], output)


def _analyses(grid: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `Inputs` needs to know of a grid."""
    covariates = list(dict.fromkeys(name for names in grid["covariates"].values() for name in names))
    return {
        "outcomes": {grid["outcome"]: {"measure": grid["measure"], "covariates": covariates}},
        "baseline": grid["baseline"],
        "missing_baseline": grid["missing_baseline"],
    }


def _known(fitted: Iterable[str | Path]) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return the results of other steps by the parts of their key."""
    rows = (row for path in fitted for row in tables.read(path).to_pylist())
    return {tuple(row[part] for part in ard.KEY): row for row in rows}


def _left_out(outcome: str, notes: Sequence[str]) -> Iterator[Result]:
    """Say which combinations make no sense and were left out."""
    if notes:
        said = "; ".join(dict.fromkeys(notes))
        yield Result(
            outcome, "all", "all", "specifications_left_out", "grid", analysis_set="curve", warning=said
        )


@dataclass(frozen=True)
class Curve:
    """The specifications of one follow-up: what it is, the grid, the precision declared, what is fitted."""

    analysis_set: AnalysisSet
    grid: Mapping[str, Any]
    precision: Precision
    fitted: Fitted

    def results(self, design: Design, outcome: Outcome) -> list[Result]:
        """Return the specifications of one outcome in one window, each key once."""
        found: dict[str, Result] = {}
        for covariates, names in self.grid["covariates"].items():
            for correction in self.grid["standard_errors"]:
                precision = suited(design, replace(self.precision, correction=correction))
                here = _clustered(design, precision)
                for model in self._models(outcome, covariates):
                    frame = Frame(here, outcome, covariates, precision.correction)
                    rows = self._taken_over(frame, model) or self._of(frame, model, names, precision)
                    found |= {row.key: row for row in map(self._stripped, rows)}
        return list(found.values())

    def left_out(self, outcome: Outcome) -> Iterator[str]:
        """Yield the models that do not suit an outcome, or not without covariates."""
        for name in self.grid["models"]:
            if name != PLANNED and not self._suits(name, outcome):
                yield f"{name}: not for this outcome, or not on this scale"
            elif name != PLANNED and MODELS[name].needs_covariates:
                yield f"{name}: not without covariates"
            elif name == "negative_binomial" and "CR2" in self.grid["standard_errors"]:
                yield f"{name}: CR3 in place of CR2"

    def _suits(self, model: str, outcome: Outcome) -> bool:
        kind = "binary" if outcome.measure == "by_date" else outcome.measure
        return kind in MODELS[model].suits and self._scale(outcome) in SCALES_OF[model]

    def _scale(self, outcome: Outcome) -> str:
        return str(self.grid["scale"]) if SCALES[outcome.measure].ratio else "difference"

    def _models(self, outcome: Outcome, covariates: str) -> list[str]:
        """Return the models of the grid that suit an outcome and a choice of covariates."""
        return [
            name
            for name in self.grid["models"]
            if name == PLANNED
            or (
                self._suits(name, outcome)
                and (self.grid["covariates"][covariates] or not MODELS[name].needs_covariates)
            )
        ]

    def _measures(self, outcome: Outcome) -> tuple[str, ...]:
        """Return the measure of the curve, and what can be turned into it."""
        scales = SCALES[outcome.measure]
        if scales.ratio and self._scale(outcome) == "ratio":
            return scales.ratio[0], "relative_difference"
        return (scales.difference[0],)

    def _taken_over(self, frame: Frame, model: str) -> list[Result]:
        """Return the results of other steps that are this specification; none unless all contrasts are."""
        measure = self._measures(frame.outcome)[0]
        method = f"{_named(model, frame.outcome, measure)}.{frame.analysis}.{frame.correction}"
        found = []
        for _, contrast in frame.design.contrasts:
            outcome = (frame.outcome.name, frame.outcome.window, "all", contrast)
            row = self.fitted.get((self.analysis_set.name, *outcome, measure, method))
            if row is None:
                return []
            given = {column: row[column] for column in TAKEN_OVER}
            ours = {"analysis_set": self.analysis_set.name, "estimand": row["estimand"]} | given
            found.append(Result(*outcome[:2], contrast, measure, method, **ours))
        return found

    def _of(self, frame: Frame, model: str, names: list[str], precision: Precision) -> list[Result]:
        """Fit one specification; where that fails, return its errors."""
        measures = self._measures(frame.outcome)
        try:
            refuse_early_ends(frame.outcome)
            sample = analysed(frame.design, frame.outcome)
            if names:
                sample = adjust(sample, names, self.grid["missing_baseline"])
            if model != PLANNED:
                sample = replace(sample, notes=(*sample.notes, *without_events(sample)))
            rows = list(_fitted(frame, model, sample, precision, measures[0]))
        except EstimationError as error:
            named = _named(model, frame.outcome, measures[0])
            return [
                frame.result(measures[0], named, contrast, error=str(error))
                for _, contrast in frame.design.contrasts
            ]
        return [_as_ratio(row, measures[0]) for row in rows if _belongs(row, model, measures)]

    def _stripped(self, row: Result) -> Result:
        """Return a specification without P value and without what its own analysis counts."""
        nothing: dict[str, Any] = dict.fromkeys(
            ("p_value", "df", "n", "n_informative", "clusters", "events", "person_years")
        )
        ours = row.analysis_set == self.analysis_set.name
        named = row if ours else self.analysis_set.named(row)
        return replace(named, analysis_set=f"{CURVE}{self.analysis_set.name}", **nothing)


def _clustered(design: Design, precision: Precision) -> Design:
    """Return the design with each row as its own cluster where standard errors ask for that."""
    own = precision.correction in ROW_LEVEL
    return replace(design, cluster=np.arange(len(design))) if own else design


def _named(model: str, outcome: Outcome, measure: str) -> str:
    """Return a model as the method of its results names it."""
    scales = SCALES[outcome.measure]
    if model != PLANNED:
        return model
    return scales.ratio[1] if scales.ratio and measure == scales.ratio[0] else scales.difference[1]


def _fitted(frame: Frame, model: str, sample: Sample, precision: Precision, measure: str) -> Iterator[Result]:
    if model == PLANNED:
        yield from contrasts(
            frame, sample, standardize(sample, SCALES[sample.outcome.measure], precision), precision
        )
    elif model == "least_squares" and measure.endswith("_ratio"):
        means = standardize(per_year(sample), SCALES["continuous"], precision)
        yield from contrasted(frame, sample, means, (measure, model), precision, relative=True)
    else:
        yield from MODELS[model].results(frame, sample, precision)


def _belongs(row: Result, model: str, measures: Sequence[str]) -> bool:
    """Say whether a result of a model is the one that the curve is about."""
    return row.measure in measures and row.method.startswith(
        f"{model}." if model != PLANNED else ("poisson.", "standardized.", "linear.")
    )


def _as_ratio(row: Result, measure: str) -> Result:
    """Return a difference over the reference mean as the ratio that it is; others as they are.

    The standard error becomes that of the logarithm, as of every ratio; limits stay symmetric.
    """
    if row.measure != "relative_difference" or row.estimate is None or row.std_error is None:
        return replace(row, measure=measure)
    if not row.estimate > -1:
        nothing: dict[str, Any] = dict.fromkeys(TAKEN_OVER)
        error = "the mean of an arm is not above 0: no ratio of means"
        return replace(row, measure=measure, **nothing | {"error": error})
    low, high = (None if limit is None else 1 + limit for limit in (row.ci_low, row.ci_high))
    ratio = 1 + row.estimate
    return replace(
        row, measure=measure, estimand=ESTIMANDS[measure],
        estimate=ratio, ci_low=low, ci_high=high, std_error=row.std_error / ratio,
    )  # fmt: skip
