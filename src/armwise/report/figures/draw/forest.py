"""Forest plots: one axis, aligned columns of text, arrows on clipped intervals."""

from dataclasses import dataclass
from math import exp, inf, log

from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from armwise.report.figures.draw.axis import Axis
from armwise.report.figures.draw.sheet import BLUE, INK, QUIET, SIZE, WASH, Sheet, nothing, width, wrap
from armwise.report.figures.forest import Forest, ForestLine

ROW, WIDE, LEAD = 16.5, 150.0, 13.0
INDENT, SPACE, EDGE = 11.0, 16.0, 4.0


@dataclass(frozen=True)
class Layout:
    """Where things stand, in points.

    `title`: the lines above the two text columns, whose right edges are `ends` and which start at `start`;
    `effect`: right edge of the estimates; `top` and `bottom`: of the lines; `wide`: of the sheet.
    """

    title: list[str]
    start: float
    ends: tuple[float, float]
    axis: Axis
    effect: float
    wide: float
    top: float
    bottom: float


def draw(forest: Forest) -> Figure:
    """Draw the lines of a forest plot."""
    if not forest.lines:
        return nothing().figure
    layout = _layout(forest)
    sheet = Sheet(layout.wide, layout.bottom + 42)
    _headings(sheet, forest, layout)
    for number, line in enumerate(forest.lines):
        y = layout.top + ROW * number
        if number % 2 == 0:
            sheet.box(0, y, sheet.wide, ROW, WASH, None)
        _texts(sheet, line, layout, y + ROW / 2 + 3.3)
    _no_effect(sheet, forest, layout)
    layout.axis.draw(sheet, layout.bottom, forest.axis)
    for number, line in enumerate(forest.lines):
        if line.numbers:
            _mark(sheet, line, line.numbers, layout.axis, layout.top + ROW * (number + 0.5))
    return sheet.figure


def _layout(forest: Forest) -> Layout:
    labels = max([_label_width(line) for line in forest.lines] + [90.0])
    first, second = (_left_width(forest, column) for column in (0, 1))
    title = wrap(forest.left_title, max(first + second + SPACE, 150), bold=True)
    lack = max(0.0, max(width(text, bold=True) for text in title) - first - second - SPACE)
    start = EDGE + labels + SPACE
    ends = (start + first + lack / 2, start + first + SPACE + second + lack)
    axis = _axis(forest, ends[1] + SPACE + 8)
    estimates = [width(line.right, bold=line.kind != "level") for line in forest.lines]
    effect = axis.left + WIDE + SPACE + 8 + max([*estimates, width(forest.effect_head, bold=True)])
    wide = effect + (SPACE + width("interaction", bold=True)) * forest.has_p + EDGE
    top = 24.0 + LEAD * (len(title) + 1)
    return Layout(title, start, ends, axis, effect, wide, top, top + ROW * len(forest.lines))


def _label_width(line: ForestLine) -> float:
    return width(line.label, bold=line.kind != "level") + INDENT * _is_indented(line)


def _left_width(forest: Forest, column: int) -> float:
    texts = [width(line.left[column]) for line in forest.lines if line.left]
    return max([*texts, width(forest.heads[column], bold=True)])


def _is_indented(line: ForestLine) -> bool:
    return line.kind in ("level", "strong")


def _axis(forest: Forest, left: float) -> Axis:
    """Choose limits that hold every estimate and the most of every interval."""
    drawn = [line.numbers for line in forest.lines if line.numbers]
    if not forest.relative:
        reach = 1.08 * max([max(abs(low), abs(high)) for _, low, high in drawn] + [1e-9])
        return Axis(left, WIDE, -reach, reach, relative=False)
    spread = 1.08 * max([_log_reach(*numbers) for numbers in drawn] + [0.2])
    return Axis(left, WIDE, exp(-spread), exp(spread), relative=True)


def _log_reach(estimate: float, low: float, high: float) -> float:
    """Return how far a ratio reaches from 1; a very wide interval is clipped, and so is a ratio of 0."""
    if not estimate:
        return abs(log(high)) + 0.35
    whole = max(abs(log(low)) if low else inf, abs(log(high)))
    return max(abs(log(estimate)), min(whole, 2.2 * abs(log(estimate)) + 0.35))


