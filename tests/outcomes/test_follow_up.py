"""What ends observation is a choice: coverage, death, later lotteries, and whom an analysis is about."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st
from tables import given, same

from armwise.cohort.coverage import covered_until, seen_by_plan, stretches
from armwise.cohort.lotteries import stayed_control, treated_later
from armwise.outcomes.at_risk import Known
from armwise.outcomes.counted import outcomes
from armwise.outcomes.event_times import event_times
from armwise.outcomes.windows import PRIMARY, FollowUp

VISITS = {"event": "ed_visit", "where": {}, "measure": "count", "observed_while": "covered"}
GAPS = """
    person_id | coverage_start | coverage_end
    P1        | 2018-01-01     | 2018-01-10
    P1        | 2018-01-21     | 2018-03-31
    P2        | 2018-01-21     | 2018-01-25
    P3        | 2018-01-01     | 2018-12-31
"""
COHORT = """
    enrollment_id | person_id | randomized_on | died_on
    E1            | P1        | 2018-01-01    |
    E2            | P2        | 2018-01-01    |
    E3            | P3        | 2018-01-01    | 2018-01-20
"""
HAPPENED = """
    person_id | event_id | started_on
    P1        | a        | 2018-01-05
    P1        | b        | 2018-01-15
    P1        | c        | 2018-01-21
    P1        | d        | 2018-01-31
    P2        | e        | 2018-01-22
    P3        | f        | 2018-01-19
