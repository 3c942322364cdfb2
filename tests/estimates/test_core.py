"""The core against models with dummies in statsmodels and linearmodels, on small random trials."""

import tracemalloc

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from armwise.estimates import core, strata
from armwise.estimates.errors import EstimationError
from armwise.estimates.variance import Spread, covariance

# statsmodels warns that clusters with weights are not fully supported; for these models they agree with R.
pytestmark = pytest.mark.filterwarnings("ignore:cov_type not fully supported")

FAMILY = {"linear": sm.families.Gaussian(), "log": sm.families.Poisson(), "logit": sm.families.Binomial()}


def small_trial(seed, link, strata=4, n=240):
    """A random trial: stratum, columns (arm and two covariates), weight, exposure, outcome."""
    rng = np.random.default_rng(seed)
    stratum = np.concatenate([np.arange(strata), rng.integers(0, strata, n - strata)])
    arm = rng.integers(0, 2, n).astype(float)
    columns = np.stack([arm, rng.normal(size=n), rng.integers(0, 3, n).astype(float)])
    weight, exposure = rng.uniform(0.5, 3, n), rng.uniform(0.2, 1, n)
    predictor = 0.3 * columns.sum(0) - 0.5 + 0.3 * stratum / strata
    outcome = {
        "linear": lambda: predictor + rng.normal(size=n),
        "log": lambda: rng.poisson(exposure * np.exp(predictor)).astype(float),
        "logit": lambda: (rng.uniform(size=n) < 1 / (1 + np.exp(-predictor))).astype(float),
    }[link]()
    return outcome, columns, stratum, weight, exposure if link == "log" else None


def with_dummies(outcome, columns, stratum, weight, exposure, link, **options):
    """The same model in statsmodels: one dummy per stratum, inverse-probability weights as var_weights."""
    dummies = (stratum == np.arange(stratum.max() + 1)[:, None]).astype(float)
    offset = None if exposure is None else np.log(exposure)
    model = sm.GLM(outcome, np.vstack([columns, dummies]).T, FAMILY[link], offset=offset, var_weights=weight)
    return model.fit(tol=1e-14, maxiter=100, **options)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), link=st.sampled_from(["linear", "log", "logit"]))
def test_absorbed_strata_equal_dummies(seed, link):
    trial = small_trial(seed, link)
    ours, theirs = core.fit(*trial, link=link), with_dummies(*trial, link)
    np.testing.assert_allclose(ours.beta, theirs.params[:3], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(ours.intercepts, theirs.params[3:], rtol=1e-7, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), link=st.sampled_from(["linear", "log", "logit"]))
def test_clustered_errors_equal_statsmodels(seed, link):
    trial = small_trial(seed, link)
    cluster = np.random.default_rng(seed).permutation(np.arange(240) % 60)
    ours = core.fit(*trial, link=link)
    spread = Spread("CR1S", 240, 60, ours.parameters)
    found = np.sqrt(np.diag(covariance(ours.influence(np.eye(3)), cluster, spread)))
    theirs = with_dummies(*trial, link, cov_type="cluster", cov_kwds={"groups": cluster})
    np.testing.assert_allclose(found, theirs.bse[:3], rtol=1e-6)


@pytest.mark.parametrize("link", ["linear", "log", "logit"])
def test_order_of_rows_does_not_matter(link):
    outcome, columns, stratum, weight, exposure = small_trial(7, link)
    shuffled = np.random.default_rng(1).permutation(240)
    again = core.fit(
        outcome[shuffled],
        columns[:, shuffled],
        stratum[shuffled],
        weight[shuffled],
        None if exposure is None else exposure[shuffled],
        link,
    )
    first = core.fit(outcome, columns, stratum, weight, exposure, link)
    np.testing.assert_allclose(again.beta, first.beta, rtol=1e-10)
    np.testing.assert_allclose(
        again.influence(np.eye(3)), first.influence(np.eye(3))[:, shuffled], atol=1e-10
    )


