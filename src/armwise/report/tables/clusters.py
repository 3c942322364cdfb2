"""Clusters of each arm beside the intracluster correlation (CONSORT for cluster trials, items 7a and 17a)."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, fixed, whole
from armwise.report.results import Results
from armwise.report.tables.effects import Effect
from armwise.report.tables.losses import ANALYSIS_SET
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

NOTE = (
    "A cluster is what was randomized together; where persons were, it is the person with all enrollments. "
    "The correlation is that of the outcome (of rates: of what person-time does not explain) within "
    "clusters, by analysis of variance from both arms pooled, not below 0."
)


def clusters(results: Results, trial: Trial) -> Table:
    """Return, per outcome and window, the intracluster correlation and the clusters analysed of each arm."""
    lines = tuple(line for name in trial.ordered_outcomes for line in _lines(results, trial, name))
    arms = (f"{label}, clusters (mean size)" for label in trial.arms.values())
    return Table(
        "clusters", "Clusters and the intracluster correlation",
        tuple(map(Column, ("Outcome and window", "Intracluster correlation", *arms))),
        lines, (NOTE, *hidden_note(lines, trial)),
    )  # fmt: skip


def _lines(results: Results, trial: Trial, name: str) -> Iterator[Line]:
    for window in trial.windows_of(name):
        measure = "intracluster_correlation"
        row = results.first(outcome=name, window=window, measure=measure, analysis_set=ANALYSIS_SET)
        if row is not None:
            effect = Effect(results, trial, name, window)
            shown = cell(Effect.said(row) or fixed(row.estimate, 3, trial.style), row)
            arms = (_of_arm(effect, arm) for arm in trial.arms)
            yield Line(f"{trial.outcome_label(name)}, {inside(trial.window_label(window))}", (shown, *arms))


def _of_arm(effect: Effect, arm: str) -> Cell:
    row, style = effect.count(arm), effect.trial.style
    if row is None:
        return Cell(NOTHING)
    if row.n is None or row.clusters is None:
        return cell(HIDDEN if row.hides("n") or row.hides("clusters") else NOTHING, row)
    size = row.n / row.clusters if row.clusters else None
    return cell(f"{whole(row.clusters, style)} ({fixed(size, 1, style)})", row)
