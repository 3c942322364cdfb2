"""Forest plots: one axis, aligned columns of text, arrows on clipped intervals."""

from dataclasses import dataclass
from math import log

from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from armwise.report.figures.draw.sheet import BLUE, INK, QUIET, SIZE, WASH, Sheet, nothing, width, wrap
from armwise.report.figures.forest import Forest, ForestLine

ROW, AXIS = 16.5, 150.0
INDENT, SPACE, EDGE = 11.0, 16.0, 4.0
RATIO_TICKS = (0.1, 0.2, 0.25, 0.33, 0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 4, 5, 10)
FEWEST, MOST = 3, 6


@dataclass(frozen=True)
class Axis:
    """The axis in points: from `left`, `AXIS` wide, for values `low` to `high`."""

    left: float
    low: float
    high: float
    relative: bool

    def at(self, value: float) -> float:
        """Return where a value lies, the ends of the axis for what lies beyond."""
        value = min(max(value, self.low), self.high)
        low, high, v = (log(x) if self.relative else x for x in (self.low, self.high, value))
        return self.left + AXIS * (v - low) / (high - low)

    @property
    def null(self) -> float:
        """The value of no effect."""
        return 1.0 if self.relative else 0.0


def draw(forest: Forest) -> Figure:
    """Draw the lines of a forest plot."""
    if not forest.lines:
        return nothing().figure
    labels = max(
        [width(line.label, bold=line.kind != "level") + INDENT * _is_level(line) for line in forest.lines]
        + [90]
    )
    lefts = [
        max([width(line.left[i]) for line in forest.lines if line.left] + [width(head, bold=True)])
        for i, head in enumerate(forest.heads)
    ]
    title = wrap(forest.left_title, max(sum(lefts) + SPACE, 150), bold=True)
    short = max(0.0, max(width(text, bold=True) for text in title) - sum(lefts) - SPACE)
    lefts = [x + short / 2 for x in lefts]
    right = max(width(line.right, bold=line.kind != "level") for line in forest.lines) if forest.lines else 60
    right = max(right, width(forest.effect_head, bold=True))
    p = width("interaction", bold=True) if forest.has_p else 0
    ends = [EDGE + labels + SPACE + lefts[0]]
    ends.append(ends[0] + SPACE + lefts[1])
    axis = _axis(forest, ends[1] + SPACE + 8)
    after = axis.left + AXIS + SPACE + 8 + right
    wide = after + (SPACE + p if forest.has_p else 0) + EDGE
    top = 14.0 + 13.0 * (len(title) + 1) + 10
    sheet = Sheet(wide, top + ROW * len(forest.lines) + 42)
    _head(sheet, forest, title, ends, lefts, axis, after, top)
    bottom = top + ROW * len(forest.lines)
    for number, line in enumerate(forest.lines):
        _row(sheet, line, top + ROW * number, number % 2 == 0, ends, axis, after, forest.has_p)
    _scale(sheet, forest, axis, top, bottom)
    for number, line in enumerate(forest.lines):
        if line.numbers:
            _mark(sheet, line, axis, top + ROW * (number + 0.5))
    return sheet.figure


def _is_level(line: ForestLine) -> bool:
    return line.kind in ("level", "strong")


def _axis(forest: Forest, left: float) -> Axis:
    """Choose limits that hold every estimate and the most of every interval."""
    drawn = [line.numbers for line in forest.lines if line.numbers]
    if forest.relative:
        spread = max(
            [
                max(abs(log(e)), min(max(abs(log(lo)), abs(log(hi))), 2.2 * abs(log(e)) + 0.35))
                for e, lo, hi in drawn
            ]
            + [0.2]
        )
        from math import exp

        return Axis(left, exp(-1.08 * spread), exp(1.08 * spread), True)
    reach = max([max(abs(lo), abs(hi)) for _, lo, hi in drawn] + [1e-9])
    return Axis(left, -1.08 * reach, 1.08 * reach, False)


