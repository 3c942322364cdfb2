"""How days are written: one format or several, and times behind them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.types as ir

ISO = "%Y-%m-%d"
CLOCK = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(\s*[AaPp][Mm])?"
ZONE = r"(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)"
TIME = rf"[T ]\s*{CLOCK}(\s*{ZONE})?$"
UNSEPARATED = re.compile(r"(%[Ymd]){3}")  # as 20180131, in which a digit may be missing
COMMON = (ISO, "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%d%b%Y", "%d-%b-%Y", "%m/%d/%y", "%m-%d-%Y")
FIRST_YEAR = 1000  # "%Y" would read 18 as the year 18


@ibis.udf.scalar.builtin(signature=(("string", "string"), "timestamp"))
def try_strptime(text, pattern):  # type: ignore[no-untyped-def]
    """DuckDB's own: a moment, or null where the text is none."""


def formats_of(layout: Mapping[str, Any]) -> list[str]:
    """Return the date formats of a source, in the order in which they are tried."""
    declared = layout.get("date_format", ISO)
    return [declared] if isinstance(declared, str) else list(declared)


def first_format(settings: dict[str, Any]) -> str:
    """Return the format in which days that need none are written as text."""
    return formats_of(settings)[0]


def said(formats: Sequence[str]) -> str:
    """Return formats in words: "%m/%d/%Y or %Y%m%d"."""
    return " or ".join(formats)


def fitting_formats(texts: Iterable[str]) -> list[str]:
    """Return the common formats in which every text, the time behind it left out, is a day."""
    bare = {re.sub(TIME, "", text) for text in texts}
    return [each for each in COMMON if bare and all(_is_day(text, each) for text in bare)]


def _is_day(text: str, pattern: str) -> bool:
    try:
        return datetime.strptime(text, pattern).year >= FIRST_YEAR
    except ValueError:
        return False


def as_day(value: ir.Value, formats: Sequence[str]) -> ir.DateValue:
    """Return the day that a value names, null where it names none.

    Text is tried in each format, then without the time behind the day, whatever its zone: the day counts as
    it is written. A stored moment counts by its own day; one with a zone by its day in UTC.
    """
    if value.type().is_date():
        return value
    if value.type().is_timestamp():
        return value.cast("timestamp").cast("date")
    tried = [_in_format(value, each, len(formats) > 1) for each in formats]
    bare = value.re_replace(TIME, "")
    tried += [_in_format(bare, each, len(formats) > 1) for each in formats if each != ISO]
    return ibis.coalesce(*tried) if len(tried) > 1 else tried[0]


def _in_format(text: ir.StringValue, pattern: str, of_several: bool) -> ir.DateValue:
    if pattern == ISO:
        return text.try_cast("date")
    day = try_strptime(text, pattern).cast("date")
    if UNSEPARATED.fullmatch(pattern):
        return ibis.ifelse(text.length() == 8, day, ibis.null("date"))
    return ibis.ifelse(day.year() >= FIRST_YEAR, day, ibis.null("date")) if of_several else day
