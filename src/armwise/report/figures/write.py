"""Write one figure as SVG, PDF, PNG and the CSV of the numbers behind it."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from armwise.report.blinded import MARK, titled
from armwise.report.figures import curves, draw, forest, love, reach, specifications
from armwise.report.figures.catalogue import figure_of
from armwise.report.figures.draw import curves as draw_curves
from armwise.report.figures.draw import flow as draw_flow
from armwise.report.figures.draw import forest as draw_forest
from armwise.report.figures.draw import love as draw_love
from armwise.report.figures.draw import reach as draw_reach
from armwise.report.figures.draw import specifications as draw_specifications
from armwise.report.figures.draw.sheet import save, stamp
from armwise.report.figures.names import BY_DATE, CUMULATIVE, SPECIFICATIONS
from armwise.report.flow import bands
from armwise.report.results import Results
from armwise.report.tables.render import harmless
from armwise.report.trial import Trial

__all__ = ["draw", "write_figure"]

Rows = list[Sequence[Any]]


def write_figure(
    name: str,
    ard: str | Path,
    svg: str | Path,
    pdf: str | Path,
    png: str | Path,
    csv: str | Path,
    settings: Mapping[str, Any],
) -> None:
    """Draw a figure from the published dataset and the settings' blocks."""
    results, trial = Results.read(ard), Trial(**settings)
    figure, rows = drawn(name, results, trial)
    if trial.blinded:
        stamp(figure, MARK)
        rows = [(titled(str(rows[0][0]), trial), *rows[0][1:]), *rows[1:]]
    save(figure, svg, pdf, png, figure_of(name, results, trial).caption)
    _write_rows(rows, csv)


def drawn(name: str, results: Results, trial: Trial) -> tuple[Any, Rows]:
    """Return the figure and the rows of its CSV, the heading first."""
    if name == "flow":
        flow = bands(results, trial)
        return draw_flow.draw(flow), _flow_rows(flow)
    if name.startswith((CUMULATIVE, BY_DATE)):
        make = curves.cumulative if name.startswith(CUMULATIVE) else curves.by_date
        shown = make(results, trial, name.removeprefix(CUMULATIVE).removeprefix(BY_DATE))
        return draw_curves.draw(shown, trial), _curve_rows(shown)
    if name.startswith(SPECIFICATIONS):
        panels = specifications.panels(results, trial, name.removeprefix(SPECIFICATIONS))
        return draw_specifications.draw(panels), _specification_rows(panels)
    if name == "love":
        balance = love.love(results, trial)
        return draw_love.draw(balance), _love_rows(balance)
    if name == "reach":
        shares = reach.reach(results, trial)
        return draw_reach.draw(shares), _reach_rows(shares)
    make_forest = {"forest": forest.outcomes_forest, "subgroups": forest.subgroups_forest}[name]
    plot = make_forest(results, trial)
    return draw_forest.draw(plot), _forest_rows(plot)


def _flow_rows(flow: Any) -> Rows:
    rows: Rows = [("stage", "box", "count", "words", "key")]
    for band in flow:
        for number, box in enumerate(band.boxes, 1):
            rows += [(band.name, number, e.count, e.words, e.key) for e in (box.head, *box.lines)]
    return rows


def _curve_rows(shown: curves.Curves) -> Rows:
    rows: Rows = [("arm", "x", "per_100", "low", "high", shown.column, "key")]
    for curve in shown.curves:
        rows += [
            (curve.arm, p.row.window, p.y, p.low, p.high, getattr(p.row, shown.column), p.row.key)
            for p in curve.points
        ]
    return rows


def _specification_rows(panels: Sequence[specifications.Panel]) -> Rows:
    rows: Rows = [("contrast", "place", "estimate", "low", "high", "prespecified", "key")]
    for panel in panels:
        rows += [
            (panel.title, place, *point.numbers, str(point.planned).lower(), point.key)
            for place, point in enumerate(panel.points, 1)
        ]
    return rows


def _love_rows(balance: love.Love) -> Rows:
    rows: Rows = [("characteristic", *balance.arms, "key")]
    return rows + [(line.label, *line.values, " | ".join(line.keys)) for line in balance.lines]


def _forest_rows(plot: forest.Forest) -> Rows:
    rows: Rows = [("line", *plot.heads, "estimate", "low", "high", plot.effect_head, "p", "key")]
    for line in plot.lines:
        left, numbers = line.left or ("", ""), line.numbers or ("", "", "")
        rows.append((line.label, *left, *numbers, line.right, line.p, line.key))
    return rows


def _reach_rows(shown: reach.Reach) -> Rows:
    rows: Rows = [("group", shown.left_head, "percent", "low", "high", shown.right_head, "p", "key")]
    for line in shown.lines:
        numbers = line.numbers or ("", "", "")
        rows.append((line.label, "".join(line.left), *numbers, line.right, line.p, line.key))
    return rows


def _write_rows(rows: Rows, path: str | Path) -> None:
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerows([_text(value) for value in row] for row in rows)


def _text(value: Any) -> str:
    """Return a value as CSV text; numbers at the six digits of the dataset."""
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else harmless(str(value))
