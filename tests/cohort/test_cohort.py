"""The cohort: weight, cluster, follow-up, baseline and uptake of every enrollment."""

import ibis
import pyarrow as pa
import pytest
from tables import given, same

from armwise.cohort.cohort import cohort
from armwise.cohort.participants import participants_cohort
from armwise.cohort.weights import CohortError

SETTINGS = {
    "reference": "control",
    "arms": 2,
    "baseline": [],
    "months": 12,
    "asks": {"covered": "any", "min_days": None},
    "outside": "flag",
    "gap_days": 0,
    "partial_benefits": "count",
    "later_lottery": "as_randomized",
    "counts": {},
    "uptake": None,
}
ENROLLMENT = """
    enrollment_id | person_id | randomized_on | arm     | stratum | assignment_probability
    E1            | P1        | 2017-08-01    | control | A       | 0.25
    E2            | P2        | 2017-08-01    | treated | A       | 0.75
"""


def enrolled(engine, text):
    return given(engine, text, cluster=pa.string(), birth_date=pa.date32())


def cohort_of(engine, enrollment, coverage=None, events=None, **settings):
    return cohort(engine, enrollment, coverage, events or {}, SETTINGS | settings)


def test_the_weight_is_the_inverse_probability_and_the_person_is_the_cluster(engine):
    same(
        engine,
        cohort_of(engine, enrolled(engine, ENROLLMENT)),
        """
        enrollment_id | weight  | cluster | covered_until | uptake
        E1            | 4       | P1      |               |
        E2            | 1.33333 | P2      |               |
    """,
    )


def test_probabilities_of_a_stratum_that_do_not_sum_to_1_stop_the_run(engine):
    wrong = ENROLLMENT.replace("0.75", "0.70")
    with pytest.raises(CohortError, match=r"A \(0\.95\)"):
        cohort_of(engine, enrolled(engine, wrong))


def test_a_probability_that_only_some_rows_have_stops_the_run(engine):
    with pytest.raises(CohortError, match="missing in 1 of 2 rows"):
        cohort_of(engine, enrolled(engine, ENROLLMENT.replace("0.75", "    ")))


def test_an_arm_with_two_probabilities_in_one_stratum_is_two_lotteries(engine):
    first = ENROLLMENT.splitlines()[-2]
    again = first.replace("E1", "E3").replace("P1", "P3").replace("0.25", "0.35")
    with pytest.raises(CohortError, match="differs between enrollments of one arm in stratum A"):
        cohort_of(engine, enrolled(engine, ENROLLMENT.rstrip() + "\n" + again))


def test_who_has_no_cluster_is_alone_even_where_a_cluster_bears_the_same_name(engine):
    participants = given(
        engine,
        """
        participant_id | arm     | stratum | cluster
        1              | control | A       | 2
        2              | treated | A       |
    """,
        assignment_probability=pa.float64(),
        people=pa.int64(),
    )
    strings = {name: participants[name].cast("string") for name in ("participant_id", "cluster")}
    same(
        engine,
        participants_cohort(participants.mutate(**strings), []),
        """
        enrollment_id | cluster
        1             | 2
        2             | alone: 2
    """,
    )


def test_a_stratum_with_one_arm_cannot_be_judged(engine):
    one_arm = "\n".join(ENROLLMENT.splitlines()[:-1])
    assert engine.to_pyarrow(cohort_of(engine, enrolled(engine, one_arm)).count()).as_py() == 1


def test_a_control_drawn_again_later_is_treated_later(engine):
    enrollment = enrolled(
        engine,
        """
        enrollment_id | person_id | randomized_on | arm     | stratum | assignment_probability
        E1            | P1        | 2017-08-01    | control | A       | 0.5
        E2            | P1        | 2017-09-01    | control | B       | 0.5
        E3            | P1        | 2017-10-01    | treated | C       | 0.5
        E4            | P2        | 2017-08-01    | control | A       | 0.5
        E5            | P2        | 2017-09-01    | control | B       | 0.5
    """,
    )
    same(
        engine,
        cohort_of(engine, enrollment),
        """
        enrollment_id | treated_later_on
        E1            | 2017-10-01
        E2            | 2017-10-01
        E3            |
        E4            |
        E5            |
    """,
    )
    same(
        engine,
        cohort_of(engine, enrollment, later_lottery="first_enrollment"),
        """
        enrollment_id | treated_later_on
        E1            |
        E4            |
    """,
    )


