"""Baseline characteristics as model columns: small tables in, columns out."""

from math import log

import numpy as np
import pyarrow as pa
import pytest

from armwise.estimates.covariates import baseline
from armwise.estimates.design import adjust, aligned, analysed, declare
from armwise.estimates.errors import EstimationError


def columns(table, name, **kind):
    return baseline(pa.table(table), [name], {name: kind}).encoded[name]


def test_a_number_enters_as_it_is():
    assert columns({"age": [30, 50]}, "age", type="number")["age"].tolist() == [30, 50]


def test_a_missing_number_becomes_the_mean_with_an_indicator():
    found = columns({"age": [30.0, None, 60.0]}, "age", type="number")
    assert found["age"].tolist() == [30, 45, 60]
    assert found["age missing"].tolist() == [0, 1, 0]


def test_a_category_has_indicators_and_a_missing_one_is_a_level():
    found = columns({"language": ["English", "Spanish", None, "English"]}, "language", type="category")
    assert {name: values.tolist() for name, values in found.items()} == {
        "language=Spanish": [0, 1, 0, 0],
        "language=missing": [0, 0, 1, 0],
    }


def test_baseline_counts_enter_as_the_logarithm_of_their_rate():
    """Two events in half a covered year are 4 per year; without a covered day the rate is missing."""
    table = {"baseline_visits": [2, 0, 0], "baseline_days": [182.625, 365.0, 0.0]}
    found = columns(table, "baseline_visits", type="number")
    rate = found["log(1 + baseline_visits)"]
    assert rate.tolist() == pytest.approx([log(5), 0, log(5) / 2])
    assert found["log(1 + baseline_visits) missing"].tolist() == [0, 0, 1]


def test_a_spline_is_straight_beyond_its_last_knots():
    ages = np.arange(20.0, 101.0)
    found = columns({"age": ages}, "age", type="number", spline=True)
    assert list(found) == ["age", "age spline 1", "age spline 2"]
    for term in ("age spline 1", "age spline 2"):
        assert np.diff(found[term], 2)[-3:] == pytest.approx(0, abs=1e-9)
        assert np.abs(np.diff(found[term], 2)[30:40]).max() > 1e-6
    assert found["age spline 1"][:4] == pytest.approx(0)


def test_a_column_that_is_not_there_is_said():
    with pytest.raises(EstimationError, match="no column 'height'"):
        columns({"age": [1]}, "height", type="number")


def sample_of(make_cohort, make_outcomes, rows, names, missing="impute"):
    design = declare(make_cohort(rows), ["usual", "offer"], "usual", names)
    outcome = aligned(design, make_outcomes([1.0] * len(rows)), "y", "w", {"measure": "continuous"})
    return adjust(analysed(design, outcome), names, missing)


def test_what_is_constant_within_strata_is_left_out_with_a_note(make_cohort, make_outcomes):
    """The tier makes the stratum, so the strata carry it; age varies within."""
    rows = [{"arm": "usual", "stratum": tier, "tier": tier, "age": age} for tier in "ab" for age in (30, 40)]
    sample = sample_of(make_cohort, make_outcomes, rows, ["tier", "age"])
    assert len(sample.columns) == 1 + 1  # the offer, and age
    assert sample.notes == ("constant within strata, not in the model: tier=b",)


def test_imputed_values_are_noted_without_a_count(make_cohort, make_outcomes):
    rows = [{"arm": "usual", "age": age} for age in (30, None, 40)]
    sample = sample_of(make_cohort, make_outcomes, rows, ["age"])
    assert len(sample) == 3
    assert sample.notes == ("missing baseline values imputed and indicated: age",)


def test_enrollments_without_baseline_values_are_left_out_where_asked(make_cohort, make_outcomes):
    rows = [{"arm": "usual", "age": age} for age in (30, None, 40)]
    sample = sample_of(make_cohort, make_outcomes, rows, ["age"], "drop")
    assert len(sample) == 2
    assert sample.notes == ("enrollments without baseline values left out",)


def test_imputation_does_not_look_at_who_has_the_outcome(make_cohort, make_outcomes):
    """The mean age is that of all enrollments, 40, though only the first two have the outcome."""
    rows = [{"arm": "usual", "age": age} for age in (30.0, None, 50.0)]
    design = declare(make_cohort(rows), ["usual", "offer"], "usual", ["age"])
    outcome = aligned(design, make_outcomes([1.0, 2.0, None]), "y", "w", {"measure": "continuous"})
    sample = adjust(analysed(design, outcome), ["age"])
    assert sample.columns[1].tolist() == [30, 40]


def test_a_missing_cluster_is_refused(make_cohort):
    rows = [{"arm": "usual", "cluster": "a"}, {"arm": "offer", "cluster": None}]
    with pytest.raises(EstimationError, match="no cluster"):
        declare(make_cohort(rows), ["usual", "offer"], "usual")


def test_an_unknown_arm_is_refused(make_cohort):
    with pytest.raises(EstimationError, match="no arm"):
        declare(make_cohort([{"arm": "placebo"}]), ["usual", "offer"], "usual")
