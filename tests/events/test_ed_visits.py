"""ED visits from facility and professional claims (RULES 19)."""

import pytest
from tables import given, same

from armwise.events.ed import collapsed, ed_claims, grouped, with_admitted
from armwise.events.ed_definitions import definition

ARMWISE = definition("armwise")
FACILITY = {"bill_type": "0131", "revenue_code": "0450"}


def visits_of(claims, text, **defaults):
    lines = claims(text, **defaults)
    if "diagnosis" in lines.columns:
        lines = lines.mutate(principal_diagnosis=lines.diagnosis)
    return collapsed(grouped(claims.engine, ed_claims(lines, ARMWISE), ARMWISE))


@pytest.mark.parametrize(
    ("bill", "revenue", "procedure", "place", "emergency"),
    [
        ("0131", "0450", "", "", True),
        ("0131", "0459", "", "", True),
        ("0131", "0981", "", "", True),
        ("0131", "0510", "", "", False),
        ("0131", "0300", "99283", "", True),
        ("", "", "99285", "", True),
        ("", "", "99213", "23", True),
        ("", "", "99213", "11", False),
        ("", "", "99291", "21", False),
    ],
)
def test_an_ed_visit_is_known_by_room_procedure_or_place(
    engine, claims, bill, revenue, procedure, place, emergency
):
    lines = claims(f"""
        claim_id | bill_type | revenue_code | procedure_code | place_of_service | from_date  | through_date
        A        | {bill}    | {revenue}    | {procedure}    | {place}          | 2018-01-05 | 2018-01-05
    """)
    assert engine.to_pyarrow(ed_claims(lines, ARMWISE).count()).as_py() == emergency


def test_the_physicians_claim_is_part_of_the_facilitys_visit(engine, claims):
    same(
        engine,
        visits_of(
            claims,
            """
        claim_id | bill_type | revenue_code | place_of_service | from_date  | through_date | diagnosis
        F        | 0131      | 0450         |                  | 2018-01-05 | 2018-01-06   | J069
        D        |           |              | 23               | 2018-01-05 | 2018-01-05   | R079
        E        |           |              | 23               | 2018-01-06 | 2018-01-06   | R05
        G        |           |              | 23               | 2018-01-07 | 2018-01-07   | R51
    """,
        ),
        """
        event_id | first_day  | last_day   | principal_diagnosis
        F        | 2018-01-05 | 2018-01-06 | J069
        G        | 2018-01-07 | 2018-01-07 | R51
    """,
    )


def test_without_a_code_of_the_facility_the_first_physicians_counts(engine, claims):
    same(
        engine,
        visits_of(
            claims,
            """
        claim_id | bill_type | revenue_code | place_of_service | from_date  | through_date | diagnosis
        F        | 0131      | 0450         |                  | 2018-01-05 | 2018-01-06   |
        E        |           |              | 23               | 2018-01-06 | 2018-01-06   | R05
        D        |           |              | 23               | 2018-01-05 | 2018-01-05   | R079
    """,
        ),
        """
        event_id | principal_diagnosis
        F        | R079
    """,
    )


def test_claims_of_one_day_are_one_visit_and_of_the_next_day_another(engine, claims):
    same(
        engine,
        visits_of(
            claims,
            """
        claim_id | from_date  | through_date
        A        | 2018-01-05 | 2018-01-05
        B        | 2018-01-05 | 2018-01-05
        C        | 2018-01-06 | 2018-01-06
    """,
            **FACILITY,
        ),
        """
        event_id | first_day
        A        | 2018-01-05
        C        | 2018-01-06
    """,
    )


def test_the_visit_on_a_hospital_claim_ends_with_the_admission(engine, claims):
    same(
        engine,
        visits_of(
            claims,
            """
        claim_id | from_date  | admission_date | through_date
        A        | 2018-01-05 | 2018-01-06     | 2018-01-12
    """,
            bill_type="0111",
            revenue_code="0450",
        ),
        """
        first_day  | last_day
        2018-01-05 | 2018-01-06
    """,
    )


def test_a_visit_is_admitted_when_it_lasts_into_a_stay_or_falls_into_one(engine):
    visits = given(
        engine,
        """
        person_id | event_id | first_day  | last_day   | principal_diagnosis
        P1        | before   | 2018-01-04 | 2018-01-04 | J069
        P1        | into     | 2018-01-04 | 2018-01-05 | J069
        P1        | on       | 2018-01-05 | 2018-01-05 | J069
        P1        | during   | 2018-01-06 | 2018-01-06 | J069
        P1        | leaving  | 2018-01-08 | 2018-01-08 | J069
        P1        | fracture | 2018-03-01 | 2018-03-01 | S52501A
        P2        | other    | 2018-01-05 | 2018-01-05 | M5450
    """,
    )
    stays = given(
        engine,
        """
        person_id | started_on | ended_on
        P1        | 2018-01-05 | 2018-01-08
    """,
    )
    same(
        engine,
        with_admitted(visits, stays),
        """
        event_id | admitted
        before   | false
        into     | true
        on       | true
        during   | true
        leaving  | false
        fracture | false
        other    | false
    """,
    )


def test_a_stay_of_one_day_admits_the_visit_of_that_day(engine):
    visits = given(
        engine,
        """
        person_id | event_id | first_day  | last_day   | principal_diagnosis
        P1        | V        | 2018-01-05 | 2018-01-05 | J069
    """,
    )
    stays = given(
        engine,
        """
        person_id | started_on | ended_on
        P1        | 2018-01-05 | 2018-01-05
    """,
    )
    same(
        engine,
        with_admitted(visits, stays),
        """
        event_id | admitted
        V        | true
    """,
    )
