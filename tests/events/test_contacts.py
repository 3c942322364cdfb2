"""Contacts and deaths: credited to the enrollment served (RULES 22); the earliest record of a death."""

import pyarrow as pa
from tables import given, same

from armwise.events.attributes import having, two_way
from armwise.events.contacts import contacts
from armwise.events.deaths import deaths


def enrollments(engine):
    return given(
        engine,
        """
        enrollment_id | person_id | randomized_on
        E1            | P1        | 2017-08-01
        E2            | P1        | 2018-02-01
        E9            | P2        | 2017-08-01
    """,
    )


def test_a_contact_serves_the_enrollment_named_else_the_latest_begun(engine):
    records = given(
        engine,
        """
        person_id | enrollment_id | contacted_on | kind
        P1        | E1            | 2018-03-05   | visit
        P1        |               | 2018-03-06   | visit
        P1        |               | 2018-02-01   | visit
        P1        |               | 2018-01-31   | visit
        P1        |               | 2017-07-31   | visit
        P1        | E9            | 2018-03-07   | visit
    """,
    )
    same(
        engine,
        contacts(records, enrollments(engine)),
        """
        started_on | enrollment_id
        2018-03-05 | E1
        2018-03-06 | E2
        2018-02-01 | E2
        2018-01-31 | E1
        2017-07-31 |
        2018-03-07 | E2
    """,
    )


def test_attempts_are_a_kind_of_their_own(engine):
    records = given(
        engine,
        """
        person_id | contacted_on | kind
        P1        | 2018-03-05   | attempt
        P1        | 2018-03-06   | visit
    """,
        enrollment_id=pa.string(),
    )
    found = contacts(records, enrollments(engine))
    same(
        engine,
        two_way(found, {"event": "contact"}),
        """
        kind
        visit
    """,
    )
    same(
        engine,
        two_way(found, {"event": "contact", "where": {"kind": "attempt"}}),
        """
        kind
        attempt
    """,
    )


def test_an_outcome_counts_the_events_with_its_attributes(engine):
    visits = given(
        engine,
        """
        event_id | admitted | avoidable
        A        | true     | false
        B        | false    | true
        C        | false    | false
    """,
    )
    same(
        engine,
        having(visits, {"event": "ed_visit", "where": {"admitted": False, "avoidable": True}}),
        """
        event_id
        B
    """,
    )


def test_a_vaccine_by_a_date_means_the_first_dose(engine):
    doses = given(
        engine,
        """
        person_id | dose_number
        P1        | 1
        P1        | 2
    """,
    )
    same(
        engine,
        having(doses, {"event": "covid_dose", "measure": "by_date"}),
        """
        dose_number
        1
    """,
    )


def test_of_two_records_of_a_death_the_earlier_counts(engine):
    records = given(
        engine,
        """
        person_id | died_on
        P1        | 2018-03-05
        P1        | 2018-03-04
        P2        | 2018-03-05
    """,
    )
    same(
        engine,
        deaths(records),
        """
        person_id | started_on
        P1        | 2018-03-04
        P2        | 2018-03-05
    """,
    )
