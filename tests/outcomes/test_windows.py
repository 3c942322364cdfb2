"""Windows of calendar months from the day of randomization (RULES 9, 10)."""

import ibis
import pytest
from tables import given, same

from armwise.outcomes.windows import bounds, observed


@pytest.mark.parametrize(
    ("randomized_on", "window", "starts_on", "ends_on"),
    [
        ("2018-01-31", {"months": 1}, "2018-01-31", "2018-02-28"),
        ("2020-01-31", {"months": 1}, "2020-01-31", "2020-02-29"),
        ("2020-02-29", {"months": 12}, "2020-02-29", "2021-02-28"),
        ("2018-08-31", {"months": 6}, "2018-08-31", "2019-02-28"),
        ("2018-02-28", {"months": 1}, "2018-02-28", "2018-03-28"),
        ("2018-08-31", {"from_month": 6, "to_month": 12}, "2019-02-28", "2019-08-31"),
        ("2018-08-31", {"from_month": 0, "to_month": 12}, "2018-08-31", "2019-08-31"),
        ("2018-08-31", {"until": "2021-09-30"}, "2018-08-31", "2021-10-01"),
        ("2018-12-31", {"months": 14}, "2018-12-31", "2020-02-29"),
    ],
)
def test_bounds_are_computed_from_the_day_of_randomization(engine, randomized_on, window, starts_on, ends_on):
    table = given(
        engine,
        f"""
        randomized_on
        {randomized_on}
    """,
    )
    start, end = bounds(table.randomized_on, window)
    found = table.select(starts_on=start, ends_on=end)
    assert {str(kind) for kind in engine.raw_sql(ibis.to_sql(found)).to_arrow_table().schema.types} == {
        "date32[day]"
    }
    same(
        engine,
        found,
        f"""
        starts_on   | ends_on
        {starts_on} | {ends_on}
    """,
    )


COHORT = """
    enrollment_id | person_id | randomized_on | covered_until | died_on    | treated_later_on
    whole         | P1        | 2018-01-01    | 9999-12-31    |            |
    lapsed        | P2        | 2018-01-01    | 2018-01-20    |            |
    uncovered     | P3        | 2018-01-01    | 2018-01-01    |            |
    died          | P4        | 2018-01-01    | 9999-12-31    | 2018-01-10 |
    diedthatday   | P5        | 2018-01-01    | 9999-12-31    | 2018-01-01 |
    diedlapsed    | P6        | 2018-01-01    | 2018-01-11    | 2018-01-10 |
    drawn         | P7        | 2018-01-01    | 9999-12-31    |            | 2018-01-15
    exactly       | P8        | 2018-01-01    | 2018-02-01    |            |
"""
SEEN = {"observed_while": "covered", "complete_through": None, "later_lottery": "as_randomized"}


def test_claims_need_coverage_and_the_day_of_death_counts(engine):
    same(
        engine,
        observed(given(engine, COHORT), {"months": 1}, SEEN),
        """
        enrollment_id | stops_on   | ended_by
        whole         | 2018-02-01 | end
        lapsed        | 2018-01-20 | coverage
        uncovered     | 2018-01-01 | coverage
        died          | 2018-01-11 | death
        diedthatday   | 2018-01-02 | death
        diedlapsed    | 2018-01-11 | death
        drawn         | 2018-02-01 | end
        exactly       | 2018-02-01 | end
    """,
    )


def test_a_registry_needs_no_coverage(engine):
    same(
        engine,
        observed(given(engine, COHORT), {"months": 1}, SEEN | {"observed_while": "always"}),
        """
        enrollment_id | stops_on   | ended_by
        whole         | 2018-02-01 | end
        lapsed        | 2018-02-01 | end
        uncovered     | 2018-02-01 | end
        died          | 2018-01-11 | death
        diedthatday   | 2018-01-02 | death
        diedlapsed    | 2018-01-11 | death
        drawn         | 2018-02-01 | end
        exactly       | 2018-02-01 | end
    """,
    )


def test_nothing_is_observed_after_the_last_day_of_the_source(engine):
    found = observed(given(engine, COHORT), {"months": 1}, SEEN | {"complete_through": "2018-01-14"})
    same(
        engine,
        found.filter(found.enrollment_id.isin(["whole", "died", "lapsed"])),
        """
        enrollment_id | stops_on   | ended_by
        whole         | 2018-01-15 | data
        died          | 2018-01-11 | death
        lapsed        | 2018-01-15 | data
    """,
    )


def test_a_later_window_has_no_days_of_those_who_left_before(engine):
    found = observed(given(engine, COHORT), {"from_month": 1, "to_month": 2}, SEEN)
    same(
        engine,
        found.filter(found.enrollment_id.isin(["whole", "died", "exactly"])),
        """
        enrollment_id | starts_on  | stops_on   | ended_by
        whole         | 2018-02-01 | 2018-03-01 | end
        died          | 2018-02-01 | 2018-02-01 | death
        exactly       | 2018-02-01 | 2018-02-01 | coverage
    """,
    )
