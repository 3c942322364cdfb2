"""Every figure by name: its caption and its alt text. Nothing here draws."""

from dataclasses import dataclass

from armwise.report.blinded import MARK, WORDS
from armwise.report.figures import curves, forest, love, reach, specifications
from armwise.report.figures.names import BY_DATE, CUMULATIVE, SPECIFICATIONS
from armwise.report.flow import bands
from armwise.report.numbers import HIDDEN
from armwise.report.results import Results
from armwise.report.tables.effects import level_text
from armwise.report.tables.notes import hidden_words
from armwise.report.trial import Trial, inside


@dataclass(frozen=True)
class Figure:
    """A figure as the page shows it; `alt` says what it finds."""

    name: str
    caption: str
    alt: str


def figure_of(name: str, results: Results, trial: Trial) -> Figure:
    """Return the caption and alt text of a figure; of a blinded trial both say so."""
    found = _figure_of(name, results, trial)
    if not trial.blinded:
        return found
    return Figure(name, f"{found.caption} {WORDS}", f"{MARK}, no result. {found.alt}")


def _figure_of(name: str, results: Results, trial: Trial) -> Figure:
    if name.startswith(CUMULATIVE):
        return _cumulative(name, results, trial)
    if name.startswith(BY_DATE):
        return _by_date(name, results, trial)
    if name.startswith(SPECIFICATIONS):
        return _specifications(name, results, trial)
    return {"flow": _flow, "forest": _forest, "subgroups": _subgroups, "love": _love, "reach": _reach}[name](
        results, trial
    )


def _flow(results: Results, trial: Trial) -> Figure:
    flow = bands(results, trial)
    heads = [box.head for band in flow for box in band.boxes if box.head.count]
    said = "; ".join(f"{head.count} {head.words}" for head in heads)
    counts = [e.count for band in flow for box in band.boxes for e in (box.head, *box.lines)]
    caption = f"Flow of the trial (CONSORT 2025).{_mark(counts, trial)}"
    return Figure("flow", caption, f"Flow diagram. {said}. The text version follows.")


def _forest(results: Results, trial: Trial) -> Figure:
    shown = forest.outcomes_forest(results, trial)
    caption = f"Effects on all outcomes in all windows.{_marked_lines(shown, trial)}"
    return Figure("forest", caption, forest.finding(shown, trial))


def _subgroups(results: Results, trial: Trial) -> Figure:
    shown = forest.subgroups_forest(results, trial)
    outcome, window = trial.primary
    of = f"{inside(trial.outcome_label(outcome))}, {inside(trial.window_label(window))}"
    caption = f"Effect on {of}, in subgroups.{_marked_lines(shown, trial)}"
    return Figure("subgroups", caption, forest.finding(shown, trial))


def _love(results: Results, trial: Trial) -> Figure:
    shown = love.love(results, trial)
    caption = (
        "Standardized differences at baseline. Shaded: where chance alone would leave 95% of them in a trial "
        "of this size with equal weights and one enrollment per person."
    )
    return Figure("love", caption, love.finding(shown))


def _reach(results: Results, trial: Trial) -> Figure:
    shown = reach.reach(results, trial)
    texts = [text for line in shown.lines for text in (*line.left, line.right, line.p)]
    caption = (
        f"Engagement by group, of those who were offered the program, with {level_text(trial)}; dashed: of "
        f"all who were offered it.{_mark(texts, trial)}"
    )
    return Figure("reach", caption, reach.finding(shown))


def _cumulative(name: str, results: Results, trial: Trial) -> Figure:
    outcome = name.removeprefix(CUMULATIVE)
    shown = curves.cumulative(results, trial, outcome)
    caption = (
        f"Mean cumulative {inside(trial.outcome_label(outcome))} per 100 {trial.unit} by arm, with pointwise "
        f"{level_text(trial)}. Death ends events; other ends of observation are censored."
        f"{_thinned(shown, trial)}"
    )
    return Figure(name, caption, curves.finding(shown, trial, outcome))


def _by_date(name: str, results: Results, trial: Trial) -> Figure:
    outcome = name.removeprefix(BY_DATE)
    shown = curves.by_date(results, trial, outcome)
    caption = (
        f"{trial.outcome_label(outcome)} by calendar date and arm, with pointwise {level_text(trial)}; "
        f"everyone randomized is counted.{_thinned(shown, trial)}"
    )
    return Figure(name, caption, curves.finding(shown, trial, outcome))


def _specifications(name: str, results: Results, trial: Trial) -> Figure:
    outcome = name.removeprefix(SPECIFICATIONS)
    caption = (
        f"Specification curve of {inside(trial.outcome_label(outcome))}: estimates in order, one for every "
        f"combination of choices, with {level_text(trial)}; below, the choices that made each."
        f"{specifications.alike(results, trial, outcome)}"
    )
    return Figure(name, caption, specifications.said(results, trial, outcome))


def _thinned(shown: curves.Curves, trial: Trial) -> str:
    """Say that points are missing where they would show small counts, and explain the mark of others."""
    hidden = any(point.row.hides("estimate") for curve in shown.curves for point in curve.points)
    ticks = [x for x, _ in shown.ticks]
    counts = [text for curve in shown.curves for text in curve.counts_at(ticks, shown.column, trial)]
    return " Points that would show small counts are left out." * hidden + _mark(counts, trial)


def _marked_lines(shown: forest.Forest, trial: Trial) -> str:
    return _mark([text for line in shown.lines for text in (*line.left, line.right, line.p)], trial)


def _mark(texts: list[str], trial: Trial) -> str:
    """Explain the mark of hidden cells, when one of the texts is it."""
    return f" {hidden_words(trial.small_cell)}" if trial.small_cell and HIDDEN in texts else ""
