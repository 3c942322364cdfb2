"""Inpatient stays from hospital claims (RULES 18)."""

from datetime import date, timedelta
from random import Random

import pyarrow as pa
import pytest
from hypothesis import example, settings
from hypothesis import given as any_of
from hypothesis import strategies as st
from tables import given, same

from armwise.events.stays import OF_CLAIM, hospital_claims, joined, plausible, through_ed


def stays_of(claims, text):
    lines = claims(text, bill_type="0111", revenue_code="0120", discharge_status="01")
    return joined(plausible(hospital_claims(lines)))


def test_a_claim_is_a_stay_from_admission_to_discharge(engine, claims):
    same(
        engine,
        stays_of(
            claims,
            """
        claim_id | from_date  | through_date | admission_date | discharge_date
        A        | 2018-01-30 | 2018-02-03   | 2018-01-31     | 2018-02-03
        B        | 2018-05-01 | 2018-05-04   |                |
    """,
        ),
        """
        event_id | started_on | ended_on   | n_claims
        A        | 2018-01-31 | 2018-02-03 | 1
        B        | 2018-05-01 | 2018-05-04 | 1
    """,
    )


def test_a_stay_may_begin_and_end_on_one_day(engine, claims):
    same(
        engine,
        stays_of(
            claims,
            """
        claim_id | from_date  | through_date
        A        | 2018-01-05 | 2018-01-05
    """,
        ),
        """
        started_on | ended_on
        2018-01-05 | 2018-01-05
    """,
    )


@pytest.mark.parametrize(
    ("second_from", "status", "stays"),
    [
        ("2018-01-04", "01", 1),  # overlaps
        ("2018-01-05", "01", 1),  # touches: the day of discharge
        ("2018-01-06", "01", 2),  # next day after going home
        ("2018-01-06", "02", 1),  # next day after a transfer
        ("2018-01-06", "30", 1),  # next day while still a patient
        ("2018-01-07", "30", 2),  # two days later, in any case
    ],
)
def test_claims_that_overlap_or_touch_join(engine, claims, second_from, status, stays):
    lines = claims(
        f"""
        claim_id | from_date     | through_date | discharge_status
        A        | 2018-01-01    | 2018-01-05   | {status}
        B        | {second_from} | 2018-01-09   | 01
    """,
        bill_type="0111",
        revenue_code="0120",
    )
    found = joined(hospital_claims(lines))
    assert engine.to_pyarrow(found.count()).as_py() == stays
    assert engine.to_pyarrow(found.ended_on.max()).as_py() == date(2018, 1, 9)


def test_a_short_claim_inside_a_long_one_does_not_cut_it(engine, claims):
    same(
        engine,
        stays_of(
            claims,
            """
        claim_id | from_date  | through_date
        A        | 2018-01-01 | 2018-01-20
        B        | 2018-01-03 | 2018-01-04
        C        | 2018-01-15 | 2018-01-25
    """,
        ),
        """
        event_id | started_on | ended_on   | n_claims
        A        | 2018-01-01 | 2018-01-25 | 3
    """,
    )


def test_interim_claims_are_one_stay(engine, claims):
    lines = claims(
        """
        claim_id | bill_type | from_date  | through_date | discharge_status
        A        | 0112      | 2018-01-01 | 2018-01-10   | 30
        B        | 0113      | 2018-01-11 | 2018-01-20   | 30
        C        | 0114      | 2018-01-21 | 2018-01-25   | 01
    """,
        revenue_code="0120",
    )
    same(
        engine,
        joined(hospital_claims(lines)),
        """
        started_on | ended_on   | n_claims
        2018-01-01 | 2018-01-25 | 3
    """,
    )


def test_the_first_leg_names_a_transfer(engine, claims):
    lines = claims(
        """
        claim_id | from_date  | through_date | discharge_status | principal_diagnosis | point_of_origin
        Z        | 2018-01-01 | 2018-01-03   | 02               | I509                | 1
        A        | 2018-01-03 | 2018-01-09   | 01               | J189                | 4
    """,
        bill_type="0111",
        revenue_code="0120",
    )
    lines = lines.mutate(point_of_origin=lines.point_of_origin.cast("string"))
    same(
        engine,
        joined(hospital_claims(lines)),
        """
        event_id | principal_diagnosis | point_of_origin | started_on | ended_on
        Z        | I509                | 1               | 2018-01-01 | 2018-01-09
    """,
    )