"""


def counted(engine, follow_up, window=None, cohort=COHORT, **outcome):
    people = given(engine, cohort, treated_later_on=pa.date32(), continuous_before=pa.bool_())
    covered = stretches(given(engine, GAPS), follow_up.gap_days)
    people = people.left_join(covered_until(people, covered, follow_up.gap_days), "enrollment_id")
    people = people.drop("enrollment_id_right") if "enrollment_id_right" in people.columns else people
    events = {"ed_visit": given(engine, HAPPENED)}
    settings_of = {"visits": VISITS | outcome}
    return outcomes(
        engine, people, events, "w", window or {"months": 1}, settings_of, follow_up, Known(covered)
    )


def test_observation_ends_at_the_first_gap(engine):
    same(
        engine,
        counted(engine, PRIMARY),
        """
        enrollment_id | value | days_observed | ended_by
        E1            | 1     | 10            | coverage
        E2            | 0     | 0             | coverage
        E3            | 1     | 20            | death
    """,
    )


def test_a_bridged_gap_is_at_risk_and_its_events_count(engine):
    same(
        engine,
        counted(engine, FollowUp(gap_days=10)),
        """
        enrollment_id | value | days_observed | ended_by
        E1            | 4     | 31            | end
        E2            | 0     | 0             | coverage
        E3            | 1     | 20            | death
    """,
    )


def test_all_covered_days_count_with_the_events_on_them(engine):
    """P1 is covered on Jan 1 to 10 and 21 to 31, P2 on Jan 21 to 25."""
    same(
        engine,
        counted(engine, FollowUp(coverage="all_covered_days")),
        """
        enrollment_id | value | days_observed | first_day | ended_by
        E1            | 3     | 21            | 4         | end
        E2            | 1     | 5             | 21        | coverage
        E3            | 1     | 20            | 18        | death
    """,
    )


def test_a_share_is_not_known_where_days_before_the_end_were_not_seen(engine):
    """P1 is not covered on Jan 11 to 20, nor P4, who had no visit on the days that were seen."""
    follow_up = FollowUp(coverage="all_covered_days")
    known = Known(
        stretches(given(engine, GAPS + "    P4 | 2018-01-01 | 2018-01-10\n    P4 | 2018-01-21 | 2018-03-31"))
    )
    cohort = given(engine, COHORT + "    E4 | P4 | 2018-01-01 |", treated_later_on=pa.date32())
    happened = {"ed_visit": given(engine, HAPPENED)}
    outcome = {"any_visit": VISITS | {"measure": "binary"}}
    same(
        engine,
        outcomes(
            engine,
            cohort.mutate(covered_until=cohort.died_on),
            happened,
            "w",
            {"months": 1},
            outcome,
            follow_up,
            known,
        ),
        """
        enrollment_id | value | ended_by
        E1            | 1     | end
        E2            | 1     | coverage
        E3            | 1     | death
        E4            |       | end
    """,
    )


def test_coverage_can_be_ignored(engine):
    same(
        engine,
        counted(engine, FollowUp(coverage="ignore")),
        """
        enrollment_id | value | days_observed | ended_by
        E1            | 4     | 31            | end
        E2            | 1     | 31            | end
        E3            | 1     | 20            | death
    """,
    )


def test_who_died_while_covered_can_stay_at_risk_without_events(engine):
    same(
        engine,
        counted(engine, FollowUp(death="ignore")),
        """
        enrollment_id | value | days_observed | ended_by
        E1            | 1     | 10            | coverage
        E2            | 0     | 0             | coverage
        E3            | 1     | 31            | end
    """,
    )


@pytest.mark.parametrize(("among", "who"), [("covered_window", ["E3"]), ("everyone", ["E1", "E2", "E3"])])
def test_an_analysis_can_be_about_those_covered_throughout(engine, among, who):
    found = counted(engine, FollowUp(among=among))
    assert sorted(row["enrollment_id"] for row in engine.to_pyarrow(found).to_pylist()) == who


def test_flagged_spans_do_not_count_where_care_is_not_seen(engine):
    coverage = given(
        engine,
        """
        person_id | coverage_start | coverage_end | partial_benefits | other_payer
        P1        | 2018-01-01     | 2018-01-31   | 0                | 0
        P1        | 2018-02-01     | 2018-02-28   | 1                | 0
        P2        | 2018-01-01     | 2018-01-31   |                  | 1
        P2        | 2018-01-11     | 2018-01-20   | 0                | 0
    """,
    )
    same(
        engine,
        stretches(seen_by_plan(coverage, "not_covered")),
        """
        person_id | starts_on  | ends_on
        P1        | 2018-01-01 | 2018-02-01
        P2        | 2018-01-11 | 2018-01-21
    """,
    )
    assert seen_by_plan(coverage, "count") is coverage


LOTTERIES = """
    enrollment_id | person_id | randomized_on | arm     | assignment_probability
    E1            | P1        | 2018-01-01    | control | 0.5
    E2            | P1        | 2018-02-01    | control | 0.8
    E3            | P1        | 2018-03-01    | control | 0.5
    E4            | P1        | 2018-04-01    | offer   | 0.5
    E5            | P2        | 2018-01-01    | offer   | 0.5
