"""The core against R: coefficients to 1e-8, standard errors to 1e-6 (fixest's own are good to 1e-6 only)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from armwise.estimates import core
from armwise.estimates.bias_reduced import bias_reduced
from armwise.estimates.leverage import enlarged
from armwise.estimates.variance import Spread, by_cluster, covariance

R_VALUES = json.loads((Path(__file__).parent / "r_values.json").read_text(encoding="utf-8"))
COVARIATES = ["xage", "female", "physlm", "disea", "hlthg", "hlthf", "hlthp"]


def codes(values: pd.Series) -> np.ndarray:
    return pd.factorize(values, sort=True)[0].astype(np.int64)


def rand_model(rand, outcome, link, weight=None, exposure=None):
    """free + site (absorbed) + year + covariates, as in R: y ~ free + factor(site) + factor(year) + ..."""
    years = {f"factor(year){year}": (rand.year == year).astype(float) for year in (2, 3, 4, 5)}
    columns = {"free": rand.free.astype(float)} | years | {name: rand[name] for name in COVARIATES}
    fitted = core.fit(
        rand[outcome].to_numpy(float),
        np.stack([np.asarray(column, float) for column in columns.values()]),
        codes(rand.site),
        np.ones(len(rand)) if weight is None else rand[weight].to_numpy(float),
        None if exposure is None else rand[exposure].to_numpy(float),
        link,
    )
    return list(columns), fitted


def errors(fitted, cluster, correction):
    n, groups = len(cluster), int(cluster.max()) + 1
    fitted = enlarged(fitted, correction, cluster)
    spread = Spread(correction, n, groups, fitted.parameters)
    return np.sqrt(np.diag(covariance(fitted.influence(np.eye(len(fitted.beta))), cluster, spread)))


MODELS = {
    "B_poisson_totadm_offset": ("totadm", "log", None, "time"),
    "B_poisson_totadm_offset_ipw": ("totadm", "log", "ipw", "time"),
    "B_ols_totadm": ("totadm", "linear", None, None),
    "B_wls_totadm_ipw": ("totadm", "linear", "ipw", None),
    "B_logit_anyadm": ("anyadm", "logit", None, None),
}
NAMED = {
    "HC0": ("row", "HC0"),
    "HC1": ("row", "HC1"),
    "HC2": ("row", "HC2"),
    "HC3": ("row", "HC3"),
    "CLfam_CR3": ("fam", "CR3"),
    "CLper_HC0_nocadj": ("zper", "CR0"),
    "CLper_HC1": ("zper", "CR1S"),
    "CLfam_HC0_nocadj": ("fam", "CR0"),
    "CLfam_HC1": ("fam", "CR1S"),
}


@pytest.mark.parametrize("model", MODELS)
def test_coefficients(rand, r, model):
    names, fitted = rand_model(rand, *MODELS[model])
    expected = [r[model]["coef"][name] for name in names]
    np.testing.assert_allclose(fitted.beta, expected, rtol=1e-8)


@pytest.mark.parametrize("model", MODELS)
def test_intercepts_of_the_strata(rand, r, model):
    _, fitted = rand_model(rand, *MODELS[model])
    coefficients = r[model]["coef"]
    sites = [coefficients.get(f"factor(site){site}", 0.0) for site in range(1, 7)]
    expected = np.array(sites) + coefficients["(Intercept)"]
    np.testing.assert_allclose(fitted.intercepts, expected, rtol=1e-8, atol=1e-10)


KNOWN = [(model, error) for model in MODELS for error in NAMED if error in R_VALUES[model]["se"]]


@pytest.mark.parametrize(("model", "error"), KNOWN)
def test_standard_errors(rand, r, model, error):
    names, fitted = rand_model(rand, *MODELS[model])
    level, correction = NAMED[error]
    cluster = np.arange(len(rand)) if level == "row" else codes(rand[level])
    expected = [r[model]["se"][error][name] for name in names]
    np.testing.assert_allclose(errors(fitted, cluster, correction), expected, rtol=1e-6)


@pytest.mark.parametrize(("model", "weight"), [("B_fepois_totadm", None), ("B_fepois_totadm_ipw", "ipw")])
def test_poisson_with_absorbed_effects_as_in_fixest(rand, r, model, weight):
    names, fitted = rand_model(rand, "totadm", "log", weight, "time")
    expected = r[model]["se"]["cl_fam_default"]
    found = dict(zip(names, errors(fitted, codes(rand.fam), "CR1S"), strict=True))
    coefficients = dict(zip(names, fitted.beta, strict=True))
    for name in expected:
        assert coefficients[name] == pytest.approx(r[model]["coef"][name], rel=1e-8)
        assert found[name] == pytest.approx(expected[name], rel=5e-6)


def standardized_by_r(fitted, columns, weight, cluster):
    """The quantities of R's `gcomp`: means under both arms, errors with the sampling of covariates."""
    found = {}
    for arm in (0.0, 1.0):
        under = columns.copy()
        under[0] = arm
        found[arm] = fitted.standardized(under, weight)
    (mean0, rows0), (mean1, rows1) = found[0.0], found[1.0]
    root = lambda rows: float(np.sqrt((by_cluster(rows, cluster) ** 2).sum()))  # noqa: E731
    return {
        "mu1": mean1,
        "mu0": mean0,
        "diff": mean1 - mean0,
        "ratio": mean1 / mean0,
        "se_diff_mest_CR0": root(rows1 - rows0),
        "se_logratio_mest_CR0": root(rows1 / mean1 - rows0 / mean0),
    }


