"""Numbers as a journal prints them.

Every number that is shown passes through here: snapped to 12 significant digits, so that 0.845 is not held
for 0.844999..., rounded half up, and never "-0.00" or "nan". What does not exist is a dash; what is hidden is
one mark, the same for a small count and for a number that would give it away.
"""

from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

from armwise.report.styles import Style

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EM DASH}"
HIDDEN = "[c]"
SNAP = 12


def decimal(value: float) -> Decimal:
    """Return `value` at 12 significant digits, free of the noise of binary fractions."""
    return Decimal(f"{value:.{SNAP}g}")


def is_number(value: float | None) -> bool:
    """Say whether `value` can be printed."""
    return value is not None and isfinite(value)


def fixed(value: float | None, digits: int, style: Style) -> str:
    """Return `value` with `digits` decimals, a true minus sign and grouped thousands; a dash for None."""
    if value is None or not isfinite(value):
        return NOTHING
    rounded = decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return (MINUS if rounded < 0 else "") + _grouped(abs(rounded), style)


def _grouped(rounded: Decimal, style: Style) -> str:
    if rounded < style.thousands_from:
        return f"{rounded:f}"
    return f"{rounded:,f}".replace(",", style.thousands)


def whole(value: float | None, style: Style) -> str:
    """Return a count: `1234` as 1,234."""
    return fixed(value, 0, style)


def percent(share: float | None, style: Style, of: float | None = None) -> str:
    """Return a share from 0 to 1 as a percentage without its sign; `of` is the denominator."""
    if share is None:
        return NOTHING
    digits = next(digits for least, digits in style.percent_digits if (of or least) >= least)
    return fixed(100 * share, digits, style)


def ratio(value: float | None, style: Style) -> str:
    """Return a ratio: two decimals, three below 0.1 but for 0 itself, one decimal from 10 on."""
    if value is None or not isfinite(value):
        return NOTHING
    if value >= 10:
        return fixed(value, 1, style)
    return fixed(value, style.ratio_digits + (0 < abs(value) < 0.095), style)


def p_value(p: float | None, style: Style) -> str:
    """Return a P value without "P": "0.034", "<0.001", ">0.99"."""
    if p is None or not isfinite(p):
        return NOTHING
    if p < style.p_below:
        return "<" + _bare(fixed(style.p_below, 3, style), style)
    digits = next(digits for least, digits in style.p_steps if p >= least)
    shown = fixed(p, digits, style)
    while style.p_level and p < style.p_level == float(shown) and digits < SNAP:
        digits += 1
        shown = fixed(p, digits, style)
    if decimal(p) > decimal(style.p_above):
        return ">" + _bare(fixed(style.p_above, 2, style), style)
    return _bare(shown, style)


def p_phrase(p: float | None, style: Style) -> str:
    """Return "P = 0.034" or "P < 0.001"."""
    shown = p_value(p, style)
    if shown == NOTHING:
        return NOTHING
    sign = shown[0] if shown[0] in "<>" else "="
    return f"P {sign} {shown.lstrip('<>')}"


def limits(low: str, high: str, style: Style) -> str:
    """Return two limits as "0.81 to 0.98"; beside a negative number a dash becomes "to"."""
    to = " to " if MINUS in low + high else style.to
    return f"{low}{to}{high}"


def interval(low: str, high: str, level: float, style: Style) -> str:
    """Return "95% CI, 0.81 to 0.98"."""
    return style.interval.format(level=f"{decimal(100 * level):f}", limits=limits(low, high, style))


def digits_for(*values: float | None, most: int = 2) -> int:
    """Return how many decimals show values of this size: 1 from 10 on, 2 from 1 on, then 3; at most
    `most`."""
    largest = max((abs(v) for v in values if v is not None and isfinite(v)), default=0.0)
    wanted = 0 if largest >= 1_000 else 1 if largest >= 10 else 2 if largest >= 1 else 3
    return min(wanted, most)


def _bare(text: str, style: Style) -> str:
    return text if style.leading_zero else text.removeprefix("0")