"""


def test_days_after_a_later_lottery_stand_for_those_that_it_took(engine):
    """P1 stayed a control with probability 0.8 in February and 0.5 in March, and was treated in April."""
    enrollment = given(engine, LOTTERIES)
    same(
        engine,
        stayed_control(enrollment, "control"),
        """
        enrollment_id | from_on    | until_on   | weight
        E1            | 2018-01-01 | 2018-02-01 | 1
        E1            | 2018-02-01 | 2018-03-01 | 1.25
        E1            | 2018-03-01 | 9999-12-31 | 2.5
        E2            | 2018-02-01 | 2018-03-01 | 1
        E2            | 2018-03-01 | 9999-12-31 | 2
        E3            | 2018-03-01 | 9999-12-31 | 1
        E4            | 2018-04-01 | 9999-12-31 | 1
        E5            | 2018-01-01 | 9999-12-31 | 1
    """,
    )
    same(
        engine,
        treated_later(enrollment, "control"),
        """
        enrollment_id | treated_later_on
        E1            | 2018-04-01
        E2            | 2018-04-01
        E3            | 2018-04-01
    """,
    )


def drawn_again(engine, visits, **outcome):
    enrollment = given(engine, LOTTERIES, died_on=pa.date32(), covered_until=pa.date32())
    people = enrollment.left_join(treated_later(enrollment, "control"), "enrollment_id").select(
        *enrollment.columns, "treated_later_on"
    )
    follow_up = FollowUp(later_lottery="end_at_treatment")
    return outcomes(
        engine,
        people,
        {"ed_visit": given(engine, visits)},
        "w",
        {"months": 6},
        {"visits": VISITS | {"observed_while": "always"} | outcome},
        follow_up,
        Known(pieces=stayed_control(enrollment, "control")),
    )


def test_events_and_days_carry_the_weight_of_their_day(engine):
    """E1: January 31 days at 1, February 28 at 1.25, March 31 at 2.5; a visit in each counts likewise."""
    visits = """
        person_id | event_id | started_on
        P1        | a        | 2018-01-10
        P1        | b        | 2018-02-10
        P1        | c        | 2018-03-10
        P1        | d        | 2018-04-01
        P2        | e        | 2018-04-10
    """
    same(
        engine,
        drawn_again(engine, visits),
        """
        enrollment_id | value | days_observed | weighted_value | weighted_days | ended_by
        E1            | 3     | 90            | 4.75           | 143.5         | later_lottery
        E2            | 2     | 59            | 3              | 90            | later_lottery
        E3            | 1     | 31            | 1              | 31            | later_lottery
        E4            | 1     | 183           | 1              | 183           | end
        E5            | 1     | 181           | 1              | 181           | end
    """,
    )


def test_a_share_weighs_who_was_not_taken_by_a_lottery(engine):
    """E1's first visit is in February; E2 and E3 are taken in April without one and weigh nothing."""
    visits = """
        person_id | event_id | started_on
        P1        | b        | 2018-02-10
    """
    found = drawn_again(engine, visits, measure="binary")
    same(
        engine,
        found,
        """
        enrollment_id | value | analysis_weight | ended_by
        E1            | 1     | 1.25            | later_lottery
        E2            | 1     | 1               | later_lottery
        E3            |       | 0               | later_lottery
        E4            | 0     | 1               | end
        E5            | 0     | 1               | end
    """,
    )


DAYS = st.integers(0, 400)
SPAN = st.tuples(st.integers(0, 2), DAYS, st.integers(0, 120))
FIRST = date(2018, 1, 31)


def drawn(engine, spans, visits, cut=None):
    """Return a cohort of three, their coverage (cut in two at `cut`, twice and backwards) and visits."""
    rows = [(person, start, start + length) for person, start, length in spans]
    if cut is not None:
        rows = [piece for person, start, end in rows for piece in _pieces(person, start, end, cut)][::-1]
    tables = {
        "drawn_cohort": {
            "enrollment_id": [f"E{n}" for n in range(3)],
            "person_id": [f"P{n}" for n in range(3)],
            "randomized_on": [FIRST + timedelta(40)] * 3,
            "died_on": pa.nulls(3, pa.date32()),
            "treated_later_on": pa.nulls(3, pa.date32()),
        },
        "drawn_coverage": {
            "person_id": pa.array([f"P{person}" for person, _, _ in rows], pa.string()),
            "coverage_start": pa.array([FIRST + timedelta(start) for _, start, _ in rows], pa.date32()),
            "coverage_end": pa.array([FIRST + timedelta(end) for _, _, end in rows], pa.date32()),
        },
        "drawn_events": {
            "person_id": pa.array([f"P{person}" for person, _ in visits], pa.string()),
            "event_id": pa.array([str(number) for number in range(len(visits))], pa.string()),
            "started_on": pa.array([FIRST + timedelta(day) for _, day in visits], pa.date32()),
        },
    }
    for name, columns in tables.items():
        engine.con.register(name, pa.table(columns))
    return [engine.table(name) for name in tables]


