"""What each effect in the report means, and by which model it was had."""

from armwise.report.results import Results, Row
from armwise.report.tables.effects import DIFFERENCES, RATIOS, Effect
from armwise.report.tables.model import Cell, Column, Line, Table
from armwise.report.trial import Trial, in_words

MODELS = {
    "poisson": "Poisson quasi-likelihood, log person-time as offset",
    "standardized": "Predictions under each arm, averaged over everyone analysed",
    "linear": "Least squares",
    "logistic": "Logistic regression",
    "negative_binomial": "Negative binomial regression",
    "least_squares": "Least squares",
    "interacted": "Least squares with arm x covariates",
    "gee": "Estimating equations, exchangeable correlation",
    "over_control_mean": "Least squares, over the reference mean",
    "fixed_control_mean": "Least squares, over the reference mean taken for known",
    "score": "Score test over strata, few events",
    "exact": "Exact, given all events",
    "modified_poisson": "Poisson regression of the 0/1 outcome",
    "weighted": "Weighted by the inverse of the probability of the arm assigned",
}
ERRORS = {"CR": "clustered standard error", "HC": "robust standard error"}


def estimands(results: Results, trial: Trial) -> Table:
    """Return one line per measure: its estimand, its model and its standard error."""
    found: dict[tuple[str, str], Row] = {}
    for name in trial.ordered_outcomes:
        for window in trial.windows_of(name):
            for _, contrast in trial.contrasts:
                for kind in (RATIOS, DIFFERENCES):
                    row = Effect(results, trial, name, window).row(kind, contrast)
                    if row is not None:
                        found.setdefault((row.measure, trial.measure_of(name)), row)
    lines = tuple(_line(row, kind) for (_, kind), row in found.items())
    return Table(
        "estimands",
        "What is estimated, and how",
        (Column("Measure"), Column("Estimand"), Column("Model and standard error")),
        lines,
    )


def _line(row: Row, kind: str) -> Line:
    """Return what a measure is, and how it was had; counts without person-time have no rates."""
    measure, how = in_words(row.measure), method_words(row.method)
    if kind == "mean_count":
        measure = measure.replace("Rate ratio", "Ratio of mean counts")
        measure = measure.replace("Rate difference", "Difference of mean counts")
        how = how.replace(", log person-time as offset", "")
    return Line(measure, (Cell(row.estimand or "", row.key), Cell(how, row.key)))


def model_words(model: str) -> str:
    """Return the first part of a method in words."""
    return MODELS.get(model, in_words(model))


def method_words(method: str) -> str:
    """Return `poisson.adjusted.CR1S` in words."""
    model, *rest = method.split(".")
    words = [model_words(model)]
    for part in rest:
        error = ERRORS.get(part[:2])
        words.append(f"{error} ({part})" if error else part)
    return "; ".join(words)
