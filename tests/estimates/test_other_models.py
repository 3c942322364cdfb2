"""Models beside the planned one: Lin's against estimatr, the others by hand or against one another."""

from math import log, sqrt

import numpy as np
import pyarrow as pa
import pytest

from armwise.estimates import gee
from armwise.estimates.design import aligned, declare
from armwise.estimates.inference import Precision
from armwise.estimates.other_models import MODELS, other_results

COVARIATES = ["xage", "female", "physlm", "disea", "hlthg", "hlthf", "hlthp"]
NAMES = list(MODELS)


@pytest.fixture(scope="module")
def free_care(rand):
    """RAND as a design of one stratum, admissions per row without person-time; families in the order of R."""
    ids = [f"e{i:05d}" for i in range(len(rand))]
    columns = {name: rand[name].to_numpy() for name in COVARIATES}
    cohort = pa.table(
        {"enrollment_id": ids, "arm": np.where(rand.free == 1, "free", "cost"), "stratum": ["all"] * len(ids)}
        | {"cluster": [f"f{f}" for f in rand.fam], "weight": np.ones(len(ids))}
        | columns
    )
    table = pa.table(
        {"enrollment_id": ids, "outcome": ["y"] * len(ids), "value": rand.totadm.to_numpy(float)}
        | {"days_observed": pa.nulls(len(ids), pa.float64()), "analysis_weight": np.ones(len(ids))}
        | {"ended_by": ["end"] * len(ids)}
    )
    return cohort, table


@pytest.mark.parametrize(
    ("correction", "block", "error"),
    [
        ("HC2", "B_lin_totadm", "HC2"),
        ("CR1S", "B_lin_totadm_stata", "stata"),
        ("CR2", "B_lin_totadm_cr2", "CR2"),
    ],
)
def test_lin_as_in_estimatr(free_care, r, correction, block, error):
    cohort, table = free_care
    clustered = correction.startswith("CR")
    design = declare(cohort, ["cost", "free"], "cost", COVARIATES, clustered=clustered)
    outcome = aligned(design, table, "y", "w", {"measure": "count"})
    (found,) = other_results(
        design, outcome, ["interacted"], {"covariates": COVARIATES}, Precision(correction)
    )
    said = r[block]
    assert found.key == f"itt/y/w/all/free vs cost/rate_difference/interacted.adjusted.{correction}"
    assert found.estimate == pytest.approx(said["coef"]["free"], rel=1e-8)
    assert found.std_error == pytest.approx(said["se"][error]["free"], rel=1e-6)
    assert found.p_value is None
    if "df" in said:
        assert found.df == pytest.approx(said["df"]["free"], rel=1e-6)


def results(make_cohort, make_outcomes, usual, offer, models, measure="count", days=None, correction="HC0"):
    cohort = make_cohort([{"arm": "usual"}] * len(usual) + [{"arm": "offer"}] * len(offer))
    design = declare(cohort, ["usual", "offer"], "usual")
    outcome = aligned(design, make_outcomes([*usual, *offer], days), "y", "w", {"measure": measure})
    return {
        (r.measure, r.method.partition(".")[0]): r
        for r in other_results(design, outcome, models, {}, Precision(correction))
    }


def test_difference_over_the_control_mean_by_hand(make_cohort, make_outcomes):
    """Means 2 and 1.5; variances of the means 2/4/4 and 1.25/4; the ratio less 1 is -0.25."""
    usual, offer = [0.0, 2.0, 2.0, 4.0], [0.0, 1.0, 2.0, 3.0]
    found = results(make_cohort, make_outcomes, usual, offer, ["over_control_mean"])
    usual_variance, offer_variance = np.var(usual) / 4, np.var(offer) / 4
    random = found["relative_difference", "over_control_mean"]
    assert random.estimate == pytest.approx(-0.25)
    assert random.std_error == pytest.approx(sqrt(offer_variance + 0.75**2 * usual_variance) / 2)
    assert random.ci_high + random.ci_low == pytest.approx(-0.5)
    fixed = found["relative_difference", "fixed_control_mean"]
    assert fixed.estimate == random.estimate
    assert fixed.std_error == pytest.approx(sqrt(offer_variance + usual_variance) / 2)


