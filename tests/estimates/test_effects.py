"""Effects on tables small enough to work out by hand."""

from math import log, sqrt

import numpy as np
import pytest
from scipy import stats

from armwise.estimates import core
from armwise.estimates.crude import arm_results
from armwise.estimates.design import aligned, analysed, declare
from armwise.estimates.effects import outcome_results
from armwise.estimates.inference import Precision
from armwise.estimates.variance import by_cluster

PLAIN = Precision("CR0", 0.95, "normal")


def effects(cohort, outcomes, measure="count", arms=("usual", "offer"), precision=PLAIN, **settings):
    """All results of outcome `y`, by what they are about: {(contrast, measure, method): result}."""
    names = settings.get("covariates", [])
    design = declare(cohort, list(arms), arms[0], names)
    outcome = aligned(design, outcomes, "y", "w", {"measure": measure})
    results = [*arm_results(design, outcome), *outcome_results(design, outcome, settings, precision)]
    return {(result.contrast, result.measure, result.method): result for result in results}


def arms_of(text):
    """`"uuoo"` as a cohort: u for usual, o for offer."""
    return [{"arm": {"u": "usual", "o": "offer", "x": "extra"}[letter]} for letter in text]


def test_two_by_two_table(make_cohort, make_outcomes):
    """Usual care 2 of 8, offer 6 of 12: difference 0.25, ratio 2, with textbook standard errors."""
    cohort = make_cohort(arms_of("u" * 8 + "o" * 12))
    found = effects(cohort, make_outcomes([1] * 2 + [0] * 6 + [1] * 6 + [0] * 6), "binary")
    difference = found["offer vs usual", "risk_difference", "standardized.unadjusted.CR0"]
    assert difference.estimate == pytest.approx(0.25)
    assert difference.std_error == pytest.approx(sqrt(0.25 * 0.75 / 8 + 0.5 * 0.5 / 12))
    assert difference.ci_low == pytest.approx(0.25 - 1.959964 * difference.std_error)
    ratio = found["offer vs usual", "risk_ratio", "standardized.unadjusted.CR0"]
    assert ratio.estimate == pytest.approx(2)
    assert ratio.std_error == pytest.approx(sqrt(1 / 2 - 1 / 8 + 1 / 6 - 1 / 12))
    assert ratio.ci_high == pytest.approx(2 * np.exp(1.959964 * ratio.std_error))
    assert (difference.n, difference.clusters, difference.events) == (20, 20, 8)


def test_rates_in_two_strata(make_cohort, make_outcomes):
    """
    stratum  arm    events  years
    a        usual       2      4
    a        offer       2      8     rates 1/2 and 1/4: ratio 1/2
    b        usual       8      4
    b        offer       8      8     rates 2 and 1: ratio 1/2
    """
    rows = [row | {"stratum": stratum} for stratum in "ab" for row in arms_of("uuoo")]
    events, years = [1, 1, 1, 1, 4, 4, 4, 4], [2, 2, 4, 4, 2, 2, 4, 4]
    outcomes = make_outcomes(events, [365.25 * y for y in years])
    found = effects(make_cohort(rows), outcomes)
    assert found["offer vs usual", "rate_ratio", "poisson.unadjusted.CR0"].estimate == pytest.approx(0.5)
    # Both strata hold half of the enrollments: (1/2 + 2) / 2 and (1/4 + 1) / 2 per year.
    assert found["usual", "rate", "standardized.unadjusted.CR0"].estimate == pytest.approx(1.25)
    assert found["offer", "rate", "standardized.unadjusted.CR0"].estimate == pytest.approx(0.625)
    difference = found["offer vs usual", "rate_difference", "standardized.unadjusted.CR0"]
    assert difference.estimate == pytest.approx(-0.625)
    assert difference.person_years == pytest.approx(24)


def test_weights_undo_unequal_chances(make_cohort, make_outcomes):
    """A quarter of stratum a and half of stratum b were offered: weights 4 and 4/3, 2 and 2."""
    rows = [{"arm": "offer", "weight": 4.0}] + [{"arm": "usual", "weight": 4 / 3}] * 3
    rows += [{"arm": "offer", "weight": 2.0}] * 2 + [{"arm": "usual", "weight": 2.0}] * 2
    rows = [row | {"stratum": "a" if i < 4 else "b"} for i, row in enumerate(rows)]
    found = effects(make_cohort(rows), make_outcomes([1, 0, 0, 3, 5, 7, 4, 4]), "continuous")
    # Means of the arms in a are 1 and 1, in b 6 and 4; both strata have half of the weight.
    assert found["offer", "mean", "weighted"].estimate == pytest.approx((4 * 1 + 2 * 12) / 8)
    assert found["usual", "mean", "weighted"].estimate == pytest.approx((4 / 3 * 3 + 2 * 8) / 8)
    assert found["offer vs usual", "mean_difference", "linear.unadjusted.CR0"].estimate == pytest.approx(1.0)


