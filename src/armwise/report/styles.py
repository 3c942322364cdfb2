"""How journals print numbers: each style is data, nothing else."""

from dataclasses import dataclass

THIN = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Style:
    """One journal's way with numbers.

    `p_steps`: (from this P value on, decimals), the largest first; `p_level`: a P value below it gets as many
    more as it takes not to be printed as the level itself. `percent_digits`: decimals of a
    percentage, from the denominator on that is named, the largest first. `interval`: an interval with its
    level. `thousands`: what stands between groups of three digits, from `thousands_from` on.
    """

    name: str
    p_steps: tuple[tuple[float, int], ...]
    p_below: float = 0.001
    p_above: float = 0.99
    p_level: float | None = None
    leading_zero: bool = True
    percent_digits: tuple[tuple[int, int], ...] = ((0, 1),)
    ratio_digits: int = 2
    thousands: str = ","
    thousands_from: int = 1_000
    to: str = " to "
    interval: str = "{level}% CI, {limits}"


STYLES = {
    style.name: style
    for style in (
        Style("annals", p_steps=((0.2, 2), (0.0, 3))),
        Style(
            "jama",
            p_steps=((0.01, 2), (0.0, 3)),
            p_level=0.05,  # AMA Manual of Style: rounding must not make a result look nonsignificant
            leading_zero=False,
            thousands=THIN,
            thousands_from=10_000,
            to="-",
        ),
        Style("nejm", p_steps=((0.01, 2), (0.0, 3))),
        Style("bmj", p_steps=((0.1, 2), (0.0, 3)), thousands_from=10_000, interval="{level}% CI {limits}"),
    )
}
