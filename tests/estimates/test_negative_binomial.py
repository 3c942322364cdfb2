"""Negative binomial fits against R's MASS: coefficients and theta to 1e-6 (both sides optimize)."""

import numpy as np
import pandas as pd
import pytest

from armwise.estimates import negative_binomial
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision
from armwise.estimates.standardize import spread_of


def codes(values):
    return pd.factorize(values, sort=True)[0].astype(np.int64)


def one(rows):
    return np.zeros(len(rows), np.int64), np.ones(len(rows))


def test_infections_as_in_mass(cgd, r):
    found = negative_binomial.fit(
        cgd.nev.to_numpy(), cgd[["treat"]].to_numpy().T, *one(cgd), cgd.futime.to_numpy()
    )
    said = r["F_negbin_cgd"]
    assert found.model.beta[0] == pytest.approx(said["coef"]["treat"], rel=1e-6)
    assert found.theta == pytest.approx(said["theta"], rel=1e-6)
    assert np.sqrt(found.model.inverse[0, 0]) == pytest.approx(said["se"]["model"]["treat"], rel=1e-6)


@pytest.fixture(scope="module")
def admissions(rand):
    years = [(rand.year == year).astype(float) for year in (2, 3, 4, 5)]
    names = ["xage", "female", "physlm", "disea", "hlthg", "hlthf", "hlthp"]
    columns = np.stack([rand.free.astype(float), *years, *(rand[name] for name in names)])
    return negative_binomial.fit(
        rand.totadm.to_numpy(float), columns, codes(rand.site), np.ones(len(rand)), rand.time.to_numpy()
    )


def test_admissions_with_absorbed_sites_as_in_mass(admissions, r):
    said = r["B_negbin_totadm_offset"]
    assert admissions.model.beta[0] == pytest.approx(said["coef"]["free"], rel=1e-6)
    assert admissions.model.beta[-1] == pytest.approx(said["coef"]["hlthp"], rel=1e-6)
    assert admissions.theta == pytest.approx(said["theta"], rel=1e-6)
    sites = said["coef"]["(Intercept)"] + said["coef"]["factor(site)4"]
    assert admissions.model.intercepts[3] == pytest.approx(sites, rel=1e-6)
    assert np.sqrt(admissions.model.inverse[0, 0]) == pytest.approx(said["se"]["model"]["free"], rel=1e-6)


def test_families_as_in_sandwich(admissions, rand, r):
    """R's sandwich takes theta for known and the expected information: 5% from the other convention."""
    solved = spread_of(admissions.model, codes(rand.fam), Precision("CR0"))
    influence = solved.model.influence(np.eye(12)[:1])[0]
    found = np.sqrt((np.bincount(codes(rand.fam), influence) ** 2).sum())
    said = r["B_negbin_totadm_offset"]["se"]["CLfam_HC0_nocadj"]
    assert found == pytest.approx(said["free"], rel=1e-5)


def test_hospital_days_whose_spread_is_extreme():
    """A few long stays among many zeros: where optimizers stop at alpha = 0, theta is small and found."""
    rng = np.random.default_rng(3)
    arm = np.repeat([0.0, 1.0], 1500)
    frailty = rng.gamma(0.02, 1 / 0.02, 3000)
    days = rng.poisson(0.3 * frailty * np.exp(-0.2 * arm)).astype(float)
    found = negative_binomial.fit(days, arm[None], *one(arm))
    assert found.theta == pytest.approx(0.02, rel=0.25)
    assert abs(found.model.score.sum()) < 1e-6
    assert np.exp(found.model.intercepts[0]) == pytest.approx(days[arm == 0].mean(), rel=1e-6)


def test_counts_less_variable_than_poisson_have_no_such_model():
    arm = np.tile([0.0, 1.0], 50)
    with pytest.raises(EstimationError, match="no more variable"):
        negative_binomial.fit(np.tile([1.0, 1.0, 1.0, 2.0], 25), arm[None], *one(arm))
