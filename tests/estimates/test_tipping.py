"""Tipping points: closed form against the interval itself, and the arithmetic of imputing a shifted mean."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import t

from armwise.estimates.design import aligned, declare
from armwise.estimates.inference import Precision
from armwise.estimates.tipping import ABOVE, BELOW, NONE, Unseen, tipping_points, tipping_results


def test_a_share_that_is_known_shifts_the_limits_by_share_times_delta():
    """Difference -2, standard error 0.5, a quarter unobserved: its limits at 1.96 are -2.98 and -1.02."""
    below, above = tipping_points(-2.0, np.array([0.5]), 0.25, np.array([0.0]), 1.96)
    assert above == pytest.approx(1.02 / 0.25)  # the upper limit reaches 0
    assert below is None  # the lower the unobserved, the clearer the effect


def test_an_interval_around_no_effect_tips_in_both_directions():
    below, above = tipping_points(0.5, np.array([0.5]), 0.5, np.array([0.0]), 2.0)
    assert (below, above) == (pytest.approx(-1.5 / 0.5), pytest.approx(0.5 / 0.5))


def test_a_share_that_could_be_nothing_may_tip_nothing():
    assert tipping_points(0.1, np.array([1.0, 0.0]), 0.1, np.array([0.0, 0.2]), 2.0) == (None, None)


@pytest.fixture
def trial(make_cohort, make_outcomes):
    """Forty enrollments in pairs of arms; the outcome of every fifth is missing."""
    rng = np.random.default_rng(8)
    values = rng.normal(size=40) + np.tile([0.0, 3.0], 20)
    seen = [None if place % 5 == 3 else float(value) for place, value in enumerate(values)]
    design = declare(
        make_cohort([{"arm": arm} for arm in ["usual", "offer"] * 20]), ["usual", "offer"], "usual"
    )
    return design, aligned(design, make_outcomes(seen), "y", "w", {"measure": "continuous"})


def test_at_the_tipping_point_the_interval_touches_no_effect(trial):
    """The mean with the unobserved imputed at delta from the observed, its variance by the delta method."""
    design, outcome = trial
    rows = {row.measure: row for row in tipping_results(design, outcome, {}, Precision("HC0"))}
    arm, value = design.arm, outcome.value
    known = ~np.isnan(value)
    offer, usual = value[(arm == 1) & known], value[(arm == 0) & known]
    missing = float((~known[arm == 1]).mean())

    def lower_limit(delta: float) -> float:
        """The observed mean and the share missing do not depend on each other."""
        variance = offer.var() / len(offer) + usual.var() / len(usual)
        variance += delta**2 * missing * (1 - missing) / 20
        estimate = offer.mean() + missing * delta - usual.mean()
        return float(estimate - t.ppf(0.975, known.sum() - 1) * np.sqrt(variance))

    assert rows[BELOW].estimate == pytest.approx(brentq(lower_limit, -50, 0), rel=1e-9)
    assert "begins to include no effect" in rows[BELOW].estimand
    assert rows[ABOVE].estimate is None
    assert rows[ABOVE].warning.startswith(NONE)


def test_what_is_unobserved_of_a_rate_is_person_time(make_cohort, make_outcomes):
    """Of two in the arm one left after 73 of 365 days; who died left nothing unobserved."""
    arms = ["usual", "offer", "offer", "offer"]
    design = declare(make_cohort([{"arm": arm} for arm in arms]), ["usual", "offer"], "usual")
    outcomes = make_outcomes([1.0] * 4, [365, 73, 365, 100], ended_by=["end", "coverage", "end", "death"])
    outcomes = outcomes.append_column("window_days", [[365.0] * 4])
    outcome = aligned(design, outcomes, "y", "w", {"measure": "count"})
    assert Unseen.of(design, outcome, 1).share == pytest.approx(292 / (365 + 365 + 100))
    assert Unseen.of(design, outcome, 0).share == 0


def test_what_nobody_can_have_is_said(make_cohort, make_outcomes):
    """Shares of 7 in 8 against 1 in 8, each arm with 2 of 10 missing: no share below 0 takes that away."""
    values = [[1.0] + [0.0] * 7, [1.0] * 7 + [0.0]]
    both = [value for pair in zip(*values, strict=True) for value in pair] + [None] * 4
    design = declare(
        make_cohort([{"arm": arm} for arm in ["usual", "offer"] * 10]), ["usual", "offer"], "usual"
    )
    outcome = aligned(design, make_outcomes(both), "y", "w", {"measure": "binary"})
    rows = {row.measure: row for row in tipping_results(design, outcome, {}, Precision("HC0"))}
    assert rows[BELOW].warning.startswith("beyond what is possible: the unobserved would need a risk below 0")


def test_nothing_unobserved_tips_nothing(make_cohort, make_outcomes):
    design = declare(
        make_cohort([{"arm": arm} for arm in ["usual", "offer"] * 4]), ["usual", "offer"], "usual"
    )
    outcome = aligned(design, make_outcomes([1.0, 2, 3, 5, 2, 3, 1, 4]), "y", "w", {"measure": "continuous"})
    assert list(tipping_results(design, outcome, {}, Precision("HC0"))) == []
