"""Every figure by name: its caption and its alt text. Nothing here draws."""

from dataclasses import dataclass

from armwise.report.figures import curves, forest, love
from armwise.report.figures.names import BY_DATE, CUMULATIVE
from armwise.report.flow import bands
from armwise.report.results import Results
from armwise.report.tables.effects import level_text
from armwise.report.trial import Trial, inside


@dataclass(frozen=True)
class Figure:
    """A figure as the page shows it; `alt` says what it finds."""

    name: str
    caption: str
    alt: str


def figure_of(name: str, results: Results, trial: Trial) -> Figure:
    """Return the caption and alt text of a figure."""
    if name.startswith(CUMULATIVE):
        return _cumulative(name, results, trial)
    if name.startswith(BY_DATE):
        return _by_date(name, results, trial)
    return {"flow": _flow, "forest": _forest, "subgroups": _subgroups, "love": _love}[name](results, trial)


def _flow(results: Results, trial: Trial) -> Figure:
    heads = [entry.head for band in bands(results, trial) for entry in band.boxes if entry.head.count]
    said = "; ".join(f"{head.count} {head.words}" for head in heads)
    return Figure(
        "flow", "Flow of the trial (CONSORT 2025).", f"Flow diagram. {said}. The text version follows."
    )


def _forest(results: Results, trial: Trial) -> Figure:
    shown = forest.outcomes_forest(results, trial)
    return Figure("forest", "Effects on all outcomes in all windows.", forest.finding(shown, trial))


def _subgroups(results: Results, trial: Trial) -> Figure:
    shown = forest.subgroups_forest(results, trial)
    outcome, window = trial.primary
    of = f"{inside(trial.outcome_label(outcome))}, {inside(trial.window_label(window))}"
    return Figure("subgroups", f"Effect on {of}, in subgroups.", forest.finding(shown, trial))


def _love(results: Results, trial: Trial) -> Figure:
    shown = love.love(results, trial)
    caption = (
        "Standardized differences at baseline. Shaded: where chance alone would leave 95% of them in a trial "
        "of this size with equal weights and one enrollment per person."
    )
    return Figure("love", caption, love.finding(shown))


def _cumulative(name: str, results: Results, trial: Trial) -> Figure:
    outcome = name.removeprefix(CUMULATIVE)
    shown = curves.cumulative(results, trial, outcome)
    caption = (
        f"Mean cumulative {inside(trial.outcome_label(outcome))} per 100 {trial.unit} by arm, with pointwise "
        f"{level_text(trial)}. Death ends events; other ends of observation are censored."
        f"{_thinned(shown)}"
    )
    return Figure(name, caption, curves.finding(shown, trial, outcome))


def _by_date(name: str, results: Results, trial: Trial) -> Figure:
    outcome = name.removeprefix(BY_DATE)
    shown = curves.by_date(results, trial, outcome)
    caption = (
        f"{trial.outcome_label(outcome)} by calendar date and arm, with pointwise {level_text(trial)}; "
        f"everyone randomized is counted.{_thinned(shown)}"
    )
    return Figure(name, caption, curves.finding(shown, trial, outcome))


def _thinned(shown: curves.Curves) -> str:
    """Say that points are missing where they would show small counts."""
    hidden = any(point.row.hides("estimate") for curve in shown.curves for point in curve.points)
    return " Points that would show small counts are left out." if hidden else ""
