"""Days at risk, counts and weights of many small people agree with those counted by hand, day by day."""

import random
from datetime import date
from itertools import cycle
from typing import Any

import pyarrow as pa
import pytest
from definition_steps import typed
from ibis.backends.duckdb import Backend
from oracle.follow_up_by_hand import FAR, analysed, covered_days, p_control, stretches

from armwise.cohort import coverage
from armwise.cohort.cohort import cohort
from armwise.events.deaths import deaths
from armwise.extracts.contracts import CONTRACTS
from armwise.extracts.engine import connect, hold, rows_of
from armwise.outcomes.at_risk import known
from armwise.outcomes.counted import outcomes
from armwise.outcomes.windows import FollowUp

START = date(2018, 1, 20).toordinal()
OPEN = date(9999, 12, 31).toordinal()
WINDOWS = {
    "1mo": {"months": 1},
    "month 2": {"from_month": 1, "to_month": 2},
    "2mo": {"months": 2},
    "February": {"since": "2018-02-01", "until": "2018-02-28"},
    "to March": {"until": "2018-03-05"},
}
PRIMARY = {
    "coverage": "first_gap",
    "gap_days": 0,
    "death": "ends",
    "later_lottery": "as_randomized",
    "through": None,
}
ANALYSES = {
    "primary": {},
    "bridged": {"gap_days": 4},
    "all covered": {"coverage": "all_covered_days"},
    "all covered, bridged, weighted": {
        "coverage": "all_covered_days",
        "gap_days": 3,
        "later_lottery": "end_at_treatment",
    },
    "ignored": {"coverage": "ignore", "through": START + 40},
    "time goes on": {"death": "ignore"},
    "time goes on, all covered": {"death": "ignore", "coverage": "all_covered_days", "gap_days": 2},
    "weighted": {"later_lottery": "end_at_treatment", "through": START + 45},
    "first": {"later_lottery": "first_enrollment", "gap_days": 1},
}


def person(of: random.Random, number: int) -> dict[str, Any]:
    """Return someone with whom everything happens within weeks."""
    day = lambda first, last: START + of.randint(first, last)  # noqa: E731
    spans = [
        (first, first + of.choice((0, 1, 5, 20, 60)))
        for first in (day(-20, 60) for _ in range(of.randint(0, 4)))
    ]
    spans += [(day(-30, 5), OPEN)] * (of.random() < 0.3)
    enrollments = [
        (f"E{number}.{place}", day(0, 30), of.choice(("control", "control", "offered")))
        for place in range(of.choice((1, 1, 2, 3)))
    ]
    return {
        "id": f"P{number}",
        "enrollments": enrollments,
        "spans": spans,
        "died": day(-5, 70) if of.random() < 0.3 else None,
        "events": [day(-3, 90) for _ in range(of.randint(0, 5))],
    }


def iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def sent(engine: Backend, people: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the sources of people as the contracts type them."""
    enrollment = [
        {
            "enrollment_id": name,
            "person_id": each["id"],
            "randomized_on": iso(day),
            "arm": arm,
            "stratum": iso(day),
            "assignment_probability": str(p_control(day) if arm == "control" else 1 - p_control(day)),
        }
        for each in people
        for name, day, arm in each["enrollments"]
    ]
    spans = [
        {"person_id": each["id"], "coverage_start": iso(first), "coverage_end": iso(last)}
        for each in people
        for first, last in each["spans"]
    ]
    died = [
        {"person_id": each["id"], "died_on": iso(each["died"])} for each in people if each["died"] is not None
    ]
    rows = {"enrollment": enrollment, "coverage": spans, "deaths": died}
    return {name: typed(engine, name, CONTRACTS[name], of) for name, of in rows.items()}


def visits(engine: Backend, people: list[dict[str, Any]]) -> Any:
    """Return the events of people."""
    happened = [(each["id"], day) for each in people for day in each["events"]]
    columns = {
        "person_id": [name for name, _ in happened],
        "event_id": [str(number) for number in range(len(happened))],
        "started_on": [date.fromordinal(day) for _, day in happened],
    }
    engine.con.register("case_visits", pa.table(columns))
    return engine.table("case_visits")


def found(
    engine: Backend, people: list[dict[str, Any]], how: dict[str, Any], window: dict[str, Any]
) -> dict[str, Any]:
    """Return what the package counts, in the words of the count by hand."""
    extracts = sent(engine, people)
    settings = {
        "reference": "control",
        "arms": 2,
        "baseline": [],
        "months": 12,
        "asks": {"covered": "any", "min_days": 0},
        "outside": "flag",
        "counts": {},
        "uptake": None,
        "gap_days": how["gap_days"],
        "partial_benefits": "count",
        "later_lottery": "as_randomized",
    }
    made = cohort(
        engine, extracts["enrollment"], extracts["coverage"], {"death": deaths(extracts["deaths"])}, settings
    )
    follow_up = FollowUp(**{key: value for key, value in how.items() if key != "through"})
    outcome = {
        "event": "visit",
        "where": {},
        "observed_while": "covered",
        "incomplete": "censor",
        "complete_through": how["through"] and iso(how["through"]),
    }
    wanted = {"n": {**outcome, "measure": "count"}, "any": {**outcome, "measure": "binary"}}
    more = known(engine, extracts, follow_up, "control")
    counted = outcomes(
        engine,
        hold(engine, made, "people"),
        {"visit": visits(engine, people)},
        "w",
        window,
        wanted,
        follow_up,
        more,
    )
    told: dict[str, Any] = {}
    for row in rows_of(engine, counted):
        of = told.setdefault(row["enrollment_id"], {})
        if row["outcome"] == "any":
            of |= {"any": row["value"], "any_weight": row["analysis_weight"]}
        else:
            of |= {
                key: row[key] for key in ("value", "weighted_value", "weighted_days", "first_day", "ended_by")
            }
            of["days"] = row["days_observed"]
    return told


def differences(by_hand: dict[str, Any], told: dict[str, Any]) -> list[Any]:
    """Return the enrollments of which the two tell something else."""
    assert by_hand.keys() == told.keys()
    return [
        (name, key, value, told[name][key])
        for name, of in by_hand.items()
        for key, value in of.items()
        if told[name][key] != (pytest.approx(value, abs=1e-8) if isinstance(value, float) else value)
    ]


@pytest.fixture(scope="module")
def engine() -> Backend:
    return connect(threads=1)


@pytest.mark.parametrize(("name", "window"), zip(ANALYSES, cycle(WINDOWS)))
def test_days_and_events_are_those_counted_day_by_day(engine: Backend, name: str, window: str):
    how, of = PRIMARY | ANALYSES[name], random.Random(name)
    people = [person(of, number) for number in range(400)]
    by_hand = analysed(people, WINDOWS[window], how)
    assert not differences(by_hand, found(engine, people, how, WINDOWS[window]))[:3]


def test_stretches_are_runs_of_covered_days(engine: Backend):
    people = [person(random.Random(number), number) for number in range(200)]
    spans = sent(engine, people)["coverage"]
    for gap in (0, 4):
        rows = rows_of(engine, coverage.stretches(spans, gap))
        told = sorted(
            (row["person_id"], iso(row["starts_on"].toordinal()), str(row["ends_on"])) for row in rows
        )
        by_hand = [
            (each["id"], iso(start), "9999-12-31" if end > FAR else iso(end))
            for each in people
            for start, end in stretches(covered_days(each["spans"], gap))
        ]
        assert told == sorted(by_hand)
