"""Amounts of money as systems of claims write them: "$1,200.00", "(20.00)", "20.00-"."""

import ibis
import ibis.expr.types as ir

_FIGURES = r"[$€£]? ?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?"
_NEGATIVE = rf"(?:- ?{_FIGURES}|[$€£]-{_FIGURES}|{_FIGURES} ?-|\( ?{_FIGURES} ?\))"
WRITTEN = rf"^(?:\+?{_FIGURES}|{_NEGATIVE})$"
MEANING = "an amount such as 1200, $1,200.00, -20.00, 20.00- or (20.00)"


def as_amount(value: ir.Value) -> ir.FloatingValue:
    """Return a number, or text that writes an amount, as a number; null where it is neither.

    A sign of currency goes, a comma parts thousands, and a minus before or behind or parentheses around the
    amount make it negative. A comma never stands for the decimal point: 1.200,00 is null rather than a guess.
    """
    if not value.type().is_string():
        return value.cast("float64")
    plain = value.try_cast("float64")
    figures = value.re_replace("[^0-9.]", "").try_cast("float64")
    taken_back = value.contains("-") | value.contains("(")
    signed = ibis.ifelse(taken_back, -figures, figures)
    written = value.re_search(WRITTEN)
    return ibis.cases((plain.notnull(), plain), (written, signed), else_=ibis.null("float64"))
