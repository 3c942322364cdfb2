"""Days and months of the example. A day is an integer counted from DAY_ZERO; intervals are half-open."""

from datetime import date, timedelta

import numpy as np

DAY_ZERO = date(2016, 8, 1)  # a year of claims lies before the first lottery
CLAIMS_END = (date(2020, 4, 1) - DAY_ZERO).days  # exclusive: claims are complete through 2020-03-31
REGISTRIES_END = (date(2022, 1, 1) - DAY_ZERO).days  # exclusive: doses and deaths, through 2021-12-31
NEVER = 100_000  # later than any day that occurs

COHORT_MONTHS = [(2017, month) for month in range(8, 13)] + [(2018, month) for month in range(1, 13)]
FIRST_COHORT_MONTH = 12  # months since August 2016


def day_number(when: date) -> int:
    """Days since DAY_ZERO."""
    return (when - DAY_ZERO).days


def date_of(day: int) -> date:
    """The calendar date of a day number."""
    return DAY_ZERO + timedelta(days=int(day))


def add_months(when: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it is shorter."""
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(when.day, last))


def first_weekday(year: int, month: int) -> date:
    """The first Monday-to-Friday of a month: the day of its lottery."""
    first = date(year, month, 1)
    return first + timedelta(days=max(0, 7 - first.weekday()) if first.weekday() > 4 else 0)


COHORT_DATES = [first_weekday(*month) for month in COHORT_MONTHS]
COHORT_DAYS = np.array([day_number(when) for when in COHORT_DATES])
COHORT_LABELS = [f"{year}-{month:02d}" for year, month in COHORT_MONTHS]

_EARLIEST_MONTH = -120
_MONTH_STARTS = np.array([day_number(add_months(DAY_ZERO, month)) for month in range(_EARLIEST_MONTH, 121)])


def month_start(months: np.ndarray) -> np.ndarray:
    """The first day of each month, months counted from August 2016 (-120 to 120)."""
    return _MONTH_STARTS[np.asarray(months) - _EARLIEST_MONTH]


def month_of(days: np.ndarray) -> np.ndarray:
    """The month (counted from August 2016) that holds each day."""
    return np.searchsorted(_MONTH_STARTS, days, side="right") - 1 + _EARLIEST_MONTH


def window_ends(months: int) -> np.ndarray:
    """For each cohort, the first day after a window of so many calendar months."""
    return np.array([day_number(add_months(when, months)) for when in COHORT_DATES])
