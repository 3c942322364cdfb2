"""What a specification curve shows: finished texts beside the numbers that are drawn."""

from dataclasses import dataclass

from armwise.report.results import Results
from armwise.report.specifications import MEASURES, Curve, curves_of, effect_text, finding, kinds_of
from armwise.report.tables.effects import level_text
from armwise.report.trial import Trial


@dataclass(frozen=True)
class Point:
    """One specification: estimate and limits as drawn, and which choices it made, by place in the rows."""

    key: str
    numbers: tuple[float, float, float]
    chosen: tuple[int, ...]
    planned: bool


@dataclass(frozen=True)
class Panel:
    """The curve of one contrast: its points in order, and below them rows of choices.

    `rows`: labels, and whether each is the heading of a kind of choice.
    """

    title: str
    points: tuple[Point, ...]
    rows: tuple[tuple[str, bool], ...]
    axis: str
    relative: bool
    planned: str


def panels(results: Results, trial: Trial, outcome: str) -> list[Panel]:
    """Return the panels of an outcome, one per contrast that has anything to draw."""
    return [_panel(results, trial, curve) for curve in curves_of(results, trial, outcome) if curve.shown]


def _panel(results: Results, trial: Trial, curve: Curve) -> Panel:
    rows, place = _rows(curve, trial)
    scale = 1.0 if curve.relative or curve.shown[0].row.measure.startswith("mean") else 100.0
    points = []
    for each in curve.shown:
        values = (each.row.estimate, each.row.ci_low, each.row.ci_high)
        if None in values or (curve.relative and min(v or 0.0 for v in values) <= 0):
            continue
        numbers = (
            scale * float(values[0] or 0),
            scale * float(values[1] or 0),
            scale * float(values[2] or 0),
        )
        chosen = tuple(
            place[kind, name] for kind, name in vars(each.choices).items() if (kind, name) in place
        )
        points.append(Point(each.row.key, numbers, chosen, each.is_prespecified))
    planned = effect_text(curve, trial, results, curve.planned.row) if curve.planned else ""
    title = trial.arm_label(curve.arm) if len(trial.contrasts) > 1 else ""
    axis = f"{MEASURES[curve.shown[0].row.measure]} ({level_text(trial)})"
    return Panel(title, tuple(points), tuple(rows), axis, curve.relative, planned)


def _rows(curve: Curve, trial: Trial) -> tuple[list[tuple[str, bool]], dict[tuple[str, str], int]]:
    """Return the rows of choices, and the place of each choice; kinds with a single choice have none."""
    rows: list[tuple[str, bool]] = []
    place: dict[tuple[str, str], int] = {}
    for kind, heading, made in kinds_of(curve, trial):
        if len(made) > 1:
            rows.append((heading, True))
            for name, words in made:
                place[kind, name] = len(rows)
                rows.append((words, False))
    return rows, place


def said(results: Results, trial: Trial, outcome: str) -> str:
    """Say what the curves of an outcome find: the alt text."""
    several = len(trial.contrasts) > 1
    texts = (
        f"{trial.arm_label(curve.arm)}: {finding(curve, trial, results)}"
        if several
        else finding(curve, trial, results)
        for curve in curves_of(results, trial, outcome)
    )
    return " ".join(texts) or "No specification can be shown."


def alike(results: Results, trial: Trial, outcome: str) -> str:
    """Say which choices all specifications share."""
    for curve in curves_of(results, trial, outcome):
        same = [
            f"{heading.lower()} {made[0][1]}" for _, heading, made in kinds_of(curve, trial) if len(made) == 1
        ]
        return f" All share: {'; '.join(same)}." if same else ""
    return ""
