"""Days at the end of windows, counted in calendar months."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any


def months_after(day: date, months: int) -> date:
    """Return the day `months` calendar months later; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(window: dict[str, Any], randomized_on: date) -> date | None:
    """Return the last day, inclusive, of a window of the settings; None when it names no end."""
    months = window.get("months") or window.get("to_month")
    if months:
        return months_after(randomized_on, months) - timedelta(days=1)
    return date.fromisoformat(window["until"]) if window.get("until") else None