@pytest.mark.parametrize("link", ["linear", "log", "logit"])
def test_weights_have_no_unit(link):
    outcome, columns, stratum, weight, exposure = small_trial(8, link)
    first = core.fit(outcome, columns, stratum, weight, exposure, link)
    scaled = core.fit(outcome, columns, stratum, 1000 * weight, exposure, link)
    np.testing.assert_allclose(scaled.beta, first.beta, rtol=1e-10)
    np.testing.assert_allclose(scaled.influence(np.eye(3)), first.influence(np.eye(3)), rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("link", ["linear", "log", "logit"])
def test_influence_is_the_derivative_of_the_estimate(link):
    """Adding a little weight to a row moves the standardized mean by that row's influence."""
    outcome, columns, stratum, weight, exposure = small_trial(9, link)
    treated = columns.copy()
    treated[0] = 1

    def mean(extra):
        heavier = weight.copy()
        heavier[17] *= 1 + extra
        return core.fit(outcome, columns, stratum, heavier, exposure, link).standardized(treated, heavier)

    step = 1e-4
    slope = (mean(step)[0] - mean(-step)[0]) / (2 * step)
    assert mean(0)[1][17] == pytest.approx(slope, rel=1e-5)


@pytest.mark.parametrize("link", ["linear", "log", "logit"])
def test_influence_sums_to_nothing(link):
    trial = small_trial(10, link)
    fitted = core.fit(*trial, link=link)
    np.testing.assert_allclose(fitted.influence(np.eye(3)).sum(1), 0, atol=1e-10)
    assert fitted.standardized(trial[1], trial[3])[1].sum() == pytest.approx(0, abs=1e-10)


def test_a_column_that_the_strata_explain_is_dropped():
    outcome, columns, stratum, weight, _ = small_trial(11, "linear")
    more = np.vstack([columns, stratum * 2.0 + 1, columns[1] + columns[2]])
    fitted = core.fit(outcome, more, stratum, weight)
    assert fitted.kept.tolist() == [True, True, True, False, False]
    np.testing.assert_allclose(fitted.beta[:3], core.fit(outcome, columns, stratum, weight).beta, rtol=1e-9)


def test_a_stratum_without_events_has_rate_zero_and_says_nothing():
    outcome, columns, stratum, weight, exposure = small_trial(12, "log")
    outcome[stratum == 2] = 0
    rest = stratum != 2
    whole = core.fit(outcome, columns, stratum, weight, exposure, "log")
    parts = [
        values[..., rest]
        for values in (outcome, columns, np.where(stratum > 2, 2, stratum), weight, exposure)
    ]
    np.testing.assert_allclose(whole.beta, core.fit(*parts, "log").beta, rtol=1e-9)
    assert whole.intercepts[2] == -np.inf
    assert whole.parameters == 3 + 3
    mean, _ = whole.predicted(columns)
    assert (mean[stratum == 2] == 0).all()


def test_separation_by_a_covariate_is_noticed():
    outcome, columns, stratum, weight, exposure = small_trial(13, "log")
    outcome[columns[2] == 2] = 0
    twos = np.vstack([columns[:2], columns[2] == 2])
    assert core.fit(outcome, twos, stratum, weight, exposure, "log").separated
    assert not core.fit(*small_trial(13, "log"), "log").separated


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": np.zeros(240)}, "at least one event"),
        ({"outcome": -np.ones(240)}, "no negative counts"),
        ({"weight": np.zeros(240)}, "no rows with weight"),
        ({"exposure": np.zeros(240)}, "exposure must be positive"),
    ],
)
def test_what_cannot_be_fitted_is_said(change, message):
    names = ("outcome", "columns", "stratum", "weight", "exposure")
    given_ = dict(zip(names, small_trial(14, "log"), strict=True)) | change
    with pytest.raises(EstimationError, match=message):
        core.fit(**given_, link="log")


def test_a_hundred_large_counts_still_converge():
    """Outcomes spread over six orders of magnitude, a start far from the solution."""
    rng = np.random.default_rng(15)
    column = rng.normal(size=(1, 100))
    outcome = rng.poisson(np.exp(5 + 2.5 * column[0])).astype(float)
    fitted = core.fit(outcome, column, np.zeros(100, np.int64), np.ones(100), link="log")
    theirs = sm.GLM(outcome, sm.add_constant(column[0]), FAMILY["log"]).fit(tol=1e-14)
    assert fitted.beta[0] == pytest.approx(theirs.params[1], rel=1e-8)


@pytest.mark.parametrize("link", ["linear", "log", "logit"])
@pytest.mark.parametrize("in_order", [True, False])
def test_blocks_of_rows_change_nothing(link, in_order, monkeypatch):
    """240 rows in one block, then in blocks of seven that begin and end inside of strata."""
    outcome, columns, stratum, weight, exposure = small_trial(16, link)
    order = np.argsort(stratum, kind="stable") if in_order else np.arange(240)
    rows = (outcome[order], columns[:, order], stratum[order], weight[order])
    exposed = None if exposure is None else exposure[order]
    whole = core.fit(*rows, exposed, link)
    monkeypatch.setattr(strata, "ROWS", 7)
    parts = core.fit(*rows, exposed, link)
    np.testing.assert_allclose(parts.beta, whole.beta, rtol=1e-12)
    np.testing.assert_allclose(parts.influence(np.eye(3)), whole.influence(np.eye(3)), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(
        parts.standardized(columns[:, order], rows[3])[1],
        whole.standardized(columns[:, order], rows[3])[1],
        rtol=1e-9,
        atol=1e-14,
    )


@pytest.mark.parametrize("link", ["linear", "log", "logit"])
def test_a_fit_copies_no_columns(link):
    """Beside 20 columns a fit needs room for a few vectors of their length, not for the columns again."""
    rng = np.random.default_rng(17)
    columns, stratum = rng.normal(size=(20, 50_000)), np.repeat(np.arange(5), 10_000)
    outcome = (rng.random(50_000) < 0.3).astype(float)
    tracemalloc.start()
    core.fit(outcome, columns, stratum, np.ones(50_000), link=link)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 0.8 * columns.nbytes