def test_rows_that_drop_are_counted_by_arm(make_cohort, make_outcomes):
    """Missing outcome, no time at risk (even with a missing outcome), no weight."""
    cohort = make_cohort(arms_of("uuuuoooo"))
    values, days = [1, None, 2, 3, 1, 2, 3, None], [365, 365, 0, 365, 365, 365, 365, 0]
    outcomes = make_outcomes(values, days, analysis_weight=[1, 1, 1, 0, 1, 1, 1, 1])
    found = effects(cohort, outcomes)
    lost = {key[:2]: result.n for key, result in found.items() if key[2] == "count"}
    assert lost["usual", "missing_outcome"] == 1
    assert lost["usual", "no_person_time"] == 1
    assert lost["usual", "no_weight"] == 1
    assert lost["usual", "count"] == 1
    assert lost["offer", "missing_outcome"] == 0
    assert lost["offer", "no_person_time"] == 1
    assert lost["offer", "count"] == 3


def test_three_arms_are_each_compared_with_the_reference(make_cohort, make_outcomes):
    cohort = make_cohort(arms_of("uuuuooooxxxx"))
    found = effects(
        cohort, make_outcomes([1, 2, 3, 2, 4, 4, 5, 3, 8, 8, 7, 9]), "continuous", ("usual", "offer", "extra")
    )
    assert found["offer vs usual", "mean_difference", "linear.unadjusted.CR0"].estimate == pytest.approx(2)
    assert found["extra vs usual", "mean_difference", "linear.unadjusted.CR0"].estimate == pytest.approx(6)
    assert found["extra vs usual", "mean_difference", "linear.unadjusted.CR0"].n == 8


def test_an_arm_without_events_has_a_rate_of_zero_and_no_ratio(make_cohort, make_outcomes):
    cohort = make_cohort(arms_of("uuuuoooo"))
    found = effects(cohort, make_outcomes([1, 0, 2, 1, 0, 0, 0, 0], [365.25] * 8))
    ratio = found["offer vs usual", "rate_ratio", "poisson.unadjusted.CR0"]
    assert ratio.estimate is None
    assert "all outcomes agree in offer" in ratio.error
    difference = found["offer vs usual", "rate_difference", "standardized.unadjusted.CR0"]
    assert difference.estimate == pytest.approx(-1)
    assert (difference.std_error, difference.p_value) == (None, None)
    assert "no interval" in difference.warning
    assert found["offer", "rate", "standardized.unadjusted.CR0"].estimate == 0


def test_one_arm_without_events_leaves_the_others_alone(make_cohort, make_outcomes):
    cohort = make_cohort(arms_of("uuuuooooxxxx"))
    outcomes = make_outcomes([1, 0, 2, 1, 0, 0, 0, 0, 3, 1, 2, 2], [365.25] * 12)
    found = effects(cohort, outcomes, arms=("usual", "offer", "extra"))
    assert found["extra vs usual", "rate_ratio", "poisson.unadjusted.CR0"].estimate == pytest.approx(2)
    assert found["offer vs usual", "rate_ratio", "poisson.unadjusted.CR0"].error


def test_no_events_at_all(make_cohort, make_outcomes):
    found = effects(make_cohort(arms_of("uuoo")), make_outcomes([0, 0, 0, 0], [365.25] * 4))
    assert found["offer vs usual", "rate_ratio", "poisson.unadjusted.CR0"].error
    assert found["offer vs usual", "rate_difference", "standardized.unadjusted.CR0"].estimate == 0


def test_strata_without_events_or_with_one_arm_say_nothing_about_a_ratio(make_cohort, make_outcomes):
    """Stratum b has no event, stratum c no control: 4 of 10 enrollments inform the ratio."""
    rows = arms_of("uuoo" + "uuoo" + "oo")
    rows = [row | {"stratum": stratum} for row, stratum in zip(rows, "aaaabbbbcc", strict=True)]
    found = effects(make_cohort(rows), make_outcomes([2, 2, 1, 1, 0, 0, 0, 0, 1, 1], [365.25] * 10))
    ratio = found["offer vs usual", "rate_ratio", "poisson.unadjusted.CR0"]
    assert ratio.estimate == pytest.approx(0.5)
    assert (ratio.n, ratio.n_informative) == (10, 4)
    # They stay in the difference: in b both rates are 0, in c the offered rate of 1 implies 2 without.
    difference = found["offer vs usual", "rate_difference", "standardized.unadjusted.CR0"]
    assert difference.estimate == pytest.approx((4 * (1 - 2) + 4 * 0 + 2 * (1 - 2)) / 10)


def test_arms_that_coincide_with_strata_cannot_be_compared(make_cohort, make_outcomes):
    rows = [row | {"stratum": row["arm"]} for row in arms_of("uuuoooo")]
    found = effects(make_cohort(rows), make_outcomes([1, 2, 1, 1, 0, 1, 2], [365.25] * 7))
    ratio = found["offer vs usual", "rate_ratio", "poisson.unadjusted.CR0"]
    assert ratio.estimate is None
    assert "no stratum tells offer vs usual apart" in ratio.error


