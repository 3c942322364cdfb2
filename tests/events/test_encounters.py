"""Claim lines to stays and ED visits, whole: what truly happened in the example is found again, exactly."""

import csv
from collections import Counter
from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as any_of
from hypothesis import strategies as st
from tables import given

from armwise.events.account import write_account
from armwise.events.encounters import encounters
from armwise.example.calendar import date_of
from armwise.example.chunk import chunks
from armwise.example.generate import generate
from armwise.extracts.contracts import contract_of
from armwise.extracts.engine import connect
from armwise.extracts.ingest import Outputs, ingest
from armwise.extracts.layouts import Laid

ENROLLMENTS, SEED = 900, 3
READING = {
    "columns": {},
    "values": {},
    "include": {},
    "missing": ["", "NA"],
    "date_format": "%Y-%m-%d",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    generate(ENROLLMENTS, SEED, folder)
    engine = connect()
    for source, file in [("enrollment", "enrollment"), ("utilization", "claim_lines")]:
        outputs = Outputs(
            *(
                f"{folder}/{source}.{part}"
                for part in ("parquet", "counts", "reasons", "rejected.parquet", "checks")
            )
        )
        contract = contract_of(source, ["control", "case_management"], {})
        ingest(engine, source, [Laid(f"{folder}/{file}.csv.gz", READING)], 0.01, contract, outputs)
    tables = [engine.read_parquet(f"{folder}/{source}.parquet") for source in ("utilization", "enrollment")]
    made = encounters(engine, *tables)
    return {
        "stays": engine.to_pyarrow(made.inpatient_stays).to_pylist(),
        "visits": engine.to_pyarrow(made.ed_visits).to_pylist(),
        "account": dict(made.account),
    }


@pytest.fixture(scope="module")
def truth():
    (chunk,) = chunks(ENROLLMENTS, SEED)
    return chunk.events


def person(number):
    return f"P{number:07}"


def test_every_stay_is_found_with_its_days_and_whether_it_was_avoidable(found, truth):
    stays = truth.take(truth.is_stay)
    expected = [
        (person(who), date_of(day), nights, avoidable, via_ed)
        for who, day, nights, avoidable, via_ed in zip(
            stays.person.tolist(),
            stays.day.tolist(),
            stays.nights.tolist(),
            stays.avoidable.tolist(),
            stays.via_ed.tolist(),
            strict=True,
        )
    ]
    names = ("person_id", "started_on", "length_of_stay", "avoidable", "via_ed")
    assert Counter(tuple(stay[name] for name in names) for stay in found["stays"]) == Counter(expected)
    assert len(expected) > 300


def test_every_ed_visit_is_found_and_whether_it_was_avoidable(found, truth):
    visits = truth.take(~truth.is_stay)
    columns = zip(visits.person.tolist(), visits.day.tolist(), visits.avoidable.tolist(), strict=True)
    expected = Counter((person(who), date_of(day), avoidable) for who, day, avoidable in columns)
    got = [visit for visit in found["visits"] if not visit["admitted"]]
    assert Counter((v["person_id"], v["started_on"], v["avoidable"]) for v in got) == expected
    admitted = [visit for visit in found["visits"] if visit["admitted"]]
    assert len(admitted) == sum(stay["via_ed"] for stay in found["stays"])
    assert not any(visit["avoidable"] for visit in admitted)


def test_the_account_says_what_was_left_out(found):
    account = found["account"]
    ours = account["lines of acute or emergency care of people who were randomized"]
    assert account["claim lines"] > ours > 0
    assert account["of these in force"] < account["claims and versions of acute or emergency care"]
    assert account["inpatient stays"] == len(found["stays"]) < account["inpatient claims"]
    assert account["ED visits"] == len(found["visits"])


def test_orphan_voids_and_claims_longer_than_a_year_are_counted(engine, claims, tmp_path):
    lines = claims(
        """
        claim_id | original_claim_id | bill_type | from_date  | through_date
        A        |                   | 0111      | 2018-01-01 | 2018-01-05
        B        | nowhere           | 0118      | 2018-02-01 | 2018-02-05
        C        |                   | 0111      | 2016-01-01 | 2018-02-05
        D        |                   | 0111      | 2018-03-01 | 2018-03-05
        E        | D                 | 0118      | 2018-03-01 | 2018-03-05
    """,
        revenue_code="0120",
    )
    enrollment = given(
        engine,
        """
        person_id | birth_date
        P1        | 1980-01-01
    """,
    )
    made = encounters(engine, lines, enrollment)
    account = dict(made.account)
    assert account["voids of acute or emergency care"] == 2
    assert account["voids of claims that were never sent, set aside"] == 1
    assert account["inpatient claims that are implausibly long, set aside"] == 1
    (stay,) = engine.to_pyarrow(made.inpatient_stays).to_pylist()
    assert (stay["event_id"], stay["started_on"]) == ("A", date(2018, 1, 1))
    write_account(made.account, str(tmp_path / "account.csv"))
    written = list(csv.reader((tmp_path / "account.csv").read_text().splitlines()))
    assert written[0] == ["what", "rows"]
    assert ["voids of acute or emergency care", "2"] in written


# Claims of one person: first day, length, type of bill (none: a clinician's). Lines: which claim, which room.
ANY_CLAIMS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 6), st.sampled_from(["0111", "0112", "0131", ""])),
    min_size=1,
    max_size=6,
)
ANY_LINES = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["0120", "0124", "0450", "0762", ""])),
    min_size=1,
    max_size=10,
)
HEAD = "claim_id | bill_type | revenue_code | place_of_service | from_date | through_date"


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@any_of(ANY_CLAIMS, ANY_LINES, st.randoms(use_true_random=False))
def test_events_depend_neither_on_the_order_of_lines_nor_on_repeats(engine, claims, billed, rooms, shuffler):
    lines = [written(billed, number % len(billed), room) for number, room in rooms]
    mixed = [*lines, *lines[:3]]
    shuffler.shuffle(mixed)
    assert events_of(engine, claims, lines) == events_of(engine, claims, mixed)


def written(billed, number, room):
    """Return a line of one of the claims that were billed."""
    day, length, bill = billed[number]
    first = date(2018, 1, 1) + timedelta(day)
    place = "" if bill else "23"
    return f"C{number} | {bill} | {room} | {place} | {first} | {first + timedelta(length)}"


def events_of(engine, claims, lines):
    enrollment = given(
        engine,
        """
        person_id | birth_date
        P1        | 1980-01-01
    """,
    )
    made = encounters(engine, claims("\n".join([HEAD, *lines]), line_number=pa.int64()), enrollment)
    return {
        event: sorted(map(str, engine.to_pyarrow(table).to_pylist()))
        for event, table in made.by_event.items()
    }