def _pieces(person, start, end, cut):
    whole = [(person, start, end)]
    return [*whole, (person, start, cut - 1), (person, cut, end)] if start < cut <= end else whole * 2


def at_risk_in(engine, drawn_tables, follow_up, window):
    people, coverage, visits = drawn_tables
    covered = stretches(coverage, follow_up.gap_days)
    until = covered_until(people, covered, follow_up.gap_days)
    people = people.left_join(until, "enrollment_id").select(*people.columns, "covered_until")
    found = outcomes(
        engine, people, {"ed_visit": visits}, "w", window, {"visits": VISITS}, follow_up, Known(covered)
    )
    columns = ["enrollment_id", "value", "days_observed", "ended_by"]
    return engine.to_pyarrow(found.order_by("enrollment_id").select(columns)).to_pylist()


CHOICES = st.sampled_from([PRIMARY, FollowUp(coverage="all_covered_days")])
VISITED = st.lists(st.tuples(st.integers(0, 2), DAYS), max_size=8)


@settings(max_examples=6, deadline=None)
@any_of(st.lists(SPAN, min_size=1, max_size=6), VISITED, DAYS, st.integers(0, 20), CHOICES)
def test_time_at_risk_does_not_depend_on_how_coverage_was_sent(engine, spans, visits, cut, gap, choice):
    follow_up = FollowUp(coverage=choice.coverage, gap_days=gap)
    as_sent = at_risk_in(engine, drawn(engine, spans, visits), follow_up, {"months": 9})
    assert at_risk_in(engine, drawn(engine, spans, visits, cut), follow_up, {"months": 9}) == as_sent


@settings(max_examples=6, deadline=None)
@any_of(st.lists(SPAN, min_size=1, max_size=6), VISITED, st.integers(1, 11), st.integers(0, 20), CHOICES)
def test_adjacent_windows_add_up_under_every_rule_of_coverage(engine, spans, visits, month, gap, choice):
    follow_up = FollowUp(coverage=choice.coverage, gap_days=gap)
    tables = drawn(engine, spans, visits)
    windows = [{"months": 12}, {"months": month}, {"from_month": month, "to_month": 12}]
    whole, first, rest = (at_risk_in(engine, tables, follow_up, window) for window in windows)
    longest = [365, None, None]
    for all_, start, end in zip(whole, first, rest, strict=True):
        assert all_["value"] == start["value"] + end["value"]
        assert all_["days_observed"] == start["days_observed"] + end["days_observed"]
        assert 0 <= all_["days_observed"] <= longest[0]


@settings(max_examples=6, deadline=None)
@any_of(st.lists(SPAN, min_size=1, max_size=6), VISITED, st.integers(0, 20))
def test_all_covered_days_are_never_fewer_than_those_until_the_first_gap(engine, spans, visits, gap):
    tables = drawn(engine, spans, visits)
    until_gap, covered = (
        at_risk_in(engine, tables, FollowUp(coverage=rule, gap_days=gap), {"months": 12})
        for rule in ("first_gap", "all_covered_days")
    )
    for first, every in zip(until_gap, covered, strict=True):
        assert first["days_observed"] <= every["days_observed"] <= 365
        assert first["value"] <= every["value"]


def test_curves_see_every_span_at_risk(engine):
    people = given(engine, COHORT, treated_later_on=pa.date32(), covered_until=pa.date32())
    follow_up = FollowUp(coverage="all_covered_days")
    found = event_times(
        engine,
        people.filter(people.enrollment_id == "E1"),
        {"ed_visit": given(engine, HAPPENED)},
        {"visits": {"months": 1}},
        {"visits": VISITS},
        follow_up,
        Known(stretches(given(engine, GAPS))),
    )
    same(
        engine,
        found,
        """
        day | until_day | kind
        0   | 10        | at_risk
        4   |           | event
        20  | 31        | at_risk
        20  |           | event
        30  |           | event
        31  |           | end
    """,
    )