def test_rates_by_least_squares_are_events_over_time(make_cohort, make_outcomes):
    days = [365.25, 730.5, 365.25, 365.25]
    found = results(make_cohort, make_outcomes, [2.0, 1.0], [0.0, 1.0], ["least_squares"], days=days)
    assert found["rate_difference", "least_squares"].estimate == pytest.approx(1 / 2 - 3 / 3)


def test_modified_poisson_is_the_ratio_of_shares(make_cohort, make_outcomes):
    """2 of 5 against 4 of 5: the variance of a log share is (1 - p) / (n p)."""
    usual, offer = [1, 1, 1, 1, 0], [1, 1, 0, 0, 0]
    found = results(make_cohort, make_outcomes, usual, offer, ["modified_poisson"], "binary")
    ratio = found["risk_ratio", "modified_poisson"]
    assert ratio.estimate == pytest.approx(0.5)
    assert ratio.std_error == pytest.approx(sqrt(0.6 / (5 * 0.4) + 0.2 / (5 * 0.8)))
    assert log(ratio.ci_high) + log(ratio.ci_low) == pytest.approx(2 * log(0.5))


def test_linear_probabilities(make_cohort, make_outcomes):
    found = results(make_cohort, make_outcomes, [1, 1, 1, 0], [1, 0, 0, 0], ["least_squares"], "binary")
    difference = found["risk_difference", "least_squares"]
    assert difference.estimate == pytest.approx(-0.5)
    assert difference.std_error == pytest.approx(sqrt(2 * 0.75 * 0.25 / 4))


def test_a_model_that_does_not_suit_gives_nothing(make_cohort, make_outcomes):
    found = results(make_cohort, make_outcomes, [1.5, 2.0], [0.0, 1.0], NAMES, "continuous")
    assert set(found) == {
        ("relative_difference", "over_control_mean"),
        ("relative_difference", "fixed_control_mean"),
        ("mean_difference", "gee"),
    }
    assert "within clusters" in found["mean_difference", "gee"].error


def test_estimating_equations_with_repeated_enrollments(make_cohort, make_outcomes):
    """Two enrollments a person in one arm, equal person-time: then the rates are those that were seen."""
    people = make_cohort(
        [{"arm": ("usual", "offer")[i // 2 % 2], "cluster": f"c{i // 2}"} for i in range(40)]
    )
    counts = [float((i * 7) % 5 + (i // 2) % 3) for i in range(40)]
    table = make_outcomes(counts, [365.25] * 40)
    design = declare(people, ["usual", "offer"], "usual")
    outcome = aligned(design, table, "y", "w", {"measure": "count"})
    rows = {row.measure: row for row in other_results(design, outcome, ["gee"], {}, Precision("CR2"))}
    arms = [np.mean([c for i, c in enumerate(counts) if i // 2 % 2 == arm]) for arm in (0, 1)]
    assert rows["rate_ratio"].estimate == pytest.approx(arms[1] / arms[0])
    assert rows["rate_difference"].estimate == pytest.approx(arms[1] - arms[0])
    assert rows["rate_ratio"].method == "gee.unadjusted.CR1S"
    plain = other_results(design, outcome, ["gee"], {}, Precision("CR0"))
    (error,) = [row.std_error for row in plain if row.measure == "rate_ratio"]
    fitted = gee.fit(
        outcome.value, design.assigned, design.stratum, design.weight, design.cluster, outcome.years, "log"
    )
    assert fitted.correlation != pytest.approx(0, abs=0.01)
    assert error == pytest.approx(np.sqrt((fitted.influence[0] ** 2).sum()))
    assert rows["rate_ratio"].ci_low < rows["rate_ratio"].estimate < rows["rate_ratio"].ci_high
    assert rows["rate_ratio"].p_value is None


def test_trouble_is_a_row(make_cohort, make_outcomes):
    """Nobody in the reference arm has an event: no ratio, nothing to set over its mean."""
    found = results(make_cohort, make_outcomes, [0.0] * 6, [0.0, 3.0] * 3, NAMES)
    assert "all outcomes agree in usual" in found["rate_ratio", "negative_binomial"].error
    assert "a mean of 0" in found["relative_difference", "over_control_mean"].error
    assert found["rate_difference", "least_squares"].estimate == pytest.approx(1.5)
