"""Effects under other rules for how follow-up ends, each beside the primary analysis."""

from collections.abc import Iterator
from dataclasses import replace

from armwise.report.results import Results
from armwise.report.tables.effects import DIFFERENCES, RATIOS, Effect, level_text
from armwise.report.tables.model import Cell, Column, Line, Table
from armwise.report.tables.notes import hidden_note
from armwise.report.tables.outcomes import mean_heading
from armwise.report.trial import Trial, inside


def sensitivity(results: Results, trial: Trial) -> Table:
    """Return, for each outcome and window that an analysis changes, the primary effect and the others.

    Several arms have a line each under every analysis.
    """
    lines = tuple(_lines(results, trial))
    arms = tuple(Column(f"{label}, {inside(mean_heading(trial))}") for label in trial.arms.values())
    effects = tuple(_effect_columns(trial))
    return Table(
        "sensitivity",
        f"Sensitivity to how follow-up ends, {trial.analysis} analysis",
        (Column("Outcome, window and analysis"), *arms, *effects),
        lines,
        (*_notes(trial), *hidden_note(lines, trial)),
    )


def _effect_columns(trial: Trial) -> Iterator[Column]:
    for arm, _ in trial.contrasts:
        group = trial.arm_label(arm) if len(trial.contrasts) > 1 else ""
        yield Column(f"Ratio ({level_text(trial)})", group)
        yield Column(f"Difference ({level_text(trial)})", group)


def _lines(results: Results, trial: Trial) -> Iterator[Line]:
    for name in trial.ordered_outcomes:
        for window in trial.windows_of(name):
            primary = Effect(results, trial, name, window)
            found = [each for each in _analyses(primary) if _is_there(each)]
            if found:
                label = f"{trial.outcome_label(name)}, {inside(trial.window_label(window))}"
                yield Line(label, (), "group")
                yield Line("Primary analysis", tuple(_cells(primary)), "level strong")
            for each in found:
                said = str(trial.sensitivity[each.analysis_set]["label"])
                yield Line(said, tuple(_cells(each)), "level")


def _analyses(primary: Effect) -> Iterator[Effect]:
    for name in primary.trial.sensitivity:
        yield replace(primary, analysis_set=name)


def _is_there(effect: Effect) -> bool:
    return any(effect.row((*RATIOS, *DIFFERENCES), contrast) for _, contrast in effect.trial.contrasts)


def _cells(effect: Effect) -> Iterator[Cell]:
    for arm in effect.trial.arms:
        yield effect.mean_cell(arm)
    for _, contrast in effect.trial.contrasts:
        yield effect.ratio_cell(contrast)
        yield effect.difference_cell(contrast)


def _notes(trial: Trial) -> Iterator[str]:
    yield (
        "Rates are per 100 person-years. Each analysis changes what is named and nothing else; events count "
        "on the days on which time is at risk. What ends follow-up in the primary analysis stands under "
        "Methods. Intervals here are not adjusted for multiplicity and do not stand for tests."
    )
    choices = {choice for each in trial.sensitivity.values() for choice in each.items()}
    if ("later_lottery", "end_at_treatment") in choices:
        yield (
            "Weighted: days after a later lottery that did not assign another arm count by the inverse of "
            "the known probability of that, so that they stand for those whom it did."
        )
    if any(key == "among" and whom != "everyone" for key, whom in choices):
        yield (
            "An analysis of those covered throughout may compare different people in the arms, where "
            "assignment changes who stays covered."
        )
