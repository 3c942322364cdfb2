"""Specification curves: sorted estimates with their intervals, and below them the choices that made each."""

from collections.abc import Sequence
from math import exp, log

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from armwise.report.figures.draw.axis import Axis, ticks
from armwise.report.figures.draw.sheet import INK, QUIET, SIZE, Sheet, nothing, width
from armwise.report.figures.specifications import Panel, Point

EDGE, GAP, RIGHT = 6.0, 12.0, 12.0
PLOT, BETWEEN, ROW = 190.0, 16.0, 14.0
WIDE, LEAST, MOST = 430.0, 2.2, 12.0
INTERVAL, FAINT, DOT, PLANNED, PLANNED_TEXT = "#b3c8d9", "#e3e6ea", "#4d5560", "#D55E00", "#A84A00"


def draw(panels: Sequence[Panel]) -> Figure:
    """Draw the panels of an outcome below each other."""
    drawn = [panel for panel in panels if panel.points]
    if not drawn:
        return nothing().figure
    left = max(_label_width(panel) for panel in drawn) + EDGE + GAP
    wide = max(_step(panel) * len(panel.points) for panel in drawn)
    sheet = Sheet(left + wide + RIGHT, sum(_high(panel) for panel in drawn))
    top = 0.0
    for panel in drawn:
        _draw_panel(sheet, panel, left, top)
        top += _high(panel)
    return sheet.figure


def _step(panel: Panel) -> float:
    """Return how far apart the points are: few of them do not spread over the whole width."""
    return min(MOST, max(LEAST, WIDE / len(panel.points)))


def _head(panel: Panel) -> float:
    return 34.0 if panel.title else 18.0


def _high(panel: Panel) -> float:
    return _head(panel) + PLOT + BETWEEN + ROW * len(panel.rows) + 10


def _label_width(panel: Panel) -> float:
    ticks_and_title = 60.0
    return max([width(label, bold=head) for label, head in panel.rows] + [ticks_and_title])


def _draw_panel(sheet: Sheet, panel: Panel, left: float, top: float) -> None:
    upper = top + _head(panel)
    axis, step = _axis(panel, upper), _step(panel)
    right = left + step * len(panel.points)
    sheet.text(EDGE, top + 14, panel.title, SIZE + 1, bold=True)
    _scale(sheet, panel, axis, left, right)
    for number, point in enumerate(panel.points):
        x = left + step * (number + 0.5)
        _interval(sheet, point, axis, x, step)
        _chosen(sheet, panel, point, x, upper + PLOT + BETWEEN, step)
    _labels(sheet, panel, left, upper + PLOT + BETWEEN)
    _callout(sheet, panel, axis, left, right, step)


def _axis(panel: Panel, upper: float) -> Axis:
    """Return the vertical axis: an `Axis` laid from the lower end upwards."""
    lows, highs = (
        [point.numbers[1] for point in panel.points],
        [point.numbers[2] for point in panel.points],
    )
    null = 1.0 if panel.relative else 0.0
    low, high = min(*lows, null), max(*highs, null)
    if panel.relative:
        room = 0.06 * log(high / low)
        return Axis(upper + PLOT, -PLOT, low * exp(-room), high * exp(room), relative=True)
    room = 0.06 * (high - low)
    return Axis(upper + PLOT, -PLOT, low - room, high + room, relative=False)


def _scale(sheet: Sheet, panel: Panel, axis: Axis, left: float, right: float) -> None:
    sheet.line([left - 4, left - 4], [axis.left, axis.left + axis.wide])
    for value, text in ticks(axis):
        y = axis.at(value)
        sheet.line([left - 8, left - 4], [y, y])
        sheet.text(left - 11, y + 3.3, text, align="right")
    null = axis.at(axis.null)
    sheet.line([left - 4, right + 4], [null, null], wide=1.0)
    sheet.text(left - 46, axis.left + axis.wide / 2, panel.axis, align="center", turn=90)


def _interval(sheet: Sheet, point: Point, axis: Axis, x: float, step: float) -> None:
    at, low, high = (axis.at(value) for value in point.numbers)
    wide = min(2.0, 0.55 * step)
    colour = PLANNED if point.planned else INTERVAL
    sheet.line([x, x], [low, high], colour, wide + 0.8 * point.planned)
    marker, size = ("D", 8.0) if point.planned else ("o", min(4.2, 1.1 * step))
    mark = Line2D(
        [x], [at], marker=marker, markersize=size, linestyle="none", color=PLANNED if point.planned else DOT,
        markeredgecolor="white", markeredgewidth=0.9 * point.planned, zorder=4 if point.planned else 3,
    )  # fmt: skip
    sheet.axes.add_line(mark)


def _chosen(sheet: Sheet, panel: Panel, point: Point, x: float, top: float, step: float) -> None:
    wide = min(2.4, 0.6 * step)
    for row, (_, head) in enumerate(panel.rows):
        if head:
            continue
        y, made = top + ROW * (row + 0.5), row in point.chosen
        colour = PLANNED if made and point.planned else INK if made else FAINT
        sheet.line([x, x], [y - 4.4, y + 4.4], colour, wide + 0.8 * (made and point.planned))


def _labels(sheet: Sheet, panel: Panel, left: float, top: float) -> None:
    for row, (label, head) in enumerate(panel.rows):
        sheet.text(left - GAP, top + ROW * (row + 0.5) + 3.3, label, bold=head, align="right")


def _callout(sheet: Sheet, panel: Panel, axis: Axis, left: float, right: float, step: float) -> None:
    """Name the prespecified specification above the plot, with a line down to it."""
    place = next((number for number, point in enumerate(panel.points) if point.planned), None)
    if place is None:
        return
    x, text = left + step * (place + 0.5), f"Prespecified: {panel.planned}"
    reach, y = width(text, bold=True), axis.left + axis.wide - 4
    start = min(max(left, x - reach / 2), max(left, right - reach))
    sheet.text(start, y, text, bold=True, colour=PLANNED_TEXT)
    sheet.line([x, x], [y + 3, axis.at(panel.points[place].numbers[2])], QUIET, 0.6, dashed=True)
