"""Rates by month, linkage and completeness by arm, from a few rows."""

from datetime import date

from tables import given, same

from armwise.outcomes.monitored import shares
from armwise.outcomes.monitored.monthly import monthly, without_coverage

COHORT = """
    enrollment_id | person_id | arm     | weight | randomized_on
    E1            | P1        | control | 2.0    | 2018-02-01
    E2            | P2        | treated | 1.5    | 2018-02-01
    E3            | P1        | control | 3.0    | 2018-03-01
"""
COVERED = """
    person_id | starts_on  | ends_on
    P1        | 2017-12-01 | 2018-03-01
    P2        | 2018-02-15 | 2018-03-01
"""
LINES = """
    person_id | from_date  | through_date | adjudicated_on | bill_type
    P1        | 2018-01-05 | 2018-01-06   | 2018-01-20     | 0111
    P1        | 2018-01-05 | 2018-01-06   |                |
    P2        | 2018-02-20 | 2018-02-20   | 2018-03-02     |
"""
VISITS = """
    person_id | event_id | started_on | principal_diagnosis
    P1        | a        | 2018-01-05 | I509
    P1        | b        | 2018-04-05 | 4019
    P2        | c        | 2018-02-01 |
"""


def test_events_on_covered_days_are_counted_by_month_arm_and_weight(engine):
    cohort, covered = given(engine, COHORT), given(engine, COVERED)
    visits, lines = given(engine, VISITS), given(engine, LINES)
    found = monthly(engine, cohort, covered, {"ed_visit": visits}, lines, date(2018, 2, 28))
    same(
        engine,
        found,
        """
        event       | month      | arm     | weight | member_months | events
        claim_lines | 2018-01-01 | control | 2      | 0.870968      | 2
        claim_lines | 2018-01-01 | control | 3      | 0.870968      | 2
        claim_lines | 2018-02-01 | control | 2      | 1             | 0
        claim_lines | 2018-02-01 | control | 3      | 1             | 0
        claim_lines | 2018-02-01 | treated | 1.5    | 0.5           | 1
        ed_visit    | 2018-01-01 | control | 2      | 0.870968      | 1
        ed_visit    | 2018-01-01 | control | 3      | 0.870968      | 1
        ed_visit    | 2018-02-01 | control | 2      | 1             | 0
        ed_visit    | 2018-02-01 | control | 3      | 1             | 0
        ed_visit    | 2018-02-01 | treated | 1.5    | 0.5           | 0
        """,
    )
    assert without_coverage(engine, visits, covered) == 2


def test_an_enrollment_is_linked_when_its_person_has_a_row(engine):
    cohort, table = given(engine, COHORT), given(engine, "person_id\nP1\nP1")
    same(
        engine,
        shares.linkage(cohort, "deaths", table),
        """
        topic   | source | arm     | weight | n | count
        linkage | deaths | control | 2      | 1 | 1
        linkage | deaths | control | 3      | 1 | 1
        linkage | deaths | treated | 1.5    | 1 | 0
        """,
    )


def test_rows_with_a_value_are_counted_by_column(engine):
    found = shares.completeness(
        given(engine, COHORT), "utilization", given(engine, LINES), ["bill_type", "adjudicated_on"]
    )
    same(
        engine,
        found,
        """
        what           | arm     | weight | n | count
        bill_type      | control | 2      | 2 | 1
        bill_type      | control | 3      | 2 | 1
        bill_type      | treated | 1.5    | 1 | 0
        adjudicated_on | control | 2      | 2 | 1
        adjudicated_on | control | 3      | 2 | 1
        adjudicated_on | treated | 1.5    | 1 | 1
        """,
    )


def test_a_diagnosis_is_classified_when_it_looks_like_icd_10(engine):
    found = shares.classified(given(engine, COHORT), "ed_visit", given(engine, VISITS))
    same(
        engine,
        found.filter(found.weight < 3),
        """
        arm     | n | count
        control | 2 | 1
        treated | 1 | 0
        """,
    )


def test_days_to_adjudication_are_those_of_lines_that_say_both(engine):
    same(
        engine,
        shares.delays(given(engine, COHORT), given(engine, LINES)),
        """
        arm     | days | lines
        control | 14   | 2
        treated | 10   | 1
        """,
    )
