"""The last day of a window, in calendar months from randomization."""

from datetime import date

import pytest

from armwise.check.calendar import last_day, months_after


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2018, 1, 31), 1, date(2018, 2, 28)),
        (date(2019, 1, 31), 13, date(2020, 2, 29)),
        (date(2018, 12, 15), 1, date(2019, 1, 15)),
        (date(2018, 12, 1), 12, date(2019, 12, 1)),
    ],
)
def test_months_are_calendar_months(day, months, later):
    assert months_after(day, months) == later


@pytest.mark.parametrize(
    ("window", "day"),
    [
        ({"months": 6}, date(2018, 7, 30)),
        ({"from_month": 6, "to_month": 12}, date(2019, 1, 30)),
        ({"until": "2021-09-30"}, date(2021, 9, 30)),
        ({}, None),
    ],
)
def test_a_window_is_half_open_so_its_last_day_is_the_one_before(window, day):
    assert last_day(window, date(2018, 1, 31)) == day