def test_a_single_cluster_in_an_arm_gives_no_standard_error(make_cohort, make_outcomes):
    rows = [{"arm": "usual", "cluster": "one"}] * 3 + [{"arm": "offer", "cluster": c} for c in "abc"]
    found = effects(make_cohort(rows), make_outcomes([1, 2, 3, 2, 2, 4]), "continuous")
    assert "a single cluster" in found["offer vs usual", "mean_difference", "linear.unadjusted.CR0"].error


def test_few_clusters_are_warned_of(make_cohort, make_outcomes):
    few = effects(make_cohort(arms_of("uo" * 20)), make_outcomes([1, 2] * 20), "continuous")
    assert "fewer than 50 clusters" in few["offer", "mean", "standardized.unadjusted.CR0"].warning
    many = effects(make_cohort(arms_of("uo" * 60)), make_outcomes([1, 2, 2, 1] * 30), "continuous")
    assert many["offer", "mean", "standardized.unadjusted.CR0"].warning is None


def test_a_binary_outcome_that_ends_nobody_knows_when_is_refused(make_cohort, make_outcomes):
    """One without an event lost coverage: its zero would be a silent one, leaving it out no better."""
    cohort = make_cohort(arms_of("uuuoooo"))
    for value in (0, None):
        outcomes = make_outcomes([0, 1, value, 1, 1, 0, 1], ended_by=["end", "end", "coverage"] + ["end"] * 4)
        found = effects(cohort, outcomes, "binary")
        assert (
            "cumulative incidence"
            in found["offer vs usual", "risk_difference", "standardized.unadjusted.CR0"].error
        )
    died = make_outcomes([0, 1, 0, 1, 1, 0, 1], ended_by=["end", "end", "death"] + ["end"] * 4)
    assert effects(cohort, died, "binary")["offer", "risk", "standardized.unadjusted.CR0"].error is None


def test_ratio_and_difference_equal_the_coefficients_of_the_model(make_cohort, make_outcomes):
    """Without interactions, standardizing changes neither the ratio nor its standard error."""
    rng = np.random.default_rng(5)
    rows = [
        {"arm": "offer" if rng.random() < 0.5 else "usual", "stratum": "abc"[i % 3], "age": rng.normal()}
        | {"cluster": f"c{i % 70}", "weight": rng.uniform(1, 3)}
        for i in range(200)
    ]
    cohort, outcomes = (
        make_cohort(rows),
        make_outcomes(rng.poisson(1.5, 200).tolist(), rng.uniform(50, 365, 200).tolist()),
    )
    ratio = effects(cohort, outcomes, covariates=["age"])[
        "offer vs usual", "rate_ratio", "poisson.adjusted.CR0"
    ]
    design = declare(cohort, ["usual", "offer"], "usual", ["age"])
    sample = analysed(design, aligned(design, outcomes, "y", "w", {"measure": "count"}))
    columns = np.vstack([sample.columns, *design.covariates(["age"]).values()])
    fitted = core.fit(
        sample.outcome.value, columns, design.stratum, sample.weight, sample.outcome.years, "log"
    )
    assert log(ratio.estimate) == pytest.approx(fitted.beta[0], rel=1e-10)
    own = by_cluster(fitted.influence(np.array([[1.0, 0.0]]))[0], design.cluster)
    assert ratio.std_error == pytest.approx(sqrt((own**2).sum()), rel=1e-8)


def test_order_of_rows_does_not_matter(make_cohort, make_outcomes):
    rng = np.random.default_rng(6)
    rows = [row | {"stratum": "ab"[i // 30]} for i, row in enumerate(arms_of("uo" * 30))]
    cohort, outcomes = make_cohort(rows), make_outcomes(rng.poisson(2, 60).tolist(), [365.25] * 60)
    shuffled = rng.permutation(60)
    for key, result in effects(cohort, outcomes).items():
        again = effects(cohort.take(shuffled), outcomes.take(rng.permutation(60)))[key]
        assert again == result


def test_p_value_and_limits_from_t_on_clusters_less_one(make_cohort, make_outcomes):
    rows = [{"arm": arm, "cluster": f"{arm}{i % 5}"} for arm in ("usual", "offer") for i in range(20)]
    values = np.random.default_rng(8).normal(size=40).tolist()
    precision = Precision("CR1S", 0.9, "t")
    result = effects(make_cohort(rows), make_outcomes(values), "continuous", precision=precision)[
        "offer vs usual", "mean_difference", "linear.unadjusted.CR1S"
    ]
    t = result.estimate / result.std_error
    assert result.df == 9
    assert result.p_value == pytest.approx(2 * stats.t.sf(abs(t), 9))
    assert result.ci_high == pytest.approx(result.estimate + stats.t.ppf(0.95, 9) * result.std_error)
