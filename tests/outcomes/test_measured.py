"""Outcomes that arrive as columns: values, time at risk, and when events happened."""

import pyarrow as pa
import pytest
from tables import given

from armwise.cohort.participants import each_participant
from armwise.extracts.engine import rows_of
from armwise.extracts.errors import ExtractError
from armwise.outcomes.measured import measured
from armwise.outcomes.times_in_columns import times_in_columns

ONE = {"measure": "count", "column": "status", "followed": "time", "event_days": [], "died": "died"}
SEVERAL = {
    "measure": "count",
    "column": None,
    "followed": "until",
    "event_days": ["day1", "day2"],
    "died": None,
}


@pytest.fixture
def people(engine):
    """Ann has an event on day 400 and others on days 30 and 500; Bob dies on day 100; Cid is unknown."""
    return given(
        engine,
        """
        participant_id | status | time | died | until | day1 | day2
        ann            | 1      | 400  | 0    | 500   | 30   | 500
        bob            | 0      | 100  | 1    | 100   |      |
        cid            |        |      |      |       |      |
        """,
        people=pa.int64(),
    )


def values(engine, people, outcome, months):
    found = rows_of(engine, measured(people, {"x": outcome}, "w", months).order_by("enrollment_id"))
    return [(row["value"], row["days_observed"] and round(row["days_observed"])) for row in found]


def test_a_window_counts_what_happened_by_its_end_and_ends_the_time_at_risk(engine, people):
    assert values(engine, people, ONE, None) == [(1, 400), (0, 100), (None, None)]
    assert values(engine, people, ONE, 12) == [(0, 365), (0, 100), (None, None)]
    assert values(engine, people, SEVERAL, None) == [(2, 500), (0, 100), (None, None)]
    assert values(engine, people, SEVERAL, 12) == [(1, 365), (0, 100), (None, None)]


def test_an_event_on_day_d_is_on_the_d_th_day_and_precedes_the_end_of_that_day(engine, people):
    times = rows_of(engine, times_in_columns(engine, people, {"one": ONE, "several": SEVERAL}))
    told = {(r["outcome"], r["enrollment_id"], r["kind"], r["day"], r["until_day"]) for r in times}
    assert told == {
        ("one", "ann", "event", 399, None), ("one", "ann", "at_risk", 0, 400),
        ("one", "ann", "death", 400, None),
        ("one", "bob", "at_risk", 0, 100), ("one", "bob", "death", 100, None),
        ("several", "ann", "event", 29, None), ("several", "ann", "event", 499, None),
        ("several", "ann", "at_risk", 0, 500), ("several", "ann", "end", 500, None),
        ("several", "bob", "at_risk", 0, 100), ("several", "bob", "end", 100, None),
    }  # fmt: skip


def test_several_events_need_their_days(engine):
    twice = given(
        engine,
        """
        participant_id | status | time | died
        ann            | 2      | 400  | 0
        """,
        people=pa.int64(),
    )
    with pytest.raises(ExtractError, match=r"column status holds more than one event.*event_days"):
        times_in_columns(engine, twice, {"x": ONE})


def test_a_row_stands_for_as_many_participants_as_it_says(engine):
    cells = given(
        engine,
        """
        participant_id | people | number
        1              | 2      | 7
        2              |        | 8
        3              | 0      | 9
        """,
    ).mutate(participant_id=lambda t: t.participant_id.cast("string"))
    found = rows_of(engine, each_participant(cells).order_by("participant_id"))
    assert [(row["participant_id"], row["number"]) for row in found] == [("1-1", 7), ("1-2", 7), ("2", 8)]
