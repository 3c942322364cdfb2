"""Factors of the corrections, and limits on each scale."""

import numpy as np
import pytest

from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision, numbers
from armwise.estimates.variance import Spread, by_cluster, covariance

NORMAL = Precision("CR0", 0.95, "normal")
Z = 1.959963984540054


@pytest.mark.parametrize(
    ("correction", "factor"),
    [("CR0", 1), ("CR1", 20 / 19), ("CR1S", 20 / 19 * 99 / 90), ("HC0", 1), ("CR2", 1)],
)
def test_factor(correction, factor):
    assert Spread(correction, rows=100, clusters=20, parameters=10).factor == pytest.approx(factor)


def test_with_a_row_per_cluster_cr1s_is_hc1():
    assert Spread("CR1S", 100, 100, 10).factor == pytest.approx(100 / 90)
    assert Spread("HC1", 100, 100, 10).factor == pytest.approx(100 / 90)


@pytest.mark.parametrize(("rows", "clusters", "parameters"), [(10, 1, 2), (5, 5, 5)])
def test_without_degrees_of_freedom_there_is_no_error(rows, clusters, parameters):
    with pytest.raises(EstimationError, match="too few"):
        _ = Spread("CR1S", rows, clusters, parameters).factor


def test_influence_adds_up_within_clusters():
    cluster = np.array([0, 1, 0])
    assert by_cluster(np.array([1.0, 5.0, 2.0]), cluster).tolist() == [3, 5]
    found = covariance(np.array([[1.0, 5.0, 2.0], [1.0, 0.0, 0.0]]), cluster, Spread("CR0", 3, 2, 1))
    assert found.tolist() == [[34, 3], [3, 1]]


def test_limits_of_a_ratio():
    found = numbers(np.log(2), 0.04, 50, NORMAL, "ratio", test=True)
    assert found["estimate"] == pytest.approx(2)
    assert found["std_error"] == pytest.approx(0.2)
    assert found["ci_high"] == pytest.approx(2 * np.exp(Z * 0.2))
    assert found["p_value"] == pytest.approx(0.00053, abs=1e-5)


def test_limits_of_a_rate_stay_positive():
    found = numbers(0.1, 0.09**2, 50, NORMAL, "log")
    assert found["ci_low"] == pytest.approx(0.1 * np.exp(-Z * 0.9))
    assert found["ci_low"] > 0


def test_limits_of_a_risk_stay_within_one():
    found = numbers(0.97, 0.02**2, 50, NORMAL, "logit")
    assert 0.85 < found["ci_low"] < 0.97 < found["ci_high"] < 1


def test_a_difference_has_symmetric_limits_and_t():
    found = numbers(1.0, 0.25, 9, Precision(), test=True)
    assert found["ci_high"] - 1 == pytest.approx(0.5 * 2.262157)
    assert 1 - found["ci_low"] == pytest.approx(0.5 * 2.262157)
    assert found["p_value"] == pytest.approx(0.076, abs=1e-3)
    assert found["df"] == 9
