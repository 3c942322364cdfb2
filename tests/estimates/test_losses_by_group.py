"""Losses by arm and group: shares by hand, differences as a saturated regression has them, and their test."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from armwise.estimates.design import aligned, declare
from armwise.estimates.inference import Precision
from armwise.estimates.losses_by_group import difference_results, lost, share_results

# Per group and arm: how many, and how many of them have no outcome.
SIZES = {("a", "usual"): (8, 2), ("a", "offer"): (10, 5), ("b", "usual"): (12, 3), ("b", "offer"): (9, 1)}


@pytest.fixture
def people():
    """One row per enrollment: group, arm, and whether the outcome is missing."""
    return [
        {"group": group, "arm": arm, "gone": row < gone}
        for (group, arm), (size, gone) in SIZES.items()
        for row in range(size)
    ]


@pytest.fixture
def found(make_cohort, make_outcomes, people):
    """The results of these people, by subgroup, contrast and measure."""
    values = [None if row["gone"] else 1.0 for row in people]
    cohort = make_cohort([{"group": row["group"], "arm": row["arm"]} for row in people])
    design = declare(cohort, ["usual", "offer"], "usual", groups=["group"])
    outcome = aligned(design, make_outcomes(values), "y", "w", {"measure": "continuous"})
    gone, stated = lost(design, outcome), Precision("HC0")
    rows = [*share_results(design, outcome, gone, ["group"], stated)]
    rows += difference_results(design, outcome, gone, ["group"], stated)
    return {(row.subgroup, row.contrast, row.measure): row for row in rows}


def test_the_share_lost_of_each_arm_and_level(found):
    for (group, arm), (size, gone) in SIZES.items():
        row = found[f"group={group}", arm, "share_lost"]
        assert (row.n, row.events) == (size, gone)
        assert row.estimate == pytest.approx(gone / size)
        assert row.std_error == pytest.approx(sqrt(gone / size * (1 - gone / size) / size))
    assert found["all", "offer", "share_lost"].estimate == pytest.approx(6 / 19)


def test_the_difference_in_each_level(found):
    row = found["group=a", "offer vs usual", "loss_difference"]
    assert row.estimate == pytest.approx(5 / 10 - 2 / 8)
    assert row.std_error == pytest.approx(sqrt(0.5 * 0.5 / 10 + 0.25 * 0.75 / 8))
    assert row.p_value is not None


def test_whether_the_difference_varies_is_tested_as_by_statsmodels(found, people):
    fit = smf.ols("gone ~ C(arm) * C(group)", pd.DataFrame(people).astype({"gone": float})).fit(
        cov_type="HC0"
    )
    row = found["group", "offer vs usual", "loss_interaction_p"]
    assert row.estimate == pytest.approx(fit.tvalues.iloc[-1] ** 2, rel=1e-8)
    assert row.df == 1
    assert row.p_value is not None


def test_levels_without_losses_have_no_joint_test(make_cohort, make_outcomes):
    """Nobody is lost in two of three groups: that these agree needs no test, and has none."""
    arms = ["usual", "offer"] * 9
    cohort = make_cohort([{"arm": arm, "group": "abc"[place // 6]} for place, arm in enumerate(arms)])
    design = declare(cohort, ["usual", "offer"], "usual", groups=["group"])
    values = [None, 1.0, None, None, 1.0, 1.0, *np.ones(12)]
    outcome = aligned(design, make_outcomes(values), "y", "w", {"measure": "continuous"})
    rows = difference_results(design, outcome, lost(design, outcome), ["group"], Precision("HC0"))
    (test,) = [row for row in rows if row.measure == "loss_interaction_p"]
    assert test.estimate is None
    assert test.error == "no joint test: a difference in it has no variance"


def test_those_who_lost_coverage_early_are_lost(make_cohort, make_outcomes):
    design = declare(make_cohort([{"arm": "usual"}, {"arm": "offer"}] * 2), ["usual", "offer"], "usual")
    ends = ["coverage", "end", "death", "later_lottery"]
    outcomes = make_outcomes([0.0, 1.0, 0.0, 0.0], [90, 365, 20, 80], ended_by=ends)
    outcome = aligned(design, outcomes, "y", "w", {"measure": "count"})
    assert lost(design, outcome).tolist() == [True, False, False, True]
