"""Effects by month: person-time and events of each, their ratios, and joint tests that hold their level."""

import numpy as np
import pyarrow as pa
import pytest

from armwise.estimates.design import declare
from armwise.estimates.inference import Precision
from armwise.estimates.monthly import in_month, monthly_results
from armwise.estimates.time_to_event import History

SETTINGS = {"covariates": []}


def followed(make_cohort, arms, rows):
    design = declare(make_cohort([{"arm": arm} for arm in arms]), ["usual", "offer"], "usual")
    times = pa.table(
        {
            "enrollment_id": [f"e{number:04d}" for number, _, _ in rows],
            "day": pa.array([day for _, day, _ in rows], pa.int32()),
            "kind": [kind for _, _, kind in rows],
        }
    )
    return design, History.of(design, times)


def test_events_and_person_time_fall_into_their_month(make_cohort):
    """Months end after days 30 and 61: the first is lost after 40 days, the second dies on day 9."""
    rows = [(0, 40, "coverage"), (0, 29, "event"), (0, 30, "event"), (1, 10, "death"), (1, 9, "event")]
    _, history = followed(make_cohort, ["usual", "offer"], rows)
    first, second = in_month(history, "y", 1), in_month(history, "y", 2)
    assert (first.value.tolist(), second.value.tolist()) == ([1, 1], [1, 0])
    assert (first.years * 365.25).tolist() == pytest.approx([30, 10])
    assert (second.years * 365.25).tolist() == pytest.approx([10, 0])


def simulated(make_cohort, seed, ratios, persons=400):
    rng = np.random.default_rng(seed)
    arms = ["usual", "offer"] * (persons // 2)
    rows = [(person, 92, "end") for person in range(persons)]
    frailty = rng.gamma(1, 1, persons)
    for person in range(persons):
        for month, ratio in enumerate(ratios):
            mean = 0.3 * frailty[person] * (ratio if person % 2 else 1)
            rows += [(person, 30 * month + 1, "event")] * rng.poisson(mean)
    return followed(make_cohort, arms, rows)


def test_each_month_has_its_ratio_and_the_tests_their_degrees_of_freedom(make_cohort):
    design, history = simulated(make_cohort, 1, (1.0, 0.2, 1.0))
    rows = list(monthly_results(design, "y", history, 3, SETTINGS, Precision()))
    ratios = {row.window: row for row in rows if row.measure == "rate_ratio"}
    usual, offer = (in_month(history, "y", 2).value[code::2] for code in (0, 1))
    assert ratios["month_2"].estimate == pytest.approx(offer.mean() / usual.mean())
    assert [row.p_value for row in ratios.values()] == [None] * 3
    tests = {row.measure: row for row in rows if row.window == "months"}
    assert (tests["any_month_p"].df, tests["month_interaction_p"].df) == (3, 2)
    assert tests["month_interaction_p"].p_value < 0.001


def test_joint_tests_hold_their_level(make_cohort):
    """No effect in any month: 5% of 200 trials, within 3 standard errors."""
    found = {"any_month_p": [], "month_interaction_p": []}
    for seed in range(200):
        design, history = simulated(make_cohort, seed, (1.0, 1.0, 1.0), 120)
        for row in monthly_results(design, "y", history, 3, SETTINGS, Precision()):
            if row.measure in found:
                found[row.measure].append(row.p_value)
    for p_values in found.values():
        assert abs(np.mean(np.array(p_values) < 0.05) - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 200)


def test_a_month_without_events_in_an_arm_is_left_out_of_the_tests(make_cohort):
    rows = [(i, 60, "end") for i in range(8)] + [(0, 5, "event"), (1, 6, "event"), (2, 40, "event")]
    design, history = followed(make_cohort, ["usual", "offer"] * 4, rows)
    rows = monthly_results(design, "y", history, 2, SETTINGS, Precision())
    found = {(row.window, row.measure): row for row in rows}
    assert "all outcomes agree in offer" in found["month_2", "rate_ratio"].error
    assert "fewer than two months" in found["months", "any_month_p"].error
