"""Shares by group on one axis from 0, with aligned columns of text beside it."""

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from armwise.report.figures.draw.axis import Axis
from armwise.report.figures.draw.sheet import BLUE, QUIET, WASH, Sheet, nothing, width
from armwise.report.figures.forest import ForestLine
from armwise.report.figures.reach import Reach

ROW, WIDE, EDGE, SPACE, INDENT, TOP = 16.5, 170.0, 4.0, 16.0, 11.0, 26.0
TEST = "P for equal"


def draw(shown: Reach) -> Figure:
    """Draw one line per group, the share of everybody dashed behind them."""
    if not any(line.numbers for line in shown.lines):
        return nothing().figure
    counts, axis, shares = _columns(shown)
    bottom = TOP + ROW * len(shown.lines)
    sheet = Sheet(shares + SPACE + width(TEST, bold=True) + EDGE, bottom + 42)
    _headings(sheet, shown, counts, shares)
    for number, line in enumerate(shown.lines):
        _line(sheet, line, number, (counts, shares))
    for share in shown.overall:
        sheet.line([axis.at(share)] * 2, [TOP, bottom], QUIET, 0.8, dashed=True)
    for number, line in enumerate(shown.lines):
        _mark(sheet, line, axis, TOP + ROW * (number + 0.5))
    axis.draw(sheet, bottom, shown.axis)
    return sheet.figure


def _columns(shown: Reach) -> tuple[float, Axis, float]:
    """Return the right edge of the counts, the axis, and the right edge of the shares."""
    labels = max(width(line.label, bold=line.kind == "head") + INDENT for line in shown.lines)
    lefts = [width(text) for line in shown.lines for text in line.left]
    counts = EDGE + labels + SPACE + max([*lefts, width(shown.left_head, bold=True)])
    most = max(line.numbers[2] for line in shown.lines if line.numbers)
    axis = Axis(counts + SPACE, WIDE, 0, max(1.05 * most, 1e-9), relative=False)
    rights = [width(line.right) for line in shown.lines]
    return counts, axis, axis.left + WIDE + SPACE + max([*rights, width(shown.right_head, bold=True)])


def _headings(sheet: Sheet, shown: Reach, counts: float, shares: float) -> None:
    base = TOP - 8
    sheet.text(EDGE, base, shown.first_head, bold=True)
    sheet.text(counts, base, shown.left_head, bold=True, align="right")
    sheet.text(shares, base, shown.right_head, bold=True, align="right")
    sheet.text(sheet.wide - EDGE, base - 11, TEST, bold=True, align="right")
    sheet.text(sheet.wide - EDGE, base, "shares", bold=True, align="right")
    sheet.line([0, sheet.wide], [TOP - 1.5, TOP - 1.5], wide=1.1)


def _line(sheet: Sheet, line: ForestLine, number: int, ends: tuple[float, float]) -> None:
    y = TOP + ROW * number
    if number % 2 == 0:
        sheet.box(0, y, sheet.wide, ROW, WASH, None)
    base, head = y + ROW / 2 + 3.3, line.kind == "head"
    sheet.text(EDGE + INDENT * (not head), base, line.label, bold=head)
    sheet.text(ends[0], base, "".join(line.left), align="right")
    sheet.text(ends[1], base, line.right, align="right")
    sheet.text(sheet.wide - EDGE, base, line.p, align="right")


def _mark(sheet: Sheet, line: ForestLine, axis: Axis, y: float) -> None:
    if line.numbers is None:
        return
    share, low, high = (axis.at(value) for value in line.numbers)
    sheet.line([low, high], [y, y], wide=1.2)
    sheet.axes.add_patch(Rectangle((share - 3, y - 3), 6, 6, facecolor=BLUE, edgecolor="none"))
