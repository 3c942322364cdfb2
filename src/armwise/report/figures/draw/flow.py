"""The CONSORT flow diagram: box heights from measured text, right-aligned counts, equal arms."""

from dataclasses import dataclass

from matplotlib.figure import Figure

from armwise.report.figures.draw.sheet import INK, SIZE, TINT, Sheet, nothing, width, wrap
from armwise.report.flow import Band, Box, Entry

LEAD = 13.5
PAD = 8.0
GAP = 20.0
BETWEEN = 16.0
STAGE = 20.0
# Width of a box by the number of arms.
WIDE = {1: 252.0, 2: 252.0, 3: 190.0}
NARROW = 152.0
BAND_INK = "#123a63"


@dataclass(frozen=True)
class Line:
    """One drawn line of a box: a count, right-aligned, and words; a heading has no count column."""

    count: str
    words: str
    bold: bool


@dataclass(frozen=True)
class Laid:
    """The lines of a box and the width of its count column."""

    lines: tuple[Line, ...]
    counts: float

    @property
    def high(self) -> float:
        """Height of the box in points."""
        return len(self.lines) * LEAD + 2 * PAD - 3.0


def draw(bands: list[Band]) -> Figure:
    """Draw the bands from top to bottom."""
    if not bands:
        return nothing().figure
    arms = max((len(band.boxes) for band in bands), default=1)
    each = WIDE.get(arms, NARROW)
    left = STAGE + 14
    wide = left + arms * each + (arms - 1) * BETWEEN + 1
    laid = [[_lay(box, each) for box in band.boxes] for band in bands]
    heights = [
        max(*(box.high for box in row), width(band.name, bold=True) + PAD)
        for band, row in zip(bands, laid, strict=True)
    ]
    sheet = Sheet(wide, sum(heights) + GAP * (len(bands) - 1) + 2)
    centres = [left + i * (each + BETWEEN) + each / 2 for i in range(arms)]
    y = 1.0
    for number, (band, row, high) in enumerate(zip(bands, laid, heights, strict=True)):
        spread = len(row) > 1 or arms == 1
        xs = centres if spread else [(centres[0] + centres[-1]) / 2]
        _band(sheet, band.name, y, high)
        for x, box in zip(xs, row, strict=True):
            sheet.box(x - each / 2, y, each, high, TINT if number == 0 else "white")
            _texts(sheet, box, x - each / 2, y + (high - max(b.high for b in row)) / 2)
        if number + 1 < len(bands):
            _down(sheet, xs, centres if len(laid[number + 1]) > 1 or arms == 1 else xs, y + high)
        y += high + GAP
    return sheet.figure


def _lay(box: Box, wide: float) -> Laid:
    counts = max((width(entry.count) for entry in box.lines), default=0.0)
    heading = " ".join(part for part in (box.head.count, box.head.words) if part)
    lines = [Line("", text, True) for text in wrap(heading, wide - 2 * PAD, bold=True)]
    for entry in box.lines:
        lines += _entry(entry, wide - 2 * PAD - counts - 14)
    return Laid(tuple(lines), counts)


def _entry(entry: Entry, most: float) -> list[Line]:
    first, *others = wrap(entry.words, most)
    return [Line(entry.count, first, False), *(Line("", text, False) for text in others)]


def _band(sheet: Sheet, name: str, y: float, high: float) -> None:
    sheet.box(0.5, y, STAGE, high, "#dce9f3", None)
    sheet.text(0.5 + STAGE / 2, y + high / 2, name, SIZE, True, BAND_INK, "center", turn=90)


def _texts(sheet: Sheet, box: Laid, x: float, y: float) -> None:
    """Write the lines of a box from the point (x, y), its upper left corner."""
    baseline = y + PAD + SIZE - 1.0
    for line in box.lines:
        if line.bold:
            sheet.text(x + PAD, baseline, line.words, bold=True)
        else:
            right = x + PAD + 8 + box.counts
            sheet.text(right, baseline, line.count, align="right")
            sheet.text(right + 6, baseline, line.words)
        baseline += LEAD


def _down(sheet: Sheet, xs: list[float], below: list[float], y: float) -> None:
    """Draw the way from the boxes above, whose lower edge is y, to those below."""
    if len(xs) == len(below):
        for x in below:
            sheet.arrow(x, y, x, y + GAP)
        return
    middle = y + GAP / 2
    sheet.line([xs[0], xs[0]], [y, middle], INK)
    sheet.line([below[0], below[-1]], [middle, middle], INK)
    for x in below:
        sheet.arrow(x, middle, x, y + GAP)
