"""Effects in subgroups: with two levels and no strata, each level is a trial of its own."""

import numpy as np
import pytest

from armwise.estimates.design import aligned, declare
from armwise.estimates.effects import outcome_results
from armwise.estimates.inference import Precision
from armwise.estimates.subgroups import subgroup_results

PLAIN = Precision("CR0", 0.95, "normal")


def both(cohort, outcomes, measure, variable="sex", precision=PLAIN, **settings):
    """Results in subgroups, by level, contrast and measure; and the design."""
    names = settings.get("covariates", [])
    design = declare(cohort, ["usual", "offer"], "usual", names, {}, [variable])
    outcome = aligned(design, outcomes, "y", "w", {"measure": measure})
    found = subgroup_results(design, outcome, [variable], settings, precision)
    return {(r.subgroup, r.contrast, r.measure, r.method.split(".")[1]): r for r in found}


def people(n=240, seed=1):
    rng = np.random.default_rng(seed)
    return [
        {"arm": ("usual", "offer")[i % 2], "sex": ("F", "M")[i % 3 == 0], "age": rng.normal()}
        for i in range(n)
    ]


@pytest.mark.parametrize("measure", ["count", "binary", "continuous"])
def test_each_level_is_as_if_analysed_alone(measure, make_cohort, make_outcomes):
    rng = np.random.default_rng(2)
    rows = people()
    values = {
        "count": rng.poisson(1.5, 240),
        "binary": rng.integers(0, 2, 240),
        "continuous": rng.normal(size=240),
    }[measure].astype(float)
    days = rng.uniform(100, 365, 240) if measure == "count" else np.full(240, np.nan)
    found = both(make_cohort(rows), make_outcomes(values.tolist(), days.tolist()), measure)
    for level in "FM":
        mine = [i for i, row in enumerate(rows) if row["sex"] == level]
        design = declare(make_cohort([rows[i] for i in mine]), ["usual", "offer"], "usual")
        alone = make_outcomes(values[mine].tolist(), days[mine].tolist())
        outcome = aligned(design, alone, "y", "w", {"measure": measure})
        for result in outcome_results(design, outcome, {}, PLAIN):
            inside = found[f"sex={level}", result.contrast, result.measure, "unadjusted"]
            assert inside.estimate == pytest.approx(result.estimate)
            assert inside.std_error == pytest.approx(result.std_error)
            assert (inside.n, inside.events) == (result.n, result.events)


def test_interaction_compares_independent_levels(make_cohort, make_outcomes):
    """Two levels that share nobody: the gap of their effects over the root of the sum of variances."""
    values = np.random.default_rng(3).normal(size=240)
    found = both(make_cohort(people()), make_outcomes(values.tolist()), "continuous")
    first, second = (found[f"sex={s}", "offer vs usual", "mean_difference", "unadjusted"] for s in "FM")
    test = found["sex", "offer vs usual", "interaction_p", "unadjusted"]
    z = (first.estimate - second.estimate) / np.hypot(first.std_error, second.std_error)
    assert test.estimate == pytest.approx(z**2)
    assert test.df == 1
    assert 0 < test.p_value < 1


def test_a_count_has_tests_on_both_scales(make_cohort, make_outcomes):
    values = np.random.default_rng(4).poisson(1, 240).astype(float)
    found = both(make_cohort(people()), make_outcomes(values.tolist(), [365.25] * 240), "count")
    methods = {m: found["sex", "offer vs usual", m, "unadjusted"].method for m in
               ("interaction_p", "difference_interaction_p")}  # fmt: skip
    assert methods["interaction_p"] == "poisson.unadjusted.CR0"
    assert methods["difference_interaction_p"] == "standardized.unadjusted.CR0"


def test_a_level_without_events_in_an_arm_leaves_the_other_levels_alone(make_cohort, make_outcomes):
    rows = people()
    values = np.random.default_rng(5).poisson(1.5, 240)
    values[[i for i, row in enumerate(rows) if row["sex"] == "M" and row["arm"] == "offer"]] = 0
    found = both(make_cohort(rows), make_outcomes(values.tolist(), [365.25] * 240), "count")
    assert found["sex=F", "offer vs usual", "rate_ratio", "unadjusted"].error is None
    assert "all outcomes agree in offer" in found["sex=M", "offer vs usual", "rate_ratio", "unadjusted"].error
    assert "fewer than two levels" in found["sex", "offer vs usual", "interaction_p", "unadjusted"].error


def test_the_subgroup_variable_is_not_a_covariate_as_well(make_cohort, make_outcomes):
    values = np.random.default_rng(6).normal(size=240).tolist()
    found = both(make_cohort(people()), make_outcomes(values), "continuous", covariates=["sex", "age"])
    assert found["sex=F", "offer vs usual", "mean_difference", "adjusted"].error is None


def test_levels_nested_in_strata_are_fine_and_confounded_ones_say_so(make_cohort, make_outcomes):
    """A risk tier is part of the stratum; a level seen in one arm only has no effect."""
    rows = [row | {"stratum": row["sex"]} for row in people()]
    values = np.random.default_rng(7).poisson(2, 240).tolist()
    found = both(make_cohort(rows), make_outcomes(values, [365.25] * 240), "count")
    assert found["sex=M", "offer vs usual", "rate_ratio", "unadjusted"].estimate > 0
    for row in rows:
        row["sex"] = "F" if row["arm"] == "usual" else row["sex"]
    found = both(make_cohort(rows), make_outcomes(values, [365.25] * 240), "count")
    assert found["sex=M", "offer vs usual", "rate_ratio", "unadjusted"].error


def test_missing_levels_are_a_level(make_cohort, make_outcomes):
    rows = people()
    for row in rows[:40]:
        row["sex"] = None
    values = np.random.default_rng(8).normal(size=240).tolist()
    found = both(make_cohort(rows), make_outcomes(values), "continuous")
    assert found["sex=missing", "offer", "mean", "unadjusted"].n == 20


def test_a_level_has_its_own_clusters(make_cohort, make_outcomes):
    """20 clusters in F, 4 in M: 19 and 3 degrees of freedom; one cluster in an arm of X: an error."""
    rows = [{"arm": ("usual", "offer")[g % 2], "sex": "F", "cluster": f"f{g}"} for g in range(20)] * 4
    rows += [{"arm": ("usual", "offer")[g % 2], "sex": "M", "cluster": f"m{g}"} for g in range(4)] * 4
    rows += [{"arm": ("usual", "offer")[g % 2], "sex": "X", "cluster": f"x{g}"} for g in range(2)] * 4
    values = np.random.default_rng(9).normal(size=len(rows)).tolist()
    found = both(make_cohort(rows), make_outcomes(values), "continuous", precision=Precision("CR1S"))
    effect = {s: found[f"sex={s}", "offer vs usual", "mean_difference", "unadjusted"] for s in "FMX"}
    assert (effect["F"].df, effect["M"].df) == (19, 3)
    assert "single cluster" in effect["X"].error
    test = found["sex", "offer vs usual", "interaction_p", "unadjusted"]
    assert "levels without an effect" in test.warning
