"""A sheet to draw on in points, in the project's own font, and files that are the same bytes every time."""

from functools import cache
from pathlib import Path

import matplotlib as mpl
from fontTools import subset
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.textpath import text_to_path

DATA = ["../../fonts/SourceSans3-Regular.ttf", "../../fonts/SourceSans3-Semibold.ttf"]
FAMILY = "Source Sans 3"
INK, QUIET, LINE, WASH, TINT = "#1b1f24", "#595959", "#8c959f", "#f4f6f8", "#eaf2f8"
BLUE = "#0072B2"
# Okabe and Ito's colours for lines; for text, darker ones that pass contrast on white.
ARMS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8A6D00")
ARM_TEXT = ("#0072B2", "#A84A00", "#00704F", "#96496F", "#6B5500")
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.6), (2, 1.4), (6, 1.5, 1.5, 1.5), (1, 1.2))
SIZE = 9.5
DPI = 300


@cache
def _fonts() -> dict[bool, FontProperties]:
    """Register the shipped fonts; raises FileNotFoundError or ValueError when they are not there."""
    here = Path(__file__).parent
    found = {}
    for bold, name in zip((False, True), DATA, strict=True):
        path = here / name
        font_manager.fontManager.addfont(path)
        found[bold] = FontProperties(fname=path)
    font_manager.findfont(FontProperties(family=FAMILY), fallback_to_default=False)
    mpl.rcParams.update(
        {
            "font.family": FAMILY,
            "font.size": SIZE,
            "svg.hashsalt": "armwise",
            "svg.fonttype": "path",
            "pdf.fonttype": 42,
            "axes.unicode_minus": True,
            "axes.linewidth": 0.9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "xtick.major.width": 0.9,
            "ytick.major.width": 0.9,
        }
    )
    return found


def font(size: float = SIZE, bold: bool = False) -> FontProperties:
    """Return the project's font at a size in points."""
    properties = _fonts()[bold].copy()
    properties.set_size(size)
    return properties


@cache
def width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Return the width of a line of text in points."""
    return float(text_to_path.get_text_width_height_descent(text, font(size, bold), False)[0])


def wrap(text: str, most: float, size: float = SIZE, bold: bool = False) -> list[str]:
    """Break text into lines no wider than `most` points; a single long word stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size, bold) <= most:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def arm_colours(arms: list[str], reference: str) -> dict[str, tuple[str, str]]:
    """Return the colours of each arm's line and text: grey for the reference, then the palette."""
    others = [arm for arm in arms if arm != reference]
    colours = {arm: (ARMS[i % len(ARMS)], ARM_TEXT[i % len(ARM_TEXT)]) for i, arm in enumerate(others)}
    return colours | {reference: (QUIET, QUIET)}


class Sheet:
    """A figure measured in points, x to the right and y downwards."""

    def __init__(self, wide: float, high: float) -> None:
        _fonts()
        self.wide, self.high = wide, high
        self.figure = Figure(figsize=(wide / 72, high / 72))
        self.axes: Axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_xlim(0, wide)
        self.axes.set_ylim(high, 0)
        self.axes.set_axis_off()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = SIZE,
        bold: bool = False,
        colour: str = INK,
        align: str = "left",
        turn: float = 0,
    ) -> None:
        """Write one line with its baseline at y (its middle when it is turned)."""
        if not text:
            return
        self.axes.text(
            x, y, text, fontproperties=font(size, bold), color=colour, ha=align, rotation=turn,
            va="center" if turn else "baseline", parse_math=False,
        )  # fmt: skip

    def box(
        self, x: float, y: float, wide: float, high: float, fill: str = "white", edge: str | None = INK
    ) -> None:
        """Draw a rectangle whose upper left corner is (x, y)."""
        self.axes.add_patch(
            Rectangle(
                (x, y), wide, high, facecolor=fill, edgecolor=edge or "none", linewidth=0.9 if edge else 0
            )
        )

    def line(
        self, xs: list[float], ys: list[float], colour: str = INK, wide: float = 0.9, dashed: bool = False
    ) -> None:
        """Draw a line through points."""
        style = (0, (3, 2)) if dashed else "-"
        self.axes.plot(xs, ys, color=colour, linewidth=wide, linestyle=style, solid_capstyle="butt")

    def arrow(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw an arrow from one point to another."""
        self.axes.add_patch(
            FancyArrowPatch(
                (x0, y0), (x1, y1), arrowstyle="-|>,head_length=3.4,head_width=1.9", mutation_scale=1,
                linewidth=0.9, color=INK, shrinkA=0, shrinkB=0,
            )
        )  # fmt: skip


def nothing() -> Sheet:
    """Return a sheet that says that there is nothing to draw."""
    sheet = Sheet(360, 60)
    sheet.text(180, 33, "No result to draw", colour=QUIET, align="center")
    return sheet


def stamp(figure: Figure, word: str) -> None:
    """Write a word across a figure, where no reader overlooks it and nothing is hidden by it."""
    figure.text(
        0.5, 0.5, word, fontproperties=font(SIZE * 4, True), color=LINE, alpha=0.28, ha="center", va="center",
        rotation=24, zorder=10, parse_math=False,
    )  # fmt: skip


def _slim_fonts() -> None:
    """Leave the tables for shaping text out of the fonts of a PDF: a drawing needs none, and they take half
    of its time."""
    unused = {"GSUB", "GPOS", "GDEF"} - set(subset.Options._drop_tables_default)
    subset.Options._drop_tables_default = [*subset.Options._drop_tables_default, *sorted(unused)]


def save(figure: Figure, svg: str | Path, pdf: str | Path, png: str | Path, title: str) -> None:
    """Write a figure in three formats, without dates or the name of the program."""
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    _slim_fonts()
    figure.savefig(
        pdf, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None, "Title": title}
    )
    figure.savefig(png, format="png", dpi=DPI, metadata={"Software": None, "Title": title})
