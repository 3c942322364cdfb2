"""Avoidable admissions: AHRQ's Prevention Quality Indicators v2024."""

import ibis
import pyarrow as pa
import pytest
from tables import given, same

from armwise.events.pqi import completed_years, with_pqi
from armwise.extracts.engine import hold


def stays(engine, text, **said):
    """Return stays of June 15, 2018 with their indicators; what a test does not say is of a woman of 58."""
    blank = dict.fromkeys(["other_diagnoses", "procedures", "point_of_origin"], pa.string())
    table = given(engine, text, **{**blank, "sex": "Female", "person_id": "P1", **said})
    born = table.born if "born" in table.columns else ibis.date("1960-01-01")
    on = table.seen if "seen" in table.columns else ibis.date("2018-06-15")
    of = table.mutate(
        event_id=ibis.row_number().cast("string"),
        birth_date=born.cast("date"),
        started_on=on,
        point_of_origin=table.point_of_origin.cast("string"),
    )
    judged = with_pqi(engine, hold(engine, of, "stays_judged"))
    return judged.mutate(avoidable=judged.pqi_90)


def test_the_principal_diagnosis_counts(engine):
    table = stays(
        engine,
        """
        principal_diagnosis
        I509
        I10
        E1110
        E1151
        E1165
        J441
        J189
        N390
        N201
    """,
    )
    same(
        engine,
        table,
        """
        principal_diagnosis | avoidable
        I509                | true
        I10                 | true
        E1110               | true
        E1151               | true
        E1165               | true
        J441                | true
        J189                | true
        N390                | true
        N201                | false
    """,
    )


def test_asthma_is_for_the_young_and_copd_for_the_older(engine):
    table = stays(
        engine,
        """
        principal_diagnosis | born
        J45901              | 1978-06-15
        J45901              | 1978-06-16
        J441                | 1978-06-15
        J441                | 1978-06-16
        I509                | 2000-06-15
        I509                | 2000-06-16
        I509                |
    """,
    )
    same(
        engine,
        table,
        """
        principal_diagnosis | born       | avoidable
        J45901              | 1978-06-15 | true
        J45901              | 1978-06-16 | true
        J441                | 1978-06-15 | true
        J441                | 1978-06-16 | false
        I509                | 2000-06-15 | true
        I509                | 2000-06-16 | false
        I509                |            |
    """,
    )


def test_exclusions_look_at_every_diagnosis(engine):
    table = stays(
        engine,
        """
        principal_diagnosis | other_diagnoses
        J189                | I10;D571
        J189                | I10; D571
        J189                | I10
        N390                | B20
        N390                | N110
        J441                | E840
        I509                | B20
    """,
    )
    same(
        engine,
        table,
        """
        principal_diagnosis | other_diagnoses | avoidable
        J189                | I10;D571        | false
        J189                | I10; D571       | false
        J189                | I10             | true
        N390                | B20             | false
        N390                | N110            | false
        J441                | E840            | false
        I509                | B20             | true
    """,
    )


@pytest.mark.parametrize("origin", ["4", "5", "6"])
def test_patients_from_another_hospital_or_facility_never_count(engine, origin):
    table = stays(
        engine,
        f"""
        principal_diagnosis | point_of_origin
        I509                | {origin}
        I10                 | 1
    """,
    )
    same(
        engine,
        table,
        """
        principal_diagnosis | avoidable
        I509                | false
        I10                 | true
    """,
    )


def test_a_birthday_counts_from_the_day_itself(engine):
    table = given(
        engine,
        """
        born       | seen
        1980-06-15 | 2018-06-14
        1980-06-15 | 2018-06-15
        2000-02-29 | 2018-02-28
        2000-02-29 | 2018-03-01
        2000-02-29 | 2020-02-29
    """,
    )
    same(
        engine,
        table.mutate(age=completed_years(table.born, table.seen)),
        """
        born       | seen       | age
        1980-06-15 | 2018-06-14 | 37
        1980-06-15 | 2018-06-15 | 38
        2000-02-29 | 2018-02-28 | 17
        2000-02-29 | 2018-03-01 | 18
        2000-02-29 | 2020-02-29 | 20
    """,
    )
