"""What the values of a column look like, and how shares of them are said."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armwise.new.profile import Profile
from armwise.new.shares import share_said


def profile(values):
    return Profile("X", Counter(values), len(values))


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["01/31/2018", "02/01/2018"], ["%m/%d/%Y"]),
        (["31/01/2018", "01/02/2018"], ["%d/%m/%Y"]),
        (["20180131", "99991231"], ["%Y%m%d"]),
        (["31JAN2018", "01FEB2018"], ["%d%b%Y"]),
        (["2018-01-31", "01/31/2018"], ["%Y-%m-%d", "%m/%d/%Y"]),
        (["99281", "00450", "12345678"], []),
        (["20181399", "20180230"], ["%Y%m%d"]),
    ],
)
def test_the_formats_of_dates(values, formats):
    assert list(profile(values).date_formats()) == formats


@given(
    st.lists(st.dates(date(1900, 1, 1), date(2099, 12, 31)), min_size=1),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d"]),
)
def test_dates_are_told_in_their_format(days, date_format):
    assert list(profile([f"{day:{date_format}}" for day in days]).date_formats()) == [date_format]


@given(st.lists(st.dates(date(1900, 1, 1), date(2099, 12, 1)), min_size=1))
def test_the_order_of_day_and_month_is_told_by_one_day_above_12(days):
    certain = days[0].replace(day=13)
    written = [f"{day:%d/%m/%Y}" for day in [*days, *[certain] * len(days)]]
    assert "%d/%m/%Y" in profile(written).date_formats()
    assert "%m/%d/%Y" not in profile(written).date_formats()


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 50, "none"),
        (50, 50, "all"),
        (49, 50, "nearly all"),
        (10, 500, "few"),
        (11, 500, "2%"),
        (489, 500, "98%"),
        (490, 500, "nearly all"),
        (99_989, 100_000, "99%"),
        (11, 100_000, "1%"),
    ],
)
def test_shares_are_said_without_giving_a_count_from_1_to_10_away(part, whole, said):
    assert share_said(part, whole) == said
