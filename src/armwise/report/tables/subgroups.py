"""The primary outcome in subgroups, with one P value for interaction per characteristic."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, p_value
from armwise.report.results import Results, Row
from armwise.report.tables.effects import RATIOS, Effect, level_text
from armwise.report.tables.levels import SPLIT, in_order
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.tables.outcomes import KINDS
from armwise.report.trial import Trial


def subgroups(results: Results, trial: Trial) -> Table:
    """Return the table of the primary outcome in its window, in all and in each subgroup."""
    outcome, window = trial.primary
    lines = tuple(_lines(results, trial, outcome, window))
    return Table(
        "subgroups",
        f"{trial.outcome_label(outcome)}, {trial.window_label(window)}: effects in subgroups",
        (Column("Subgroup"), *_columns(trial, has_ratio(results, trial))),
        lines,
        (*_notes(), *hidden_note(lines, trial)),
    )


def characteristics(results: Results, trial: Trial) -> list[str]:
    """Return the characteristics in which the primary outcome was analysed, in the order of the settings."""
    outcome, window = trial.primary
    found = {row.subgroup.partition(SPLIT)[0] for row in results.find(outcome=outcome, window=window)}
    return [name for name in trial.estimates.get("subgroups") or [] if name in found]


def levels(results: Results, trial: Trial, name: str) -> list[str]:
    """Return the levels of a characteristic in which the primary outcome was analysed."""
    outcome, window = trial.primary
    rows = results.find(outcome=outcome, window=window)
    found = {r.subgroup.partition(SPLIT)[2] for r in rows if r.subgroup.startswith(name + SPLIT)}
    return in_order(found)


def interaction(results: Results, trial: Trial, name: str, contrast: str) -> Row | None:
    """Return the test of interaction of a characteristic."""
    outcome, window = trial.primary
    return results.first(
        Effect(results, trial, outcome, window).methods,
        outcome=outcome,
        window=window,
        subgroup=name,
        contrast=contrast,
        measure="interaction_p",
    )


def has_ratio(results: Results, trial: Trial) -> bool:
    """Say whether the primary effect is a ratio; a difference otherwise."""
    effect = Effect(results, trial, *trial.primary)
    return any(effect.row(RATIOS, contrast) for _, contrast in trial.contrasts)


def _columns(trial: Trial, relative: bool) -> Iterator[Column]:
    kind = KINDS[trial.measure_of(trial.primary[0])]
    heading = kind[:1].upper() + kind[1:]
    for label in trial.arms.values():
        yield Column("No.", label)
        yield Column(heading, label)
    several = len(trial.contrasts) > 1
    for arm, _ in trial.contrasts:
        group = f"{trial.arm_label(arm)} vs {trial.arm_label(trial.reference)}" if several else "Effect"
        yield Column(f"{'Ratio' if relative else 'Difference'} ({level_text(trial)})", group)
        yield Column("P for interaction", group)


def _lines(results: Results, trial: Trial, outcome: str, window: str) -> Iterator[Line]:
    everyone = Effect(results, trial, outcome, window)
    yield Line(f"All {trial.unit}", tuple(_cells(everyone)), "strong")
    for name in characteristics(results, trial):
        yield Line(trial.characteristic_label(name), tuple(_tests(results, trial, name)), "group")
        for level in levels(results, trial, name):
            effect = Effect(results, trial, outcome, window, f"{name}{SPLIT}{level}")
            yield Line(trial.level_label(name, level), tuple(_cells(effect)), "level")


def _cells(effect: Effect) -> Iterator[Cell]:
    relative = has_ratio(effect.results, effect.trial)
    for arm in effect.trial.arms:
        yield effect.count_cell(arm)
        yield effect.mean_cell(arm)
    for _, contrast in effect.trial.contrasts:
        yield effect.ratio_cell(contrast) if relative else effect.difference_cell(contrast)
        yield Cell()


def _tests(results: Results, trial: Trial, name: str) -> Iterator[Cell]:
    for _ in trial.arms:
        yield from (Cell(), Cell())
    for _, contrast in trial.contrasts:
        row = interaction(results, trial, name, contrast)
        text = HIDDEN if row and row.hides("p_value") else p_value(row.p_value if row else None, trial.style)
        yield from (Cell(), cell(text if row else NOTHING, row))


def _notes() -> Iterator[str]:
    yield (
        "One model per characteristic, with levels, arm x level and common strata; the rates, percentages or "
        "means are standardized within the level. P for interaction tests that the effects of all "
        "levels are equal."
    )
    yield "Subgroups show where effects might differ; none of them is a finding of its own."
