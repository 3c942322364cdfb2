"""Sums over events: days in hospital, and shares of visits as the NYU classification gives them."""

import pyarrow as pa
import pytest
from tables import given, same

from armwise.outcomes.counted import outcomes
from armwise.outcomes.windows import OutcomeError

DAYS = {
    "event": "inpatient_stay",
    "where": {},
    "measure": "sum",
    "of": "length_of_stay",
    "observed_while": "covered",
    "complete_through": None,
    "incomplete": "refuse",
}
COHORT = """
    enrollment_id | person_id | randomized_on | covered_until
    E1            | P1        | 2018-01-31    | 9999-12-31
    E2            | P2        | 2018-01-31    | 2018-02-10
    E3            | P3        | 2018-01-31    | 9999-12-31
    E4            | P4        | 2018-01-31    | 2018-01-31
"""
MONTH = {"months": 1}


def summed(engine, stays, window=None, **outcome):
    cohort = given(engine, COHORT, died_on=pa.date32(), treated_later_on=pa.date32())
    made = {"inpatient_stay": given(engine, stays)}
    return outcomes(engine, cohort, made, "w", window or MONTH, {"days": DAYS | outcome})


def test_days_of_stays_that_began_in_the_window_are_added(engine):
    """The stay of 20 days began on day 27 and goes on after the window: a stay belongs where it begins."""
    stays = """
        person_id | event_id | started_on | length_of_stay
        P1        | a        | 2018-01-30 | 9
        P1        | b        | 2018-01-31 | 3
        P1        | c        | 2018-02-27 | 20
        P1        | d        | 2018-02-28 | 5
        P2        | e        | 2018-02-09 | 4
        P2        | f        | 2018-02-10 | 7
        P4        | g        | 2018-01-31 | 2
    """
    same(
        engine,
        summed(engine, stays).select(
            "enrollment_id", "value", "weighted_value", "events", "days_observed", "ended_by"
        ),
        """
        enrollment_id | value | weighted_value | events | days_observed | ended_by
        E1            | 23    | 23             | 2      | 28            | end
        E2            | 4     | 4              | 1      | 10            | coverage
        E3            | 0     | 0              | 0      | 28            | end
        E4            | 0     | 0              | 0      | 0             | coverage
    """,
    )


def test_an_event_that_adds_nothing_is_not_among_those_that_a_sum_rests_on(engine):
    """A same-day stay has length 0; of another the length is not known."""
    stays = """
        person_id | event_id | started_on | length_of_stay
        P1        | a        | 2018-02-01 | 0
        P1        | b        | 2018-02-03 |
        P1        | c        | 2018-02-05 | 6
    """
    same(
        engine,
        summed(engine, stays).filter(lambda t: t.enrollment_id == "E1").select("value", "events"),
        """
        value | events
        6     | 1
    """,
    )


def test_shares_of_visits_are_added(engine):
    """Three visits in decimals add up as they are written: 0.1 + 0.2 + 0.7 = 1."""
    visits = """
        person_id | event_id | started_on | nyu_nonemergent
        P1        | a        | 2018-02-01 | 0.1
        P1        | b        | 2018-02-02 | 0.2
        P1        | c        | 2018-02-03 | 0.7
        P3        | d        | 2018-02-04 | 0.25
    """
    found = summed(engine, visits, of="nyu_nonemergent").filter(lambda t: t.value > 0)
    same(
        engine,
        found.select("enrollment_id", "value", "events"),
        """
        enrollment_id | value | events
        E1            | 1     | 3
        E3            | 0.25  | 1
    """,
    )


@pytest.mark.parametrize(
    ("stays", "wrong"),
    [
        ("person_id | event_id | started_on\nP1 | a | 2018-02-01", "has no attribute length_of_stay"),
        (
            "person_id | event_id | started_on | length_of_stay\nP1 | a | 2018-02-01 |",
            "length_of_stay is unknown for every inpatient_stay",
        ),
    ],
)
def test_a_sum_of_what_no_event_has_is_refused(engine, stays, wrong):
    with pytest.raises(OutcomeError, match=rf"outcomes.days.of: .*{wrong}"):
        summed(engine, stays)
