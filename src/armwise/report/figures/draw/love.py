"""The balance of the arms at baseline: standardized differences with the band of chance."""

from matplotlib.figure import Figure

from armwise.report.figures.draw.forest import _round_step
from armwise.report.figures.draw.sheet import ARM_TEXT, ARMS, INK, Sheet, nothing, width
from armwise.report.figures.love import Love

ROW, AXIS, EDGE = 16.0, 270.0, 6.0
MARKS = ("D", "o", "s", "^", "v")


def draw(shown: Love) -> Figure:
    """Draw one line per characteristic or level."""
    if not shown.lines:
        return nothing().figure
    label = max([width(line.label) for line in shown.lines] + [80.0]) + EDGE
    several = len(shown.arms) > 1
    top = 10.0 + 16 * several
    legend = sum(width(text) + 30 for text in shown.arms)
    sheet = Sheet(max(label + 14 + AXIS + 20, (legend + EDGE) * several), top + ROW * len(shown.lines) + 42)
    left = label + 14
    values = [v for line in shown.lines for v in line.values if v is not None]
    reach = 1.15 * max([abs(v) for v in values] + [shown.band or 0.0, 0.05])

    def at(value: float) -> float:
        return left + AXIS * (value + reach) / (2 * reach)

    bottom = top + ROW * len(shown.lines)
    if shown.band:
        sheet.box(at(-shown.band), top, at(shown.band) - at(-shown.band), bottom - top, "#e6eef5", None)
    sheet.line([at(0), at(0)], [top, bottom])
    for number, line in enumerate(shown.lines):
        y = top + ROW * (number + 0.5)
        sheet.text(label, y + 3.3, line.label, align="right")
        for arm, value in enumerate(line.values):
            if value is not None:
                mark, colour = MARKS[arm % len(MARKS)], ARMS[arm % len(ARMS)]
                sheet.axes.plot([at(value)], [y], marker=mark, color=colour, markersize=5.5, linestyle="none")
    _scale(sheet, at, reach, bottom)
    if several:
        x = max(EDGE, min(left, sheet.wide - legend))
        for arm, text in enumerate(shown.arms):
            sheet.axes.plot(
                [x + 4], [9], marker=MARKS[arm % len(MARKS)], color=ARMS[arm % len(ARMS)], markersize=5.5
            )
            sheet.text(x + 12, 12.5, text, colour=ARM_TEXT[arm % len(ARM_TEXT)])
            x += width(text) + 30
    return sheet.figure


def _scale(sheet: Sheet, at: object, reach: float, bottom: float) -> None:
    place = at  # a function from a value to points
    assert callable(place)
    step = _round_step(reach / 2)
    sheet.line([place(-reach), place(reach)], [bottom, bottom])
    for k in range(-4, 5):
        if abs(step * k) <= reach:
            x, text = place(step * k), f"{step * k:.2f}" if k else "0"
            sheet.line([x, x], [bottom, bottom + 4])
            sheet.text(x, bottom + 15, text.replace("-", "\N{MINUS SIGN}"), align="center")
    sheet.text(place(0), bottom + 31, "Standardized difference", align="center", colour=INK)