@pytest.mark.parametrize(
    ("bill", "room", "acute"),
    [
        ("0111", "0120", True),
        ("111", "0206", True),
        ("0117", "0164", True),
        ("0111", "0210", True),
        ("0111", "0171", False),  # newborn
        ("0111", "0180", False),  # leave of absence
        ("0111", "0190", False),  # subacute
        ("0111", "0250", False),  # no room at all
        ("0131", "0120", False),  # outpatient
        ("0211", "0120", False),  # skilled nursing
    ],
)
def test_acute_needs_a_hospital_bill_and_an_acute_room(engine, claims, bill, room, acute):
    lines = claims(
        """
        claim_id | from_date  | through_date
        A        | 2018-01-01 | 2018-01-03
    """,
        bill_type=bill,
        revenue_code=room,
    )
    assert engine.to_pyarrow(hospital_claims(lines).count()).as_py() == acute


def test_a_claim_longer_than_a_year_cannot_swallow_other_stays(engine, claims):
    same(
        engine,
        stays_of(
            claims,
            """
        claim_id | from_date  | through_date
        A        | 2017-01-01 | 2019-12-31
        B        | 2018-03-01 | 2018-03-04
        C        | 2018-06-01 | 2018-06-04
    """,
        ),
        """
        event_id
        B
        C
    """,
    )


def test_via_ed_asks_for_a_visit_on_the_day_of_admission(engine, claims):
    stays = stays_of(
        claims,
        """
        claim_id | from_date  | through_date
        A        | 2018-01-05 | 2018-01-08
        B        | 2018-03-05 | 2018-03-08
    """,
    )
    visits = given(
        engine,
        """
        person_id | event_id | first_day  | last_day
        P1        | V        | 2018-01-04 | 2018-01-05
        P1        | W        | 2018-03-04 | 2018-03-04
    """,
    )
    same(
        engine,
        through_ed(stays, visits, ["claim", "same_day"]),
        """
        event_id | via_ed
        A        | true
        B        | false
    """,
    )
    same(
        engine,
        through_ed(stays, visits, ["day_before"]),
        """
        event_id | via_ed
        A        | true
        B        | true
    """,
    )
    same(
        engine,
        through_ed(stays, visits, ["claim"]),
        """
        event_id | via_ed
        A        | false
        B        | false
    """,
    )


# Any claims of one person: start day, length, whether the patient goes on.
ANY_CLAIMS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12), st.booleans()), min_size=1, max_size=12
)


def islands(engine, **billed):
    """Return the stays, as [start, end] days, of each way to bill claims (start, length, goes on)."""
    first = date(2018, 1, 1)
    rows = [
        {
            "person_id": way,
            "claim_id": f"{number:02}",
            "admitted_on": first + timedelta(start),
            "discharged_on": first + timedelta(start + length),
            "reach": first + timedelta(start + length + goes_on),
            "rank": 0,
            "ed_room": False,
            **dict.fromkeys(OF_CLAIM, ""),
        }
        for way, claims in billed.items()
        for number, (start, length, goes_on) in enumerate(claims)
    ]
    engine.con.register("drawn", pa.Table.from_pylist(rows))
    found = engine.to_pyarrow(joined(engine.table("drawn"))).to_pylist()
    return {
        way: sorted((stay["started_on"], stay["ended_on"]) for stay in found if stay["person_id"] == way)
        for way in billed
    }


@settings(max_examples=25, deadline=None)
@example(claims=[(21, 0, False), (22, 0, False)], cut=0, shuffler=Random(1))
@example(claims=[(21, 1, False), (23, 0, False)], cut=9, shuffler=Random(1))
@any_of(ANY_CLAIMS, st.integers(0, 12), st.randoms(use_true_random=False))
def test_stays_depend_neither_on_order_nor_on_repeats_nor_on_splitting(engine, claims, cut, shuffler):
    start, length, goes_on = claims[0]
    # Cut before the last day: who is still a patient on the day of discharge could go on the next day.
    at = min(cut, length - 1)
    halves = [(start, at, True), (start + at, length - at, goes_on), *claims[1:]] if length else claims
    repeated = [*claims, *claims[:3]]
    shuffler.shuffle(repeated)
    found = islands(engine, plain=claims, split=halves, repeated=repeated)
    assert found["plain"] == found["split"] == found["repeated"]
    assert all(
        before[1] < after[0] for before, after in zip(found["plain"], found["plain"][1:], strict=False)
    )