def test_baseline_counts_events_and_days_of_the_same_covered_time(engine):
    enrollment = enrolled(
        engine,
        """
        enrollment_id | person_id | randomized_on | arm     | stratum | assignment_probability
        E1            | P1        | 2018-03-31    | control | A       | 0.5
        E2            | P2        | 2018-03-31    | treated | A       | 0.5
    """,
    )
    coverage = given(
        engine,
        """
        person_id | coverage_start | coverage_end
        P1        | 2018-01-01     | 2018-01-31
        P1        | 2018-03-01     | 9999-12-31
    """,
    )
    visits = given(
        engine,
        """
        person_id | event_id | started_on
        P1        | before   | 2017-12-31
        P1        | first    | 2018-01-01
        P1        | last     | 2018-01-31
        P1        | gap      | 2018-02-01
        P1        | eve      | 2018-03-30
        P1        | index    | 2018-03-31
    """,
    )
    counts = {"baseline_visits": {"event": "ed_visit", "where": {}, "observed_while": "covered"}}
    found = cohort_of(engine, enrollment, coverage, {"ed_visit": visits}, counts=counts)
    same(
        engine,
        found,
        """
        enrollment_id | baseline_visits | baseline_days
        E1            | 3               | 61
        E2            | 0               | 0
    """,
    )
    always = {"baseline_visits": counts["baseline_visits"] | {"observed_while": "always"}}
    found = cohort_of(engine, enrollment, coverage, {"ed_visit": visits}, counts=always, months=1)
    same(
        engine,
        found,
        """
        enrollment_id | baseline_visits | baseline_days
        E1            | 1               | 30
        E2            | 0               | 0
    """,
    )


def test_a_baseline_of_whole_months_starts_on_the_last_day_of_a_short_one(engine):
    enrollment = enrolled(
        engine,
        """
        enrollment_id | person_id | randomized_on | arm     | stratum | assignment_probability
        E1            | P1        | 2018-03-31    | control | A       | 0.5
    """,
    )
    visits = given(
        engine,
        """
        person_id | event_id | started_on
        P1        | out      | 2018-02-27
        P1        | in       | 2018-02-28
    """,
    )
    counts = {"baseline_visits": {"event": "ed_visit", "where": {}, "observed_while": "always"}}
    same(
        engine,
        cohort_of(engine, enrollment, None, {"ed_visit": visits}, counts=counts, months=1),
        """
        enrollment_id | baseline_visits
        E1            | 1
    """,
    )


def test_age_is_that_at_randomization(engine):
    enrollment = given(
        engine,
        """
        enrollment_id | person_id | randomized_on | arm     | stratum | assignment_probability | birth_date
        E1            | P1        | 2018-01-01    | control | A       | 0.5                    | 1978-01-01
        E2            | P2        | 2018-01-01    | control | A       | 0.5                    |
    """,
        cluster=pa.string(),
        age=pa.float64(),
    )
    same(
        engine,
        cohort_of(engine, enrollment, baseline=["age"]),
        """
        enrollment_id | age
        E1            | 40
        E2            |
    """,
    )


def test_a_characteristic_that_the_extract_lacks_is_named(engine):
    with pytest.raises(CohortError, match=r"baseline\.income"):
        cohort_of(engine, enrolled(engine, ENROLLMENT), baseline=["income"])


def test_deaths_belong_to_the_person(engine):
    deaths = given(
        engine,
        """
        person_id | event_id | started_on
        P2        | 1        | 2018-05-05
    """,
    )
    same(
        engine,
        cohort_of(engine, enrolled(engine, ENROLLMENT), None, {"death": deaths}),
        """
        enrollment_id | died_on
        E1            |
        E2            | 2018-05-05
    """,
    )


def test_uptake_is_a_contact_of_the_same_enrollment_that_was_no_attempt(engine):
    enrollment = enrolled(
        engine,
        """
        enrollment_id | person_id | randomized_on | arm     | stratum | assignment_probability
        E1            | P1        | 2017-08-01    | control | A       | 0.5
        E2            | P1        | 2017-09-01    | treated | A       | 0.5
        E3            | P2        | 2017-08-01    | treated | B       | 0.5
    """,
    )
    contacts = given(
        engine,
        """
        person_id | event_id | enrollment_id | started_on | kind
        P1        | 1        | E2            | 2017-09-05 | visit
        P2        | 2        | E3            | 2017-09-05 | attempt
    """,
    )
    uptake = {"event": "contact", "where": {}}
    same(
        engine,
        cohort_of(engine, enrollment, None, {"contact": contacts}, uptake=uptake),
        """
        enrollment_id | uptake
        E1            | false
        E2            | true
        E3            | false
    """,
    )


def test_participants_without_stratum_cluster_or_probability_are_the_simple_case(engine):
    participants = given(
        engine,
        """
        participant_id | arm     | stratum | cluster | got | age
        1              | control |         |         | 1   | 30
        2              | treated |         | C       | 0   |
    """,
        assignment_probability=pa.float64(),
        people=pa.int64(),
    )
    strings = {name: participants[name].cast("string") for name in ("participant_id", "stratum", "cluster")}
    same(
        engine,
        participants_cohort(participants.mutate(**strings), ["age"], "got"),
        """
        enrollment_id | person_id | stratum | cluster | weight | age | uptake
        1             | 1         | all     | alone: 1 | 1      | 30  | true
        2             | 2         | all     | C       | 1      |     | false
    """,
    )


def test_a_characteristic_without_any_value_stops_the_run(engine):
    enrollment = enrolled(engine, ENROLLMENT)
    enrollment = enrollment.mutate(sex=ibis.null("string"), tier=ibis.literal("high"))
    with pytest.raises(CohortError, match=r"baseline\.sex: no row"):
        cohort_of(engine, enrollment, baseline=["sex", "tier"])
