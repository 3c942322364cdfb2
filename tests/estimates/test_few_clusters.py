"""Few clusters: CR2 takes the place of CR1S, with Satterthwaite's degrees of freedom."""

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from armwise.estimates.design import aligned, declare
from armwise.estimates.effects import outcome_results
from armwise.estimates.inference import Precision
from armwise.estimates.standardize import suited


def design_of(make_cohort, clusters):
    rows = [{"arm": arm, "cluster": f"{arm}{i}"} for arm in ("usual", "offer") for i in range(clusters)]
    return declare(make_cohort(rows), ["usual", "offer"], "usual")


def test_fifty_clusters_in_each_arm_are_enough(make_cohort):
    assert suited(design_of(make_cohort, 50), Precision()).correction == "CR1S"
    assert suited(design_of(make_cohort, 49), Precision()).correction == "CR2"


def test_a_correction_that_was_asked_for_is_kept(make_cohort):
    assert suited(design_of(make_cohort, 5), Precision("CR1")).correction == "CR1"


def test_a_difference_of_means_becomes_welch(make_cohort, make_outcomes):
    """Each row its own cluster, no covariates: CR2 is HC2, whose t test is Welch's."""
    rng = np.random.default_rng(1)
    usual, offer = rng.normal(0, 1, 8), rng.normal(1, 3, 12)
    cohort = make_cohort([{"arm": "usual"}] * 8 + [{"arm": "offer"}] * 12)
    design = declare(cohort, ["usual", "offer"], "usual")
    outcome = aligned(design, make_outcomes([*usual, *offer]), "y", "w", {"measure": "continuous"})
    results = outcome_results(design, outcome, {}, Precision("CR2"))
    found = {(r.contrast, r.measure): r for r in results}["offer vs usual", "mean_difference"]
    assert found.method == "linear.unadjusted.CR2"
    assert found.std_error == pytest.approx(sqrt(usual.var(ddof=1) / 8 + offer.var(ddof=1) / 12))
    # Satterthwaite under equal variances (Bell and McCaffrey), not Welch's plug-in degrees of freedom.
    assert found.df == pytest.approx((1 / 8 + 1 / 12) ** 2 / (1 / (64 * 7) + 1 / (144 * 11)))
    t = (offer.mean() - usual.mean()) / found.std_error
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(t), found.df))
    assert found.warning is None


@pytest.mark.parametrize("measure", ["count", "binary"])
def test_other_outcomes_have_it_too(measure, make_cohort, make_outcomes):
    rng = np.random.default_rng(2)
    cohort = make_cohort([{"arm": ("usual", "offer")[g % 2], "cluster": f"g{g}"} for g in range(20)] * 10)
    design = declare(cohort, ["usual", "offer"], "usual")
    values = rng.integers(0, 2, 200).tolist()
    outcome = aligned(design, make_outcomes(values, [365.25] * 200), "y", "w", {"measure": measure})
    by_correction = {
        correction: {
            (r.contrast, r.measure): r for r in outcome_results(design, outcome, {}, Precision(correction))
        }
        for correction in ("CR0", "CR2")
    }
    for key, reduced in by_correction["CR2"].items():
        plain = by_correction["CR0"][key]
        assert reduced.estimate == plain.estimate
        assert plain.std_error < reduced.std_error < 1.2 * plain.std_error
        assert reduced.df < plain.df
