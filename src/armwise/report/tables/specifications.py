"""Specification curves as tables: what each choice does to the estimates, and every specification."""

from collections.abc import Iterator, Sequence

from armwise.report.numbers import NOTHING, whole
from armwise.report.results import Results
from armwise.report.specifications import (
    KINDS,
    MEASURES,
    Curve,
    Specification,
    curves,
    effect_text,
    finding,
    kinds_of,
    median,
    said_of,
)
from armwise.report.tables.effects import FAILED, level_text
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

NOTE = (
    "Every combination of the choices is one specification. They share their data and are no independent "
    "findings: there is no P value of a curve, and none of its results takes the place of the planned one."
)


def specification_choices(results: Results, trial: Trial) -> Table:
    """Return the table of what each choice of an analysis does to the estimates."""
    found = list(curves(results, trial))
    lines = tuple(line for curve in found for line in _by_choice(results, trial, curve))
    notes = (
        *(f"{_label(curve, trial)}: {finding(curve, trial, results)}" for curve in found),
        NOTE,
        *(f"Left out: {curve.left_out}." for curve in found if curve.left_out),
        *hidden_note(lines, trial),
    )
    heads = ("Choice", "Median estimate", "Lowest to highest", "Intervals that exclude no effect, of all")
    title = "How the effect hangs on choices of the analysis"
    return Table(
        "specification_choices", title, tuple(map(Column, heads)), lines, tuple(dict.fromkeys(notes))
    )


def _label(curve: Curve, trial: Trial) -> str:
    several = f", {inside(trial.arm_label(curve.arm))}" if len(trial.contrasts) > 1 else ""
    return f"{trial.outcome_label(curve.outcome)}{several}"


def _by_choice(results: Results, trial: Trial, curve: Curve) -> Iterator[Line]:
    if not curve.shown:
        return
    label, measure = _label(curve, trial), inside(MEASURES[curve.shown[0].row.measure])
    yield Line(
        f"{label}, {measure}: all specifications", _summary(results, trial, curve, curve.shown), "strong"
    )
    for kind, heading, made in kinds_of(curve, trial):
        if len(made) > 1:
            yield Line(heading, (), "group")
            for name, words in made:
                yield Line(words, _summary(results, trial, curve, said_of(curve.shown, kind, name)), "level")


def _summary(results: Results, trial: Trial, curve: Curve, mine: Sequence[Specification]) -> tuple[Cell, ...]:
    if not mine:
        return (Cell(NOTHING),) * 3
    middle, rows = median(mine)
    ends = [mine[0].row, mine[-1].row]
    low, high = (effect_text(curve, trial, results, float(row.estimate or 0.0)) for row in ends)
    clear = whole(sum(each.excludes != 0 for each in mine), trial.style)
    return (
        cell(effect_text(curve, trial, results, middle), *rows),
        cell(f"{low} to {high}", *ends),
        cell(f"{clear} of {whole(len(mine), trial.style)}", *(each.row for each in mine)),
    )


def specifications(results: Results, trial: Trial) -> Table:
    """Return the table of every specification, in the order of the estimates."""
    lines = tuple(line for curve in curves(results, trial) for line in _each(results, trial, curve))
    columns = (
        Column("Place"),
        *(Column(heading) for heading, _ in KINDS.values()),
        Column(f"Effect ({level_text(trial)})"),
    )
    return Table("specifications", "All specifications, by estimate", columns, lines, (NOTE,))


def _each(results: Results, trial: Trial, curve: Curve) -> Iterator[Line]:
    yield Line(_label(curve, trial), (), "group")
    for place, each in enumerate(curve.shown, 1):
        shown = cell(effect_text(curve, trial, results, each.row), each.row)
        mark = " (prespecified)" if each.is_prespecified else ""
        kind = "strong" if each.is_prespecified else "level"
        yield Line(f"{place}{mark}", (*_chosen(trial, each), shown), kind)
    for each in curve.failed:
        yield Line(NOTHING, (*_chosen(trial, each), cell(FAILED, each.row)), "level")


def _chosen(trial: Trial, each: Specification) -> Iterator[Cell]:
    for kind, (_, words) in KINDS.items():
        yield cell(words(trial, getattr(each.choices, kind)), each.row)
