"""Score and exact limits: as published, against statsmodels, by hand, and where nothing occurred."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from armwise.estimates.design import aligned, analysed, declare
from armwise.estimates.few_events import (
    Tables,
    difference_score,
    exact_rate_ratio,
    few_events_results,
    limits,
    ratio_score,
)
from armwise.estimates.inference import Precision


def table(arm, reference):
    """One stratum: (events, enrollments) of the arm and of the reference."""
    return Tables(np.array([[reference[0]], [arm[0]]], float), np.array([[reference[1]], [arm[1]]], float))


def of_difference(tables, at):
    return limits(difference_score, tables, at, -1 + 1e-9, 1 - 1e-9, 0.95)


NEWCOMBE = [
    ((56, 70), (48, 80), (0.0528, 0.3382)),
    ((9, 10), (3, 10), (0.1700, 0.8406)),
    ((6, 7), (2, 7), (0.0342, 0.8534)),
    ((5, 56), (0, 29), (-0.0326, 0.1933)),
    ((0, 10), (0, 20), (-0.1658, 0.2844)),
]


@pytest.mark.parametrize(("arm", "reference", "printed"), NEWCOMBE)
def test_score_limits_of_a_difference_as_published(arm, reference, printed):
    """Newcombe (1998), Statistics in Medicine 17:873, table II, method 6.

    Not against statsmodels (up to 0.15): a coefficient of its cubic is wrong (statsmodels#10269).
    """
    at = arm[0] / arm[1] - reference[0] / reference[1]
    assert of_difference(table(arm, reference), at) == pytest.approx(printed, abs=5.1e-5)


@pytest.mark.parametrize(
    ("arm", "reference"), [((56, 70), (48, 80)), ((9, 10), (3, 10)), ((0, 1131), (18, 1129))]
)
def test_score_limits_of_a_ratio_as_in_statsmodels(arm, reference):
    expected = confint_proportions_2indep(*arm, *reference, method="score", compare="ratio", correction=True)
    ratio = arm[0] / arm[1] / (reference[0] / reference[1])
    found = limits(ratio_score, table(arm, reference), ratio, 0.0, 1e6, 0.95)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_no_event_in_an_arm_of_adolescents():
    """0 of 1,131 against 18 of 1,129: 1 - 0.025^(1/18) is the most that one arm's share of cases can be."""
    most = 1 - 0.025 ** (1 / 18)
    found = exact_rate_ratio((18, 0), (1129.0, 1131.0), 0.95)
    assert found["estimate"] == found["ci_low"] == 0
    assert found["ci_high"] == pytest.approx(most / (1 - most) * 1129 / 1131)


@given(st.tuples(st.integers(0, 8), st.integers(0, 8)), st.integers(9, 40), st.integers(9, 40))
def test_limits_hold_the_estimate_and_reject_at_their_ends(events, arm, reference):
    tables = table((events[0], arm), (events[1], reference))
    at = events[0] / arm - events[1] / reference
    low, high = of_difference(tables, at)
    assert -1 <= low <= at <= high <= 1
    assert difference_score(tables, low) == pytest.approx(1.959963985, abs=1e-6)
    assert difference_score(tables, high) == pytest.approx(-1.959963985, abs=1e-6)


def test_two_equal_strata_are_one_of_twice_the_size():
    once = table((3, 20), (9, 30))
    twice = Tables(np.repeat(once.events, 2, axis=1), np.repeat(once.size, 2, axis=1))
    low, high = of_difference(twice, -0.15)
    single, doubled = of_difference(once, -0.15), of_difference(table((6, 40), (18, 60)), -0.15)
    assert single[0] < low < -0.15 < high < single[1]
    assert (low, high) == pytest.approx(doubled, abs=0.005)


@pytest.fixture
def found(make_cohort, make_outcomes):
    def of(usual, offer, measure="binary", days=None):
        cohort = make_cohort([{"arm": "usual"}] * len(usual) + [{"arm": "offer"}] * len(offer))
        design = declare(cohort, ["usual", "offer"], "usual")
        outcome = aligned(design, make_outcomes([*usual, *offer], days), "y", "w", {"measure": measure})
        return {r.measure: r for r in few_events_results(analysed(design, outcome), Precision())}

    return of


def test_few_events_in_an_arm_give_score_limits(found):
    results = found([1] * 12 + [0] * 88, [0] * 100)
    assert results["risk_difference"].method == "score.unadjusted.independent"
    assert results["risk_difference"].ci_high < 0 < results["risk_difference"].p_value < 0.001
    assert results["risk_ratio"].estimate == results["risk_ratio"].ci_low == 0


def test_enough_events_leave_it_to_the_model(found):
    assert found([1, 0] * 20, [1, 0] * 20) == {}


def test_no_event_anywhere_still_bounds_the_difference(found):
    results = found([0] * 50, [0] * 50)
    assert set(results) == {"risk_difference"}
    assert results["risk_difference"].ci_high == pytest.approx(-results["risk_difference"].ci_low)


def test_single_events_over_time_give_an_exact_ratio(found):
    results = found([1, 1, 0, 0], [0, 0, 0, 0], "count", [365.25] * 8)
    assert results["rate_ratio"].method == "exact.unadjusted.independent"
    assert results["rate_ratio"].ci_high == pytest.approx(1 / 0.025**0.5 - 1, rel=1e-6)
