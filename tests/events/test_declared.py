"""Events that settings declare: which rows make one, what counts once, and what is kept."""

from typing import Any

import hypothesis
import pyarrow as pa
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from tables import given, same

from armwise.events.declared import declared

DATES = {"ended_on": pa.date32()}
TEXTS = {"record_id": pa.string(), "charge": pa.string()}


def settings(**changes: Any) -> dict[str, Any]:
    whole = {"source": "jail", "where": [], "unless": [], "one_per": "record", "attributes": {}}
    return whole | {"starts_on": "occurred_on", "ends_on": "ended_on"} | changes


@pytest.fixture(scope="module")
def enrolled(engine):
    return given(engine, "person_id\nA\nB\nP1")


@pytest.fixture
def make(engine, enrolled):
    """Declare an event `intake` of written records."""

    def made(records, **changes):
        return declared(engine, "intake", records, enrolled, settings(**changes))

    return made


def test_each_record_of_someone_randomized_is_an_event(engine, make):
    jail = given(
        engine,
        """
        person_id | occurred_on | ended_on
        A         | 2018-01-05  | 2018-01-09
        A         | 2018-02-01  |
        B         | 2018-01-05  | 2018-01-05
        Z         | 2018-01-05  | 2018-01-06
    """,
        **TEXTS,
    )
    same(
        engine,
        make(jail).events,
        """
        person_id | event  | event_id | started_on | ended_on   | source
        A         | intake | 1        | 2018-01-05 | 2018-01-09 | jail
        A         | intake | 2        | 2018-02-01 |            | jail
        B         | intake | 1        | 2018-01-05 | 2018-01-05 | jail
    """,
    )
    assert make(jail).account == [
        ("rows of jail", 4),
        ("rows of jail of people who were never randomized, not kept", 1),
        ("rows that make intake", 3),
        ("of these without a day in occurred_on, left out", 0),
        ("events intake", 3),
    ]


BOOKINGS = """
    person_id | occurred_on | ended_on   | record_id | charge | status
    A         | 2018-01-05  | 2018-01-09 | 1         | M      | booked
    A         | 2018-01-05  | 2018-01-12 | 1         | F      | booked
    A         | 2018-01-11  | 2018-01-20 | 2         | M      | booked
    A         | 2018-01-11  |            | 3         | F      | transfer
    B         | 2018-03-01  |            |           | M      | booked
    B         | 2018-03-01  |            |           | M      | booked
    B         | 2018-03-01  |            |           | F      | booked
"""


def test_rows_with_one_record_id_are_one_record_and_rows_that_agree_in_everything_too(engine, make):
    same(
        engine,
        make(given(engine, BOOKINGS), attributes={"charge": "charge"}).events,
        """
        person_id | event_id | started_on | ended_on   | charge
        A         | 1        | 2018-01-05 | 2018-01-12 | M
        A         | 2        | 2018-01-11 | 2018-01-20 | M
        A         | 3        | 2018-01-11 |            | F
        B         | 1        | 2018-03-01 |            | F
        B         | 2        | 2018-03-01 |            | M
    """,
    )


def test_rows_are_chosen_before_records_are_made_of_them(engine, make):
    felonies = make(
        given(engine, BOOKINGS),
        where=[{"charge": ["F"]}, {"record_id": ["2"]}],
        unless=[{"status": ["trans*"]}],
    )

    same(
        engine,
        felonies.events,
        """
        person_id | started_on | ended_on
        A         | 2018-01-05 | 2018-01-12
        A         | 2018-01-11 | 2018-01-20
        B         | 2018-03-01 |
    """,
    )


def test_a_day_of_a_person_counts_once_if_that_is_asked_for(engine, make):
    same(
        engine,
        make(given(engine, BOOKINGS), one_per="person_day").events,
        """
        person_id | started_on | ended_on
        A         | 2018-01-05 | 2018-01-12
        A         | 2018-01-11 | 2018-01-20
        B         | 2018-03-01 |
    """,
    )


def test_a_span_joins_records_that_overlap_or_touch(engine, make):
    jail = given(
        engine,
        """
        person_id | occurred_on | ended_on
        A         | 2018-01-05  | 2018-01-12
        A         | 2018-01-06  | 2018-01-07
        A         | 2018-01-12  | 2018-01-20
        A         | 2018-01-21  |
    """,
        **TEXTS,
    )
    same(
        engine,
        make(jail, one_per="span").events,
        """
        event_id | started_on | ended_on
        1        | 2018-01-05 | 2018-01-20
        2        | 2018-01-21 |
    """,
    )


