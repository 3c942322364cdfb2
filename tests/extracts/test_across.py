"""One source held against the others: each check with a row that breaks it and one that does not."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tables import given

from armwise.extracts import across
from armwise.extracts.across import Kind, Others, divide, hold_against, made
from armwise.extracts.catalogue import severities
from armwise.extracts.engine import connect
from armwise.extracts.held import checks_of

ENROLLMENT = """
    enrollment_id | person_id | randomized_on | birth_date
    E1            | P1        | 2018-01-01    | 1980-01-01
    E2            | P2        | 2018-06-01    | 1990-01-01
"""
DEATHS = """
    person_id | died_on
    P2        | 2018-05-01
    P1        | 2019-05-01
    P1        | 2019-03-01
"""
CLAIMS = """
    person_id | from_date  | received
    P1        | 2018-02-01 | 1
    P9        | 2018-02-01 | 2
    P1        | 2019-03-01 | 3
    P1        | 2019-03-02 | 4
    P1        | 1979-12-31 | 5
    P1        | 2020-04-01 | 6
    P1        | 1997-12-31 | 7
    P2        | 1998-01-01 | 8
"""
THROUGH = Kind("utilization", "2019-12-31")


@pytest.fixture(scope="module")
def engine():
    return connect(1)


def broken(engine, text, kind, deaths=DEATHS, **changed):
    known = severities("across", changed)
    others = Others(given(engine, ENROLLMENT), given(engine, deaths) if deaths else None)
    held = hold_against(engine, given(engine, text), kind, others, known)
    return {each.check: each.rows for each in made(engine, held, known)}


def test_claims_are_held_against_enrollment_deaths_and_the_days_that_the_data_span(engine):
    assert broken(engine, CLAIMS, THROUGH) == {
        "never_randomized": 1,
        "events_after_death": 2,  # the day of the first death is none after it; the claim of 2020 is one
        "events_before_birth": 1,
        "events_after_data": 1,
        "events_long_before": 2,
    }


def test_without_deaths_and_complete_through_nothing_is_said_of_them(engine):
    found = broken(engine, CLAIMS, Kind("utilization"), deaths=None)
    assert set(found) == {"never_randomized", "events_before_birth", "events_long_before"}


def test_someone_is_randomized_after_the_recorded_death(engine):
    assert broken(engine, ENROLLMENT, Kind("enrollment")) == {"randomized_after_death": 1}


def test_doses_long_ago_are_no_wonder(engine):
    doses = "person_id | given_on\nP1 | 1985-01-01\nP1 | 1979-01-01"
    found = broken(engine, doses, Kind("vaccinations"))
    assert found == {"never_randomized": 0, "events_after_death": 0, "events_before_birth": 1}


def test_coverage_is_held_against_who_was_randomized_and_the_end_of_the_data(engine):
    spans = "person_id | coverage_start\nP1 | 2018-01-01\nP8 | 2018-01-01\nP1 | 2021-01-01"
    found = broken(engine, spans, Kind("coverage", "2020-12-31"))
    assert found == {"never_randomized": 1, "events_after_data": 1}


def test_the_first_rule_takes_a_row_out_and_the_others_then_leave_it(engine):
    found = broken(engine, CLAIMS, THROUGH, events_after_death="set_aside")
    assert (found["events_after_death"], found["events_after_data"]) == (2, 0)


def quarantined(engine, tmp_path, **changed):
    known = severities("across", changed)
    others = Others(given(engine, ENROLLMENT), given(engine, DEATHS))
    claims = given(engine, CLAIMS)
    held = hold_against(engine, claims, THROUGH, others, known)
    paths = [str(tmp_path / name) for name in ("kept.parquet", "rejected.parquet")]
    divide(engine, claims, held, *paths)
    return [pq.read_table(path) for path in paths]


def test_rows_set_aside_stand_whole_with_their_reason(engine, tmp_path):
    kept, rejected = quarantined(
        engine, tmp_path, events_after_death="set_aside", never_randomized="set_aside"
    )
    assert kept["received"].to_pylist() == [1, 3, 5, 7, 8]
    assert rejected.select(["received", "check", "reason"]).to_pylist() == [
        {"received": 2, "check": "never_randomized", "reason": "person_id: never randomized"},
        {"received": 4, "check": "events_after_death", "reason": "from_date: after the person's death"},
        {"received": 6, "check": "events_after_death", "reason": "from_date: after the person's death"},
    ]


def test_a_row_lost_in_quarantine_stops_the_run(engine, tmp_path, monkeypatch):
    as_it_is = across.set_aside
    monkeypatch.setattr(across, "set_aside", lambda *given: as_it_is(*given).limit(1))
    with pytest.raises(AssertionError, match="of 8 rows 5 are kept and 1 set aside"):
        quarantined(engine, tmp_path, events_after_death="set_aside", never_randomized="set_aside")


@pytest.mark.parametrize("contract", ["utilization", "coverage", "vaccinations", "contacts", "deaths"])
def test_the_checks_that_are_announced_are_those_that_are_made(engine, contract):
    day = across.DAYS[contract]
    columns = {"person_id": pa.array(["P1"]), day: pa.array([None], pa.date32())}
    engine.con.register(f"one_{contract}", pa.table(columns))
    known = severities("across", {})
    others = Others(given(engine, ENROLLMENT), given(engine, DEATHS))
    kind = Kind(contract, "2020-01-01")
    held = hold_against(engine, engine.table(f"one_{contract}"), kind, others, known)
    assert {rule.check for rule in held.rules} == set(checks_of(contract, {"deaths": {}}))
