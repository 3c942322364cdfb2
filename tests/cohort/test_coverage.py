"""Coverage: spans joined, gaps bridged, and until when an enrollment stayed covered (RULES 9, 12)."""

import pytest
from tables import given, same

from armwise.cohort.coverage import covered_until, stretches


def test_the_last_day_of_coverage_is_covered_and_spans_that_meet_are_one(engine):
    coverage = given(
        engine,
        """
        person_id | coverage_start | coverage_end
        P1        | 2018-01-01     | 2018-01-31
        P1        | 2018-02-01     | 2018-02-28
        P1        | 2018-03-02     | 2018-03-31
        P2        | 2018-01-01     | 9999-12-31
        P2        | 2018-02-01     | 2018-02-28
        P2        | 2018-02-01     | 2018-02-28
    """,
    )
    same(
        engine,
        stretches(coverage),
        """
        person_id | starts_on  | ends_on
        P1        | 2018-01-01 | 2018-03-01
        P1        | 2018-03-02 | 2018-04-01
        P2        | 2018-01-01 | 9999-12-31
    """,
    )


@pytest.mark.parametrize(("gap_days", "ends_on"), [(0, "2018-02-01"), (27, "2018-02-01"), (28, "2018-04-01")])
def test_a_gap_is_bridged_up_to_the_tolerance(engine, gap_days, ends_on):
    coverage = given(
        engine,
        """
        person_id | coverage_start | coverage_end
        P1        | 2018-01-01     | 2018-01-31
        P1        | 2018-03-01     | 2018-03-31
    """,
    )
    first = stretches(coverage, gap_days).order_by("starts_on").limit(1)
    same(
        engine,
        first,
        f"""
        starts_on  | ends_on
        2018-01-01 | {ends_on}
    """,
    )


def test_covered_until_is_the_end_of_the_stretch_that_holds_randomization(engine):
    randomized = given(
        engine,
        """
        enrollment_id | person_id | randomized_on
        within        | P1        | 2018-01-15
        lastday       | P1        | 2018-01-31
        gap           | P1        | 2018-02-01
        again         | P1        | 2018-02-10
        open          | P2        | 2018-02-10
        before        | P2        | 2017-12-31
        never         | P3        | 2018-02-10
    """,
    )
    covered = stretches(
        given(
            engine,
            """
        person_id | coverage_start | coverage_end
        P1        | 2018-01-01     | 2018-01-31
        P1        | 2018-02-10     | 2018-03-31
        P2        | 2018-01-01     | 9999-12-31
    """,
        )
    )
    same(
        engine,
        covered_until(randomized, covered),
        """
        enrollment_id | covered_until
        within        | 2018-02-01
        lastday       | 2018-02-01
        gap           | 2018-02-01
        again         | 2018-04-01
        open          | 9999-12-31
        before        | 2017-12-31
        never         | 2018-02-10
    """,
    )


def test_a_gap_before_the_first_covered_day_is_bridged_like_any_other(engine):
    randomized = given(
        engine,
        """
        enrollment_id | person_id | randomized_on
        E1            | P1        | 2017-12-22
        E2            | P1        | 2017-12-21
    """,
    )
    covered = stretches(
        given(
            engine,
            """
        person_id | coverage_start | coverage_end
        P1        | 2018-01-01     | 2018-01-31
    """,
        ),
        10,
    )
    same(
        engine,
        covered_until(randomized, covered, 10),
        """
        enrollment_id | covered_until
        E1            | 2018-02-01
        E2            | 2017-12-21
    """,
    )