def _headings(sheet: Sheet, forest: Forest, layout: Layout) -> None:
    base = layout.top - 8
    sheet.text(EDGE, base, forest.first_head, bold=True)
    for number, text in enumerate(layout.title):
        middle = (layout.start + layout.ends[1]) / 2
        sheet.text(middle, 14 + LEAD * number, text, bold=True, align="center")
    rule = 19 + LEAD * (len(layout.title) - 1)
    sheet.line([layout.start, layout.ends[1]], [rule, rule], wide=0.7)
    for x, head in zip(layout.ends, forest.heads, strict=True):
        sheet.text(x, base, head, bold=True, align="right")
    _sides(sheet, forest, layout.axis, base)
    sheet.text(layout.effect, base, forest.effect_head, bold=True, align="right")
    if forest.has_p:
        sheet.text(sheet.wide - EDGE, base - 12, "P for", bold=True, align="right")
        sheet.text(sheet.wide - EDGE, base, "interaction", bold=True, align="right")
    sheet.line([0, sheet.wide], [layout.top - 1.5, layout.top - 1.5], wide=1.1)


def _sides(sheet: Sheet, forest: Forest, axis: Axis, base: float) -> None:
    """Say which side of no effect is which."""
    for word, way, align in (("Lower than", -5, "right"), ("Higher than", 5, "left")):
        x = axis.at(axis.null) + way
        sheet.text(x, base - 12, word, SIZE - 1, align=align, colour=QUIET)
        sheet.text(x, base, forest.reference, SIZE - 1, align=align, colour=QUIET)


def _texts(sheet: Sheet, line: ForestLine, layout: Layout, base: float) -> None:
    bold = line.kind != "level"
    sheet.text(EDGE + INDENT * _is_indented(line), base, line.label, bold=bold)
    for x, text in zip(layout.ends, line.left, strict=False):
        sheet.text(x, base, text, align="right")
    sheet.text(layout.effect, base, line.right, bold=bold, align="right")
    sheet.text(sheet.wide - EDGE, base, line.p, align="right")


def _no_effect(sheet: Sheet, forest: Forest, layout: Layout) -> None:
    """Draw the line of no effect, and a dashed one through the effect in everybody if there is one."""
    null = layout.axis.at(layout.axis.null)
    sheet.line([null, null], [layout.top - 1.5, layout.bottom], wide=1.0)
    everybody = [line.numbers for line in forest.lines if line.kind == "all" and line.numbers]
    if len(everybody) == 1:
        x = layout.axis.at(everybody[0][0])
        sheet.line([x, x], [layout.top + ROW, layout.bottom], QUIET, 0.8, dashed=True)


def _mark(sheet: Sheet, line: ForestLine, numbers: tuple[float, float, float], axis: Axis, y: float) -> None:
    """Draw an estimate with its interval: a diamond for everybody, else a square, none for a ratio of 0."""
    at, low, high = (axis.at(value) for value in numbers)
    if line.kind == "all":
        _polygon(sheet, [(low, y), (at, y - 5), (high, y), (at, y + 5)], BLUE)
        return
    sheet.line([low, high], [y, y], wide=1.2)
    if numbers[1] < axis.low:
        _polygon(sheet, [(low - 4, y), (low + 1, y - 3), (low + 1, y + 3)], INK)
    if numbers[2] > axis.high:
        _polygon(sheet, [(high + 4, y), (high - 1, y - 3), (high - 1, y + 3)], INK)
    if axis.relative and not numbers[0]:
        return
    half = 3.6 if line.kind == "strong" else 3.0
    square = Rectangle((at - half, y - half), 2 * half, 2 * half, facecolor=BLUE, edgecolor="none")
    sheet.axes.add_patch(square)


def _polygon(sheet: Sheet, corners: list[tuple[float, float]], colour: str) -> None:
    sheet.axes.add_patch(Polygon(corners, closed=True, facecolor=colour, edgecolor="none"))
