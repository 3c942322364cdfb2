"""Member-months: observed days over the days of the calendar month."""

from datetime import date, timedelta

import pyarrow as pa
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st
from tables import given, same

from armwise.cohort.member_months import member_months


def test_half_of_june_is_half_a_member_month(engine):
    spans = given(
        engine,
        """
        arm     | starts_on  | stops_on
        control | 2018-06-01 | 2018-06-16
        control | 2018-06-01 | 2018-07-01
        treated | 2018-12-31 | 2019-02-01
        treated | 2018-06-10 | 2018-06-10
    """,
    )
    same(
        engine,
        member_months(spans),
        """
        arm     | month      | days | member_months
        control | 2018-06-01 | 45   | 1.5
        treated | 2018-12-01 | 1    | 0.0322581
        treated | 2019-01-01 | 31   | 1
    """,
    )


SPANS = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=5)


@settings(max_examples=20, deadline=None)
@any_of(SPANS)
def test_the_days_of_all_months_are_the_days_of_the_spans(engine, spans):
    first = date(2018, 1, 15)
    drawn = pa.table(
        {
            "starts_on": pa.array([first + timedelta(start) for start, _ in spans], pa.date32()),
            "stops_on": pa.array([first + timedelta(start + length) for start, length in spans], pa.date32()),
        }
    )
    engine.con.register("drawn_spans", drawn)
    months = engine.to_pyarrow(member_months(engine.table("drawn_spans"), [])).to_pylist()
    assert sum(month["days"] for month in months) == sum(length for _, length in spans)
    assert all(month["days"] > 0 for month in months)
