"""The balance of the arms at baseline: standardized differences with the band of chance."""

from matplotlib.figure import Figure

from armwise.report.figures.draw.axis import Axis
from armwise.report.figures.draw.sheet import ARM_TEXT, ARMS, Sheet, nothing, width
from armwise.report.figures.love import Love

ROW, WIDE, EDGE, GAP, LEGEND = 16.0, 270.0, 6.0, 14.0, 16.0
MARKS = ("D", "o", "s", "^", "v")
BAND = "#e6eef5"


def draw(shown: Love) -> Figure:
    """Draw one line per characteristic or level, and a legend when several arms are compared."""
    if not shown.lines:
        return nothing().figure
    several = len(shown.arms) > 1
    label = max([width(line.label) for line in shown.lines] + [80.0]) + EDGE
    top = 10.0 + LEGEND * several
    bottom = top + ROW * len(shown.lines)
    wide = max(label + GAP + WIDE + 20, (_legend_width(shown) + EDGE) * several)
    sheet, reach = Sheet(wide, bottom + 42), _reach(shown)
    axis = Axis(label + GAP, WIDE, -reach, reach, relative=False)
    if shown.band:
        left = axis.at(-shown.band)
        sheet.box(left, top, axis.at(shown.band) - left, bottom - top, BAND, None)
    sheet.line([axis.at(0), axis.at(0)], [top, bottom])
    _lines(sheet, shown, axis, label, top)
    axis.draw(sheet, bottom, "Standardized difference")
    if several:
        _legend(sheet, shown, axis)
    return sheet.figure


def _reach(shown: Love) -> float:
    """Return how far the axis reaches to both sides."""
    values = [abs(v) for line in shown.lines for v in line.values if v is not None]
    return 1.15 * max([*values, shown.band or 0.0, 0.05])


def _lines(sheet: Sheet, shown: Love, axis: Axis, label: float, top: float) -> None:
    for number, line in enumerate(shown.lines):
        y = top + ROW * (number + 0.5)
        sheet.text(label, y + 3.3, line.label, align="right")
        for arm, value in enumerate(line.values):
            if value is not None:
                _mark(sheet, arm, axis.at(value), y)


def _mark(sheet: Sheet, arm: int, x: float, y: float) -> None:
    marker, colour = MARKS[arm % len(MARKS)], ARMS[arm % len(ARMS)]
    sheet.axes.plot([x], [y], marker=marker, color=colour, markersize=5.5, linestyle="none")


def _legend(sheet: Sheet, shown: Love, axis: Axis) -> None:
    x = max(EDGE, min(axis.left, sheet.wide - _legend_width(shown)))
    for arm, text in enumerate(shown.arms):
        _mark(sheet, arm, x + 4, 9)
        sheet.text(x + 12, 12.5, text, colour=ARM_TEXT[arm % len(ARM_TEXT)])
        x += width(text) + 30


def _legend_width(shown: Love) -> float:
    return sum(width(text) + 30 for text in shown.arms)