@pytest.mark.parametrize(
    ("analysis", "outcome", "link"),
    [("B_gcomp_poisson_totadm", "totadm", "log"), ("B_gcomp_logit_anyadm", "anyadm", "logit")],
)
def test_standardized_means_of_rand(rand, r, analysis, outcome, link):
    _, fitted = rand_model(rand, outcome, link)
    found = standardized_by_r(fitted, fitted.columns, np.ones(len(rand)), codes(rand.fam))
    for name, value in found.items():
        assert value == pytest.approx(r[analysis][name], rel=1e-8 if "se" not in name else 1e-6)


@pytest.mark.parametrize(
    ("analysis", "clustered"), [("C_gcomp_thornton_cl", True), ("C_gcomp_thornton_ind", False)]
)
def test_standardized_means_of_thornton(thornton, r, analysis, clustered):
    columns = np.stack([thornton["any"], thornton.distvct, thornton.age, thornton.age**2])
    one = np.zeros(len(thornton), np.int64)
    fitted = core.fit(thornton.got.to_numpy(), columns, one, np.ones(len(thornton)), link="logit")
    cluster = codes(thornton.villnum) if clustered else np.arange(len(thornton))
    found = standardized_by_r(fitted, columns, np.ones(len(thornton)), cluster)
    for name, value in found.items():
        assert value == pytest.approx(r[analysis][name], rel=1e-8 if "se" not in name else 1e-6)


THORNTON = {"HC0": ("row", "HC0"), "HC1": ("row", "HC1"), "HC3": ("row", "HC3")}
THORNTON |= {"CL_HC0_nocadj": ("villnum", "CR0")}
THORNTON |= {"CL_HC0_cadj": ("villnum", "CR1"), "CL_HC1": ("villnum", "CR1S")}


@pytest.mark.parametrize("error", THORNTON)
def test_logit_of_thornton(thornton, r, error):
    columns = np.stack([thornton["any"], thornton.distvct, thornton.age, thornton.age**2])
    one = np.zeros(len(thornton), np.int64)
    fitted = core.fit(thornton.got.to_numpy(), columns, one, np.ones(len(thornton)), link="logit")
    names = ["any", "distvct", "age", "I(age^2)"]
    said = r["C_logit_thornton"]
    np.testing.assert_allclose(fitted.beta, [said["coef"][name] for name in names], rtol=1e-8)
    level, correction = THORNTON[error]
    cluster = np.arange(len(thornton)) if level == "row" else codes(thornton.villnum)
    np.testing.assert_allclose(
        errors(fitted, cluster, correction), [said["se"][error][name] for name in names], rtol=1e-6
    )


