"""A horizontal axis in points, linear or logarithmic, with round ticks that do not touch."""

from dataclasses import dataclass
from math import log

from armwise.report.figures.draw.sheet import INK, Sheet, width

RATIO_TICKS = (0.1, 0.2, 0.25, 0.33, 0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 4, 5, 10)
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Axis:
    """The axis from `left`, `wide` points long, for values `low` to `high`; logarithmic if `relative`."""

    left: float
    wide: float
    low: float
    high: float
    relative: bool

    def at(self, value: float) -> float:
        """Return where a value lies, the ends of the axis for what lies beyond."""
        value = min(max(value, self.low), self.high)
        low, high, v = (log(x) if self.relative else x for x in (self.low, self.high, value))
        return self.left + self.wide * (v - low) / (high - low)

    @property
    def null(self) -> float:
        """The value of no effect."""
        return 1.0 if self.relative else 0.0

    def draw(self, sheet: Sheet, y: float, title: str) -> None:
        """Draw the axis at y, its ticks and its title below."""
        sheet.line([self.left, self.left + self.wide], [y, y])
        for value, text in ticks(self):
            x = self.at(value)
            sheet.line([x, x], [y, y + 4])
            sheet.text(x, y + 15, text, align="center")
        sheet.text(self.left + self.wide / 2, y + 31, title, colour=INK, align="center")


def ticks(axis: Axis) -> list[tuple[float, str]]:
    """Return the values and texts of the ticks: round, that of no effect first, none on top of another."""
    kept: list[tuple[float, str]] = []
    for value in sorted(_round_values(axis), key=lambda v: abs(axis.at(v) - axis.at(axis.null))):
        text = f"{value:g}".replace("-", MINUS)
        if all(abs(axis.at(value) - axis.at(v)) > (width(text) + width(t)) / 2 + 7 for v, t in kept):
            kept.append((value, text))
    return sorted(kept)


def _round_values(axis: Axis) -> list[float]:
    if axis.relative:
        return [value for value in RATIO_TICKS if axis.low <= value <= axis.high]
    step = _round_step((axis.high - axis.low) / 4)
    return [round(step * k, 12) for k in range(-6, 7) if axis.low <= step * k <= axis.high]


def _round_step(most: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, ... (or of 0.5, 0.2, ...) that is not above `most`."""
    size = 1.0
    while size > most:
        size /= 10
    while size * 10 <= most:
        size *= 10
    return next(size * k for k in (5, 2, 1) if size * k <= most)
