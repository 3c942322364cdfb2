"""Events counted inside windows, and what a missing event means (RULES 10 to 14)."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st
from tables import given, same

from armwise.outcomes.counted import outcomes
from armwise.outcomes.event_times import event_times
from armwise.outcomes.windows import OutcomeError

VISITS = {
    "event": "ed_visit",
    "where": {},
    "measure": "count",
    "observed_while": "covered",
    "complete_through": None,
    "incomplete": "refuse",
    "later_lottery": "as_randomized",
}
ALWAYS = VISITS | {"observed_while": "always"}
COHORT = """
    enrollment_id | person_id | randomized_on | covered_until | died_on
    E1            | P1        | 2018-01-31    | 9999-12-31    |
    E2            | P2        | 2018-01-31    | 2018-02-10    |
    E3            | P3        | 2018-01-31    | 9999-12-31    | 2018-02-05
    E4            | P4        | 2018-01-31    | 2018-01-31    |
"""


def followed(engine, text=COHORT):
    return given(engine, text, treated_later_on=pa.date32())


def counted(engine, cohort, events, window, **outcome):
    return outcomes(engine, cohort, {"ed_visit": events}, "w", window, {"visits": VISITS | outcome})


def test_events_count_on_the_days_that_count(engine):
    visits = given(
        engine,
        """
        person_id | event_id | started_on
        P1        | a        | 2018-01-30
        P1        | b        | 2018-01-31
        P1        | c        | 2018-02-27
        P1        | d        | 2018-02-28
        P2        | e        | 2018-02-09
        P2        | f        | 2018-02-10
        P3        | g        | 2018-02-05
        P3        | h        | 2018-02-06
        P4        | i        | 2018-01-31
    """,
    )
    same(
        engine,
        counted(engine, followed(engine), visits, {"months": 1}),
        """
        enrollment_id | value | days_observed | first_day | ended_by | analysis_weight
        E1            | 2     | 28            | 0         | end      | 1
        E2            | 1     | 10            | 9         | coverage | 1
        E3            | 1     | 6             | 5         | death    | 1
        E4            | 0     | 0             |           | coverage | 1
    """,
    )


def test_a_returning_control_has_an_event_in_both_enrollments(engine):
    cohort = followed(
        engine,
        """
        enrollment_id | person_id | randomized_on | covered_until | died_on
        E1            | P1        | 2018-01-01    | 9999-12-31    |
        E2            | P1        | 2018-02-01    | 9999-12-31    |
    """.replace("|\n", "|           \n"),
    )
    visits = given(
        engine,
        """
        person_id | event_id | started_on
        P1        | a        | 2018-01-15
        P1        | b        | 2018-02-15
    """,
    )
    cohort = cohort.mutate(died_on=cohort.died_on.cast("date"))
    same(
        engine,
        counted(engine, cohort, visits, {"months": 2}),
        """
        enrollment_id | value | first_day
        E1            | 2     | 14
        E2            | 1     | 14
    """,
    )


def test_an_event_of_one_enrollment_is_not_the_other_s(engine):
    cohort = followed(engine)
    contacts = given(
        engine,
        """
        person_id | enrollment_id | event_id | started_on | kind
        P1        | E1            | a        | 2018-02-01 | visit
        P2        | E2            | b        | 2018-02-01 | attempt
    """,
    )
    uptake = ALWAYS | {"event": "contact", "measure": "binary"}
    same(
        engine,
        outcomes(engine, cohort, {"contact": contacts}, "w", {"months": 1}, {"uptake": uptake}),
        """
        enrollment_id | outcome | value
        E1            | uptake  | 1
        E2            | uptake  | 0
        E3            | uptake  | 0
        E4            | uptake  | 0
    """,
    )


def test_no_event_is_none_only_where_someone_would_have_seen_it(engine):
    visits = given(
        engine,
        """
        person_id | event_id | started_on
        P9        | a        | 2018-02-01
    """,
    )
    same(
        engine,
        counted(engine, followed(engine), visits, {"months": 1}, measure="binary"),
        """
        enrollment_id | value
        E1            | 0
        E2            |
        E3            | 0
        E4            |
    """,
    )
    found = counted(
        engine, followed(engine), visits, {"months": 1}, measure="binary", observed_while="always"
    )
    same(
        engine,
        found,
        """
        enrollment_id | value
        E1            | 0
        E2            | 0
        E3            | 0
        E4            | 0
    """,
    )


def test_by_a_date_includes_the_date_and_not_who_came_after(engine):
    cohort = followed(
        engine,
        """
        enrollment_id | person_id | randomized_on | covered_until | died_on
        on            | P1        | 2018-01-01    | 2018-01-01    |
        dayafter      | P2        | 2018-01-01    | 2018-01-01    |
        late          | P3        | 2018-07-01    | 2018-07-01    |
        died          | P4        | 2018-01-01    | 2018-01-01    | 2018-02-01
    """,
    )
    doses = given(
        engine,
        """
        person_id | event_id | started_on | dose_number
        P1        | 1        | 2018-06-30 | 1
        P2        | 1        | 2018-07-01 | 1
    """,
    )
    dose = ALWAYS | {"event": "covid_dose", "measure": "by_date"}
    found = outcomes(engine, cohort, {"covid_dose": doses}, "by", {"until": "2018-06-30"}, {"dose": dose})
    same(
        engine,
        found,
        """
        enrollment_id | value | days_observed | first_day
        on            | 1     | 181           | 180
        dayafter      | 0     | 181           |
        late          |       | 0             |
        died          | 0     | 32            |
    """,
    )


def test_someone_vaccinated_before_has_no_first_dose_in_follow_up(engine):
    cohort = followed(engine)
    doses = given(
        engine,
        """
        person_id | event_id | started_on | dose_number
        P1        | 1        | 2018-01-01 | 1
        P1        | 2        | 2018-02-01 | 2
    """,
    )
    dose = ALWAYS | {"event": "covid_dose", "measure": "by_date"}
    found = outcomes(engine, cohort, {"covid_dose": doses}, "by", {"until": "2018-06-30"}, {"dose": dose})
    same(
        engine,
        found.filter(found.enrollment_id == "E1"),
        """
        value
        0
    """,
    )


def test_a_window_beyond_its_source_is_refused_with_the_cohorts(engine):
    visits = given(
        engine,
        """
        person_id | event_id | started_on
        P1        | a        | 2018-02-01
    """,
    )
    cohort = followed(engine)
    assert (
        engine.to_pyarrow(
            counted(engine, cohort, visits, {"months": 1}, complete_through="2018-02-27").count()
        ).as_py()
        == 4
    )
    with pytest.raises(OutcomeError, match=r"visits, window w: .* \(2018-02-26\) for the cohort of 2018-01"):
        counted(engine, cohort, visits, {"months": 1}, complete_through="2018-02-26")
    censored = counted(
        engine, cohort, visits, {"months": 1}, complete_through="2018-02-26", incomplete="censor"
    )
    same(
        engine,
        censored.filter(censored.enrollment_id == "E1"),
        """
        days_observed | ended_by
        27            | data
    """,
    )


def test_an_attribute_unknown_for_every_event_stops_the_run(engine):
    stays = given(
        engine,
        """
        person_id | event_id | started_on
        P1        | a        | 2018-02-01
    """,
        avoidable=pa.bool_(),
    )
    with pytest.raises(OutcomeError, match="birth_date"):
        counted(engine, followed(engine), stays, {"months": 1}, where={"avoidable": True})


def test_event_times_hold_every_event_and_one_end(engine):
    visits = given(
        engine,
        """
        person_id | event_id | started_on
        P1        | a        | 2018-01-31
        P1        | b        | 2018-01-31
        P1        | c        | 2018-03-01
        P2        | d        | 2018-02-10
    """,
    )
    found = event_times(
        engine, followed(engine), {"ed_visit": visits}, {"visits": {"months": 1}}, {"visits": VISITS}
    )
    same(
        engine,
        found,
        """
        enrollment_id | outcome | day | until_day | on_date    | kind     | weight
        E1            | visits  | 0   |           | 2018-01-31 | event    | 1
        E1            | visits  | 0   |           | 2018-01-31 | event    | 1
        E1            | visits  | 0   | 28        | 2018-01-31 | at_risk  | 1
        E1            | visits  | 28  |           | 2018-02-28 | end      | 1
        E2            | visits  | 0   | 10        | 2018-01-31 | at_risk  | 1
        E2            | visits  | 10  |           | 2018-02-10 | coverage | 1
        E3            | visits  | 0   | 6         | 2018-01-31 | at_risk  | 1
        E3            | visits  | 6   |           | 2018-02-06 | death    | 1
        E4            | visits  | 0   |           | 2018-01-31 | coverage | 1
    """,
    )


DAYS = st.integers(-40, 500)
ANY_COHORT = st.lists(st.tuples(DAYS, st.none() | DAYS), min_size=1, max_size=6)


@settings(max_examples=15, deadline=None)
@any_of(ANY_COHORT, st.lists(st.tuples(st.integers(0, 5), DAYS), max_size=12), st.integers(1, 11))
def test_adjacent_windows_add_up_and_no_time_is_negative(engine, people, happened, cut):
    first = date(2018, 1, 31)
    later = [(first + timedelta(covered), died and first + timedelta(died)) for covered, died in people]
    cohort = pa.table(
        {
            "enrollment_id": [f"E{number}" for number in range(len(people))],
            "person_id": [f"P{number}" for number in range(len(people))],
            "randomized_on": [first] * len(people),
            "covered_until": [max(first, covered) for covered, _ in later],
            "died_on": pa.array([died for _, died in later], pa.date32()),
            "treated_later_on": pa.nulls(len(people), pa.date32()),
        }
    )
    visits = pa.table(
        {
            "person_id": pa.array([f"P{person}" for person, _ in happened], pa.string()),
            "event_id": pa.array([str(number) for number in range(len(happened))], pa.string()),
            "started_on": pa.array([first + timedelta(day) for _, day in happened], pa.date32()),
        }
    )
    engine.con.register("drawn_cohort", cohort)
    engine.con.register("drawn_visits", visits)
    tables = engine.table("drawn_cohort"), engine.table("drawn_visits")
    windows = [{"months": 12}, {"months": cut}, {"from_month": cut, "to_month": 12}]
    totals = [
        engine.to_pyarrow(
            counted(engine, *tables, window).order_by("enrollment_id").select("value", "days_observed")
        ).to_pylist()
        for window in windows
    ]
    for whole, start, rest in zip(*totals, strict=True):
        assert whole["value"] == start["value"] + rest["value"]
        assert whole["days_observed"] == start["days_observed"] + rest["days_observed"]
        assert min(start["days_observed"], rest["days_observed"]) >= 0
