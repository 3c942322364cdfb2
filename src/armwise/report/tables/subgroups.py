"""The primary outcome in subgroups, with one P value for interaction per characteristic."""

from collections.abc import Iterator, Mapping

from armwise.report.numbers import HIDDEN, NOTHING, p_value
from armwise.report.results import Results, Row
from armwise.report.tables.effects import ADJUSTED_P, RATIOS, Effect, level_text
from armwise.report.tables.levels import SPLIT, in_order
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.tables.outcomes import KINDS
from armwise.report.trial import Trial, inside


def subgroups(results: Results, trial: Trial) -> Table:
    """Return the table of the primary outcome in its window, in all and in each subgroup."""
    outcome, window = trial.primary
    several = len(trial.arms) > 2
    columns, make = (_columns_for_lines, _by_line) if several else (_columns, _side_by_side)
    lines = tuple(make(results, trial))
    return Table(
        "subgroups",
        f"{trial.outcome_label(outcome)}, {inside(trial.window_label(window))}: effects in subgroups",
        tuple(columns(trial, has_ratio(results, trial))),
        lines,
        (*_notes(trial), *hidden_note(lines, trial)),
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
    """Return the test of interaction of a characteristic, adjusted where the dataset has that."""
    outcome, window = trial.primary
    parts = {"outcome": outcome, "window": window, "subgroup": name, "contrast": contrast}
    adjusted = results.first(ADJUSTED_P, measure="interaction_p", **parts)
    if adjusted is not None and f".{trial.analysis}." in adjusted.method:
        return adjusted
    methods = Effect(results, trial, outcome, window).methods
    return results.first(methods, measure="interaction_p", **parts)


def has_ratio(results: Results, trial: Trial) -> bool:
    """Say whether the primary effect is a ratio; a difference otherwise."""
    effect = Effect(results, trial, *trial.primary)
    return any(effect.row(RATIOS, contrast) for _, contrast in trial.contrasts)


def _columns(trial: Trial, relative: bool) -> Iterator[Column]:
    yield Column("Subgroup")
    for label in trial.arms.values():
        yield Column("No.", label)
        yield Column(_mean_heading(trial), label)
    yield from _effect_columns(trial, relative)


def _columns_for_lines(trial: Trial, relative: bool) -> Iterator[Column]:
    yield from (Column("Subgroup and arm"), Column("No."), Column(_mean_heading(trial)))
    yield from _effect_columns(trial, relative)


def _mean_heading(trial: Trial) -> str:
    kind = KINDS[trial.measure_of(trial.primary[0])]
    return kind[:1].upper() + kind[1:]


def _effect_columns(trial: Trial, relative: bool) -> Iterator[Column]:
    yield Column(f"{'Ratio' if relative else 'Difference'} ({level_text(trial)})")
    yield Column("P for interaction")


def _side_by_side(results: Results, trial: Trial) -> Iterator[Line]:
    contrast = trial.contrasts[0][1]
    yield Line(f"All {trial.unit}", tuple(_cells(_effect(results, trial))), "strong")
    for name in characteristics(results, trial):
        blank = [Cell()] * (2 * len(trial.arms) + 1)
        test = _test(results, trial, name, contrast)
        yield Line(trial.characteristic_label(name), (*blank, test), "group")
        for level in levels(results, trial, name):
            effect = _effect(results, trial, f"{name}{SPLIT}{level}")
            yield Line(trial.level_label(name, level), tuple(_cells(effect)), "level")


def _by_line(results: Results, trial: Trial) -> Iterator[Line]:
    yield Line(f"All {trial.unit}", (), "group")
    yield from _arms(_effect(results, trial), {})
    for name in characteristics(results, trial):
        tests = {arm: _test(results, trial, name, contrast) for arm, contrast in trial.contrasts}
        for level in levels(results, trial, name):
            words = f"{trial.characteristic_label(name)}: {trial.level_label(name, level)}"
            yield Line(words, (), "group")
            yield from _arms(_effect(results, trial, f"{name}{SPLIT}{level}"), tests)
            tests = {}  # once per characteristic, beside its first level


def _effect(results: Results, trial: Trial, subgroup: str = "all") -> Effect:
    return Effect(results, trial, *trial.primary, subgroup)


def _arms(effect: Effect, tests: Mapping[str, Cell]) -> Iterator[Line]:
    contrasts = dict(effect.trial.contrasts)
    for arm, label in effect.trial.arms.items():
        against = _against(effect, contrasts[arm]) if arm in contrasts else Cell("Reference")
        cells = (effect.count_cell(arm), effect.mean_cell(arm), against, tests.get(arm, Cell()))
        yield Line(label, cells, "level")


def _cells(effect: Effect) -> Iterator[Cell]:
    for arm in effect.trial.arms:
        yield effect.count_cell(arm)
        yield effect.mean_cell(arm)
    yield _against(effect, effect.trial.contrasts[0][1])
    yield Cell()


def _against(effect: Effect, contrast: str) -> Cell:
    relative = has_ratio(effect.results, effect.trial)
    return effect.ratio_cell(contrast) if relative else effect.difference_cell(contrast)


def _test(results: Results, trial: Trial, name: str, contrast: str) -> Cell:
    row = interaction(results, trial, name, contrast)
    text = HIDDEN if row and row.hides("p_value") else p_value(row.p_value if row else None, trial.style)
    return cell(text if row else NOTHING, row)


def _notes(trial: Trial) -> Iterator[str]:
    yield (
        "One model per characteristic, with levels, arm x level and common strata; the rates, percentages or "
        "means are standardized within the level. P for interaction tests that the effects of all "
        f"levels are equal; these P values are {trial.interactions}."
    )
    yield "Subgroups show where effects might differ; none of them is a finding of its own."
