"""Curves by arm with bands, labels at their ends, and counts below the axis."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from armwise.report.figures.curves import Curve, Curves
from armwise.report.figures.draw.sheet import DASHES, INK, QUIET, SIZE, Sheet, arm_colours, font, width
from armwise.report.trial import Trial

WIDE, PLOT = 520.0, 250.0
TOP, AXIS, ROW = 10.0, 46.0, 15.0
BAND = 0.16


def draw(shown: Curves, trial: Trial) -> Figure:
    """Draw the curves of a figure."""
    colours = arm_colours(list(trial.arms), trial.reference)
    left = max(
        74.0, *(width(c.label, bold=True) + 30 for c in shown.curves), width(shown.below, bold=True) + 30
    )
    right = max(60.0, *(max(width(c.label, bold=True), width(c.last, bold=True)) + 14 for c in shown.curves))
    high = TOP + PLOT + AXIS + ROW * (len(shown.curves) + 1) + 6
    sheet = Sheet(WIDE, high)
    plot = sheet.figure.add_axes(
        (left / WIDE, 1 - (TOP + PLOT) / high, (WIDE - left - right) / WIDE, PLOT / high)
    )
    _axes(plot, shown)
    for curve in shown.curves:
        _line(plot, curve, *_look(curve, trial, colours))
    _ends(plot, shown, trial, colours)
    if not any(point.y is not None for curve in shown.curves for point in curve.points):
        sheet.text(
            (left + WIDE - right) / 2, TOP + PLOT / 2, "No result to draw", align="center", colour=QUIET
        )
    _below(sheet, plot, shown, trial, colours, left)
    return sheet.figure


Colours = dict[str, tuple[str, str]]


def _look(curve: Curve, trial: Trial, colours: Colours) -> tuple[str, tuple[float, ...]]:
    others = [arm for arm in trial.arms if arm != trial.reference]
    dash = DASHES[others.index(curve.arm) % len(DASHES)] if curve.arm in others else ()
    return colours[curve.arm][0], dash


def _axes(plot: Axes, shown: Curves) -> None:
    xs = [point.x for curve in shown.curves for point in curve.points] or [0.0, 1.0]
    tops = [v for curve in shown.curves for p in curve.points for v in (p.y, p.high) if v is not None]
    plot.set_xlim(min(xs), max(xs) if max(xs) > min(xs) else min(xs) + 1)
    plot.set_ylim(0, 1.04 * max(tops, default=1.0) or 1.0)
    plot.set_xticks([x for x, _ in shown.ticks], [text for _, text in shown.ticks], fontproperties=font())
    plot.set_ylabel(shown.y_label, fontproperties=font(), color=INK, labelpad=8)
    plot.set_xlabel(shown.x_label, fontproperties=font(), color=INK, labelpad=5)
    plot.tick_params(length=4, colors=INK, labelsize=SIZE)
    for label in plot.get_yticklabels():
        label.set_fontproperties(font())
    plot.set_facecolor("none")


def _line(plot: Axes, curve: Curve, colour: str, dash: tuple[float, ...]) -> None:
    known = [point for point in curve.points if point.y is not None]
    xs, ys = [point.x for point in known], [point.y or 0.0 for point in known]
    lows = [y if p.low is None else p.low for p, y in zip(known, ys, strict=True)]
    highs = [y if p.high is None else p.high for p, y in zip(known, ys, strict=True)]
    plot.fill_between(xs, lows, highs, color=colour, alpha=BAND, linewidth=0)
    (line,) = plot.plot(xs, ys, color=colour, linewidth=1.9, solid_capstyle="round", clip_on=False)
    if dash:
        line.set_dashes(dash)


def _ends(plot: Axes, shown: Curves, trial: Trial, colours: Colours) -> None:
    """Write each arm's label and last value beside the end of its line, pushed apart where they collide."""
    ends = []
    for curve in shown.curves:
        known = [point for point in curve.points if point.y is not None]
        if known:
            ends.append((curve, known[-1].y or 0.0))
    high = plot.get_ylim()[1]
    wanted = [y / high * PLOT for _, y in ends]
    for (curve, _), y in zip(ends, apart(wanted, 2 * ROW - 2), strict=True):
        for text, shift in ((curve.label, 2.0), (curve.last, -10.0)):
            plot.annotate(
                text, (1.0, y / PLOT), xycoords="axes fraction", xytext=(8, shift),
                textcoords="offset points", fontproperties=font(bold=True), color=colours[curve.arm][1],
                annotation_clip=False, parse_math=False,
            )  # fmt: skip


def apart(wanted: list[float], least: float) -> list[float]:
    """Return positions at least `least` apart, in the order wanted, moved as little as that needs."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [wanted[i] for i in order]
    for _ in range(200):
        moved = False
        for i in range(len(placed) - 1):
            lack = least - (placed[i + 1] - placed[i])
            if lack > 1e-6:
                placed[i], placed[i + 1], moved = placed[i] - lack / 2, placed[i + 1] + lack / 2, True
        if not moved:
            break
    found = [0.0] * len(wanted)
    for place, i in enumerate(order):
        found[i] = placed[place]
    return found


def _below(sheet: Sheet, plot: Axes, shown: Curves, trial: Trial, colours: Colours, left: float) -> None:
    low, high = plot.get_xlim()
    box = plot.get_position()
    y = TOP + PLOT + AXIS + SIZE
    sheet.text(left - 26, y, shown.below, bold=True, align="right")
    for curve in shown.curves:
        y += ROW
        sheet.text(left - 26, y, curve.label, bold=True, colour=colours[curve.arm][1], align="right")
        ticks = [x for x, _ in shown.ticks]
        for x, text in zip(ticks, curve.counts_at(ticks, shown.column, trial), strict=True):
            at = (box.x0 + (x - low) / (high - low) * box.width) * WIDE
            sheet.text(at, y, text, align="center")
