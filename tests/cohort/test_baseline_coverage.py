"""Coverage before randomization: what the period asks, and who may have care that the plan does not see."""

import pyarrow as pa
import pytest
from tables import given, same

from armwise.cohort.baseline import coverage_before, invisible_care
from armwise.cohort.cohort import left_out
from armwise.cohort.coverage import refuse_no_flags, stretches
from armwise.cohort.weights import CohortError
from armwise.estimates.covariates import baseline_rate, with_indicator

RANDOMIZED = """
    enrollment_id | person_id | randomized_on
    whole         | P1        | 2018-02-01
    gap           | P2        | 2018-02-01
    lastday       | P3        | 2018-02-01
    after         | P4        | 2018-02-01
    never         | P5        | 2018-02-01
"""
COVERAGE = """
    person_id | coverage_start | coverage_end | partial_benefits | other_payer
    P1        | 2017-01-01     | 2018-12-31   | 0                | 0
    P2        | 2018-01-01     | 2018-01-10   | 0                | 0
    P2        | 2018-01-16     | 2018-12-31   | 0                | 1
    P3        | 2018-01-31     | 2018-12-31   | 0                | 0
    P4        | 2018-02-01     | 2018-12-31   | 1                | 0
"""


@pytest.mark.parametrize(
    ("asks", "covered"),
    [
        ({"covered": "any", "min_days": None}, ["true", "true", "true", "false", "false"]),
        ({"covered": "any", "min_days": 26}, ["true", "true", "false", "false", "false"]),
        ({"covered": "any", "min_days": 27}, ["true", "false", "false", "false", "false"]),
        ({"covered": "continuous", "min_days": None}, ["true", "false", "false", "false", "false"]),
    ],
)
def test_the_baseline_period_asks_for_covered_days(engine, asks, covered):
    """One month: January has 31 days. The day of randomization is not among them."""
    stretched = stretches(given(engine, COVERAGE))
    found = coverage_before(given(engine, RANDOMIZED), stretched, 1, asks)
    whole, gap, lastday, after, never = covered
    same(
        engine,
        found,
        f"""
        enrollment_id | baseline_days | continuous_before | covered_before
        whole         | 31            | true              | {whole}
        gap           | 26            | false             | {gap}
        lastday       | 1             | false             | {lastday}
        after         | 0             | false             | {after}
        never         | 0             | false             | {never}
    """,
    )


def test_a_gap_that_is_bridged_does_not_break_the_baseline_period(engine):
    found = coverage_before(
        given(engine, RANDOMIZED),
        stretches(given(engine, COVERAGE), 5),
        1,
        {"covered": "continuous", "min_days": None},
    )
    same(
        engine,
        found.filter(found.enrollment_id == "gap"),
        """
        baseline_days | continuous_before
        31            | true
    """,
    )


def test_care_that_the_plan_does_not_see_is_flagged_before_and_since(engine):
    same(
        engine,
        invisible_care(given(engine, RANDOMIZED), given(engine, COVERAGE), 1),
        """
        enrollment_id | partial_before | partial_from
        whole         | false          |
        gap           | true           | 2018-02-01
        lastday       | false          |
        after         | true           | 2018-02-01
        never         | false          |
    """,
    )


def test_days_cannot_be_left_uncovered_by_flags_that_nobody_sent(engine):
    coverage = given(engine, COVERAGE)
    refuse_no_flags(engine, coverage, "not_covered")
    with pytest.raises(CohortError, match="no row of the coverage extract says"):
        refuse_no_flags(engine, coverage.drop("partial_benefits", "other_payer"), "not_covered")


def test_who_is_left_out_is_listed_with_the_reason(engine):
    enrollment = given(
        engine,
        """
        enrollment_id | person_id | randomized_on | arm
        E1            | P1        | 2018-01-01    | control
        E2            | P1        | 2018-02-01    | control
        E3            | P2        | 2018-01-01    | offer
    """,
    )
    kept = enrollment.filter(enrollment.enrollment_id == "E1")
    same(
        engine,
        left_out(enrollment, kept, "first_enrollment"),
        """
        enrollment_id | arm     | reason
        E2            | control | later_enrollment
        E3            | offer   | baseline_not_covered
    """,
    )
    assert engine.to_pyarrow(left_out(enrollment, enrollment, "as_randomized").count()).as_py() == 0


def test_no_covered_day_before_makes_no_rate_of_events_but_an_indicator():
    """log(1 + events per covered year): 2 in half a year, 0 in a year, unknown without a day."""
    cohort = pa.table({"baseline_days": [182.625, 365.25, 0.0], "baseline_visits": [2, 0, 0]})
    columns = with_indicator("baseline_visits", baseline_rate(cohort, "baseline_visits"))
    assert columns["baseline_visits"].round(6).tolist() == [1.609438, 0.0, 0.804719]
    assert columns["baseline_visits missing"].tolist() == [0, 0, 1]