def test_rates_of_two_arms_as_in_survey(rand, r):
    """Weighted events over weighted time in each arm, clusters across arms, G / (G - 1)."""
    said = r["K_rate_ipw_cluster"]
    one, weight = np.zeros(len(rand), np.int64), rand.ipw.to_numpy()
    arm = rand.free.to_numpy(float)[None]
    fitted = core.fit(rand.totadm.to_numpy(float), arm, one, weight, rand.time.to_numpy(), "log")
    found = standardized_by_r(fitted, arm, weight, codes(rand.fam))
    clusters = rand.fam.nunique()
    scale = np.sqrt(clusters / (clusters - 1))
    assert found["mu1"] == pytest.approx(said["rate1"], rel=1e-8)
    assert found["mu0"] == pytest.approx(said["rate0"], rel=1e-8)
    assert found["se_diff_mest_CR0"] * scale == pytest.approx(said["se_rd"], rel=1e-6)
    assert found["se_logratio_mest_CR0"] * scale == pytest.approx(said["se_lrr"], rel=1e-6)


SMALL = {"B_ols_totadm": "CLfam_CR2", "B_poisson_totadm_offset": "CLfam_CR2"}


@pytest.mark.parametrize("model", SMALL)
def test_bias_reduced_errors_as_in_clubsandwich(rand, r, model):
    names, fitted = rand_model(rand, *MODELS[model])
    reduced = bias_reduced(fitted, codes(rand.fam)).model
    expected = [r[model]["se"][SMALL[model]][name] for name in names]
    np.testing.assert_allclose(errors(reduced, codes(rand.fam), "CR2"), expected, rtol=1e-8)


@pytest.mark.parametrize(("model", "link"), [("C_ols_thornton", "linear"), ("C_logit_thornton", "logit")])
def test_bias_reduced_errors_of_thornton(thornton, r, model, link):
    columns = [thornton["any"], thornton.distvct, thornton.age, thornton.age**2]
    columns = np.stack(columns if link == "logit" else columns[:3])
    one = np.zeros(len(thornton), np.int64)
    fitted = core.fit(thornton.got.to_numpy(), columns, one, np.ones(len(thornton)), link=link)
    reduced = bias_reduced(fitted, codes(thornton.villnum)).model
    expected = list(r[model]["se"]["CR2"].values())[1:]
    np.testing.assert_allclose(errors(reduced, codes(thornton.villnum), "CR2"), expected, rtol=1e-8)


def test_satterthwaite_degrees_of_freedom_as_in_estimatr(rand, r):
    names, fitted = rand_model(rand, *MODELS["B_ols_totadm"])
    reduced = bias_reduced(fitted, codes(rand.fam))
    for place, name in enumerate(names):
        gradient = np.eye(len(names) + 6)[place]
        assert reduced.df(gradient) == pytest.approx(r["B_ols_totadm_estimatr_CR2"]["df"][name], rel=1e-8)


CGD = {"HC0": "HC0", "HC1": "HC1", "HC2": "HC2", "HC3": "HC3"} | {
    "CLcenter_HC0_nocadj": "CR0",
    "CLcenter_HC1": "CR1S",
    "CR2": "CR2",
}


@pytest.mark.parametrize("error", CGD)
def test_rates_of_infections_in_thirteen_centres(cgd, r, error):
    """128 patients: where corrections for leverage differ most, up to 23% from one another."""
    names = ["treat", "sex", "age", "inherit", "steroids", "propylac"]
    one = np.zeros(len(cgd), np.int64)
    y, years = cgd.nev.to_numpy(), cgd.futime.to_numpy()
    fitted = core.fit(y, cgd[names].to_numpy().T, one, np.ones(len(cgd)), years, "log")
    said = r["F_poisson_cgd"]
    np.testing.assert_allclose(fitted.beta, [said["coef"][name] for name in names], rtol=1e-8)
    cluster = codes(cgd.center) if CGD[error].startswith("CR") else np.arange(len(cgd))
    adjusted = bias_reduced(fitted, cluster).model if error == "CR2" else fitted
    expected = [said["se"][error][name] for name in names]
    np.testing.assert_allclose(errors(adjusted, cluster, CGD[error]), expected, rtol=1e-6)


def test_jackknife_like_errors_of_villages(thornton, r):
    columns = np.stack([thornton["any"], thornton.distvct, thornton.age])
    one = np.zeros(len(thornton), np.int64)
    fitted = core.fit(thornton.got.to_numpy(), columns, one, np.ones(len(thornton)))
    said = r["C_ols_thornton"]["se"]
    names = ["any", "distvct", "age"]
    for error, cluster in (("HC2", np.arange(len(thornton))), ("CR3", codes(thornton.villnum))):
        expected = [said[error][name] for name in names]
        np.testing.assert_allclose(errors(fitted, cluster, error), expected, rtol=1e-8)