def test_the_day_may_stand_in_another_column_and_rows_without_one_are_counted(engine, make):
    sentenced = make(
        given(
            engine,
            """
            person_id | occurred_on | sentenced_on
            A         | 2018-01-05  | 2018-02-01
            B         | 2018-01-05  |
        """,
            **TEXTS,
            **DATES,
        ),
        starts_on="sentenced_on",
        ends_on=None,
    )
    same(engine, sentenced.events, "person_id | started_on | ended_on\nA | 2018-02-01 |")
    assert sentenced.account[3] == ("of these without a day in sentenced_on, left out", 1)


CLAIMS = {
    "source": "utilization",
    "one_per": "person_day",
    "starts_on": "from_date",
    "ends_on": "through_date",
}


def test_claim_lines_in_force_make_events_by_codes_and_their_beginnings(engine, claims, make):
    lines = claims(
        """
        claim_id | from_date  | procedure_code | revenue_code | place_of_service | bill_type | replaced
        A        | 2018-01-05 | H0020          |              | 57               |           |
        B        | 2018-01-05 | H0015          |              | 57               |           |
        C        | 2018-01-06 | 99213          |              | 57               |           |
        D        | 2018-01-07 |                | 0906         |                  | 131       |
        E        | 2018-01-08 | H0020          |              | 11               |           |
        F        | 2018-01-09 |                | 0906         |                  | 131       |
        G        | 2018-01-09 |                | 0906         |                  | 138       | F
    """,
        through_date=pa.date32(),
    )
    lines = lines.mutate(original_claim_id=lines.replaced)
    either = [{"procedure_code": ["H00*"], "place_of_service": ["57"]}, {"revenue_code": ["0906"]}]
    program = make(lines, where=either, attributes={"code": "procedure_code"}, **CLAIMS)

    same(
        engine,
        program.events,
        """
        started_on | code
        2018-01-05 | H0015
        2018-01-07 |
    """,
    )
    assert ("of these claim lines that are not in force, left out", 2) in program.account


def test_one_of_several_diagnoses_is_enough(engine, claims, make):
    lines = claims(
        """
        claim_id | from_date  | through_date | other_diagnoses
        A        | 2018-01-05 | 2018-01-05   | Z590; F1020
        B        | 2018-01-06 | 2018-01-06   | Z5901;F10
        C        | 2018-01-07 | 2018-01-07   | Z590
    """
    )
    same(
        engine,
        make(lines, where=[{"other_diagnoses": ["Z590", "F102*"]}], **CLAIMS).events,
        "started_on\n2018-01-05\n2018-01-07",
    )
    same(
        engine,
        make(lines, where=[{"other_diagnoses": ["F10"]}], **CLAIMS).events,
        "started_on\n2018-01-06",
    )


ROW = st.tuples(
    st.sampled_from("AB"), st.integers(1, 9), st.none() | st.integers(0, 4), st.sampled_from(["", "1", "2"])
)


@hypothesis.settings(deadline=None, max_examples=20)
@drawn(st.lists(ROW, min_size=1, max_size=8), st.randoms(), st.sampled_from(["record", "person_day", "span"]))
def test_events_depend_neither_on_the_order_of_rows_nor_on_repetition(engine, enrolled, rows, draw, one_per):
    def written(records):
        lines = [
            f"{person} | 2018-01-0{day} | {'' if nights is None else f'2018-01-{day + nights:02}'} | {number}"
            for person, day, nights, number in records
        ]
        head = "person_id | occurred_on | ended_on | record_id"
        table = given(engine, "\n".join([head, *lines]))
        return table.mutate(ended_on=table.ended_on.cast("date"), record_id=table.record_id.cast("string"))

    def events(records):
        made = declared(engine, "intake", written(records), enrolled, settings(one_per=one_per))
        columns = ["person_id", "event_id", "started_on", "ended_on"]
        return engine.to_pyarrow(made.events.select(columns).order_by(columns)).to_pylist()

    mixed = rows + draw.choices(rows, k=3)
    draw.shuffle(mixed)
    assert events(mixed) == events(rows)
