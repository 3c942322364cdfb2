"""Contacts of those who took up the offer: in the days of their uptake, by kind."""

from tables import given, same

from armwise.outcomes.engagement import engagement

PEOPLE = """
    enrollment_id | person_id | randomized_on
    E1            | A         | 2018-01-31
    E2            | B         | 2018-01-31
"""
DAYS = """
    enrollment_id | outcome    | days_observed
    E1            | uptake     | 28
    E2            | uptake     | 10
    E1            | admissions | 400
"""
CONTACTS = """
    person_id | event_id | enrollment_id | started_on | kind
    A         | 1        | E1            | 2018-01-30 | help
    A         | 2        | E1            | 2018-02-02 | attempt
    A         | 3        | E1            | 2018-02-05 | help
    A         | 4        | E1            | 2018-02-06 | listen
    A         | 5        | E1            | 2018-02-27 | help
    A         | 6        | E1            | 2018-02-28 | help
    B         | 7        | E2            | 2018-02-09 | listen
    B         | 8        | E2            | 2018-02-10 | listen
"""


def found(engine, uptake, window, contacts=CONTACTS):
    return engagement(given(engine, PEOPLE), given(engine, DAYS), given(engine, contacts), window, uptake)


def test_contacts_count_on_the_days_of_uptake_by_kind_with_the_day_of_the_first(engine):
    same(
        engine,
        found(engine, {"event": "contact", "where": {}}, {"months": 1}),
        """
        enrollment_id | kind    | counts | events | first_day
        E1            | attempt | false  | 1      | 2
        E1            | help    | true   | 2      | 5
        E1            | listen  | true   | 1      | 6
        E2            | listen  | true   | 1      | 9
    """,
    )


def test_only_the_kinds_of_uptake_count(engine):
    same(
        engine,
        found(engine, {"event": "contact", "where": {"kind": ["listen", "attempt"]}}, {"months": 1}),
        """
        enrollment_id | kind    | counts | events
        E1            | attempt | true   | 1
        E1            | listen  | true   | 1
        E2            | listen  | true   | 1
    """,
    )


def test_a_later_window_begins_later(engine):
    same(
        engine,
        found(engine, {"event": "contact", "where": {}}, {"from_month": 1, "to_month": 2}),
        """
        enrollment_id | kind | events | first_day
        E1            | help | 1      | 28
    """,
    )


def test_an_event_without_kinds_counts_as_one_sort(engine):
    stays = "person_id | event_id | started_on\nA | 1 | 2018-02-02\nA | 2 | 2018-02-03"
    same(
        engine,
        found(engine, {"event": "program", "where": {}}, {"months": 1}, stays),
        """
        enrollment_id | counts | events | first_day
        E1            | true   | 2      | 2
    """,
    )
