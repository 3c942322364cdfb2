"""The same effects with other weights: those who stayed for the lost, and each person counted once."""

from collections.abc import Iterator
from dataclasses import replace

from armwise.report.numbers import HIDDEN, NOTHING, fixed, whole
from armwise.report.results import Results
from armwise.report.tables.effects import DIFFERENCES, RATIOS, Effect, level_text
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

ANALYSES = {
    "censoring_weighted": "Had nobody been lost",
    "per_person": "Each person counted once",
}
NOTES = {
    "censoring_weighted": "Had nobody been lost: those observed to the end of the window, or to death in it, "
    "are weighted by the inverse of their probability of that, from a logistic model of arm, baseline "
    "characteristics and strata. It mends what losses do as far as these characteristics explain it. "
    "Standard errors take account of the weights being estimated.",
    "per_person": "Each person counted once: the enrollments of a person share a weight of 1. How often "
    "someone is enrolled may depend on the arm, so this compares no longer what was randomized.",
}


def reweighted(results: Results, trial: Trial) -> Table:
    """Return, for each outcome and window, the primary effect and those with other weights."""
    lines = tuple(_lines(results, trial))
    kinds = (f"Ratio ({level_text(trial)})", f"Difference ({level_text(trial)})")
    columns = (*kinds, "Effective sample size, by arm", "Largest weight")
    return Table(
        "reweighted",
        f"The same effects with other weights, {trial.analysis} analysis",
        (Column("Outcome, window and analysis"), *map(Column, columns)),
        lines,
        (*_notes(lines), *_problems(results, trial), *hidden_note(lines, trial)),
    )


def _lines(results: Results, trial: Trial) -> Iterator[Line]:
    for name in trial.ordered_outcomes:
        for window in trial.windows_of(name):
            primary = Effect(results, trial, name, window)
            for arm, contrast in trial.contrasts:
                found = [each for each in _analyses(primary) if each.row((*RATIOS, *DIFFERENCES), contrast)]
                if found:
                    several = f": {inside(trial.arm_label(arm))}" if len(trial.contrasts) > 1 else ""
                    label = f"{trial.outcome_label(name)}, {inside(trial.window_label(window))}{several}"
                    yield Line(label, (), "group")
                    yield Line("Primary analysis", tuple(_effects(primary, contrast)), "level strong")
                for each in found:
                    cells = (*_effects(each, contrast)[:2], *_weights(each, arm))
                    yield Line(ANALYSES[each.analysis_set], cells, "level")


def _analyses(primary: Effect) -> list[Effect]:
    return [replace(primary, analysis_set=name) for name in ANALYSES]


def _effects(effect: Effect, contrast: str) -> list[Cell]:
    return [effect.ratio_cell(contrast), effect.difference_cell(contrast), Cell(NOTHING), Cell(NOTHING)]


def _weights(effect: Effect, arm: str) -> Iterator[Cell]:
    """Describe the weights of an arm and of the reference."""
    arms, style = (effect.trial.reference, arm), effect.trial.style
    sizes = [row for each in arms if (row := effect.row(["effective_sample_size"], each)) is not None]
    largest = [row for each in arms if (row := effect.row(["largest_weight"], each)) is not None]
    texts = [HIDDEN if row.hides("estimate") else whole(row.estimate, style) for row in sizes]
    yield cell("; ".join(texts) or NOTHING, *sizes)
    values = [row.estimate for row in largest if row.estimate is not None]
    yield cell(fixed(max(values), 1, style) if values else NOTHING, *largest)


def _notes(lines: tuple[Line, ...]) -> Iterator[str]:
    shown = {line.label for line in lines}
    yield from (NOTES[name] for name, label in ANALYSES.items() if label in shown)
    yield "Effective sample sizes: the reference arm first. The primary result stays the planned one."


def _problems(results: Results, trial: Trial) -> Iterator[str]:
    """Say what is doubtful about the weights, each once with its outcomes."""
    found: dict[str, list[str]] = {}
    for row in results.rows:
        if row.analysis_set == "censoring_weighted" and row.measure == "largest_weight" and row.warning:
            place = f"{trial.outcome_label(row.outcome)}, {inside(trial.window_label(row.window))}"
            found.setdefault(row.warning, []).append(place)
    for text, places in found.items():
        yield f"{text[:1].upper()}{text[1:]} ({'; '.join(dict.fromkeys(places))})."