def _head(
    sheet: Sheet,
    forest: Forest,
    title: list[str],
    ends: list[float],
    lefts: list[float],
    axis: Axis,
    after: float,
    top: float,
) -> None:
    base = top - 8
    sheet.text(EDGE, base, forest.first_head, bold=True)
    start = ends[0] - lefts[0]
    for number, text in enumerate(title):
        sheet.text((start + ends[1]) / 2, 14 + 13 * number, text, bold=True, align="center")
    rule = 14 + 13 * (len(title) - 1) + 5
    sheet.line([start, ends[1]], [rule, rule], wide=0.7)
    for x, head in zip(ends, forest.heads, strict=True):
        sheet.text(x, base, head, bold=True, align="right")
    null = axis.at(axis.null)
    for number, word in enumerate(("Lower than", "Higher than")):
        x, align = (null - 5, "right") if number == 0 else (null + 5, "left")
        sheet.text(x, base - 12, word, SIZE - 1, align=align, colour=QUIET)
        sheet.text(x, base, forest.reference, SIZE - 1, align=align, colour=QUIET)
    sheet.text(after, base, forest.effect_head, bold=True, align="right")
    if forest.has_p:
        sheet.text(sheet.wide - EDGE, base - 12, "P for", bold=True, align="right")
        sheet.text(sheet.wide - EDGE, base, "interaction", bold=True, align="right")
    sheet.line([0, sheet.wide], [top - 1.5, top - 1.5], wide=1.1)


def _row(
    sheet: Sheet,
    line: ForestLine,
    y: float,
    shaded: bool,
    ends: list[float],
    axis: Axis,
    after: float,
    has_p: bool,
) -> None:
    if shaded:
        sheet.box(0, y, sheet.wide, ROW, WASH, None)
    base, bold = y + ROW / 2 + 3.3, line.kind != "level"
    sheet.text(EDGE + INDENT * _is_level(line), base, line.label, bold=bold)
    for x, text in zip(ends, line.left, strict=False):
        sheet.text(x, base, text, align="right")
    sheet.text(after, base, line.right, bold=bold, align="right")
    if has_p and line.p:
        sheet.text(sheet.wide - EDGE, base, line.p, align="right")


def _mark(sheet: Sheet, line: ForestLine, axis: Axis, y: float) -> None:
    """Draw an estimate with its interval: a diamond for everybody, else a square."""
    estimate, low, high = line.numbers or (0.0, 0.0, 0.0)
    at = axis.at(estimate)
    if line.kind in ("all",):
        corners = [(axis.at(low), y), (at, y - 5), (axis.at(high), y), (at, y + 5)]
        sheet.axes.add_patch(Polygon(corners, closed=True, facecolor=BLUE, edgecolor="none"))
        return
    sheet.line([axis.at(low), axis.at(high)], [y, y], wide=1.2)
    for value, beyond, way in ((low, low < axis.low, -1), (high, high > axis.high, 1)):
        if beyond:
            x = axis.at(value)
            corners = [(x + way * 4, y), (x - way * 1, y - 3), (x - way * 1, y + 3)]
            sheet.axes.add_patch(Polygon(corners, closed=True, facecolor=INK, edgecolor="none"))
    half = 3.6 if line.kind == "strong" else 3.0
    sheet.axes.add_patch(
        Rectangle((at - half, y - half), 2 * half, 2 * half, facecolor=BLUE, edgecolor="none")
    )


def _scale(sheet: Sheet, forest: Forest, axis: Axis, top: float, bottom: float) -> None:
    null = axis.at(axis.null)
    sheet.line([null, null], [top - 1.5, bottom], wide=1.0)
    everybody = [line.numbers for line in forest.lines if line.kind == "all" and line.numbers]
    if len(everybody) == 1:
        x = axis.at(everybody[0][0])
        sheet.line([x, x], [top + ROW, bottom], QUIET, 0.8, dashed=True)
    sheet.line([axis.left, axis.left + AXIS], [bottom, bottom], wide=0.9)
    for value, text in ticks(axis):
        x = axis.at(value)
        sheet.line([x, x], [bottom, bottom + 4], wide=0.9)
        sheet.text(x, bottom + 15, text, align="center")
    sheet.text(axis.left + AXIS / 2, bottom + 31, forest.axis, align="center")


def ticks(axis: Axis) -> list[tuple[float, str]]:
    """Return the values and texts of the axis: few, round, and never on top of one another."""
    if axis.relative:
        inside = [v for v in RATIO_TICKS if axis.low <= v <= axis.high]
    else:
        step = _round_step((axis.high - axis.low) / 4)
        inside = [step * k for k in range(-6, 7) if axis.low <= step * k <= axis.high]
    kept: list[tuple[float, str]] = []
    for value in sorted(inside, key=lambda v: (v != axis.null, abs(axis.at(v) - axis.at(axis.null)))):
        text = f"{value:g}".replace("-", "\N{MINUS SIGN}")
        if all(abs(axis.at(value) - axis.at(v)) > (width(text) + width(t)) / 2 + 7 for v, t in kept):
            kept.append((value, text))
    return sorted(kept)


def _round_step(wanted: float) -> float:
    size = 1.0
    while size > wanted:
        size /= 10
    while size * 10 <= wanted:
        size *= 10
    return next(size * k for k in (5, 2, 1) if size * k <= wanted)
