"""Fit the primary count model, or its least-squares twin, by one engine; print what it took.

Usage: python benchmarks/models/fit.py ENGINE LINK ROWS TIMES

The data are made before the clock starts, in the form that the engine takes: arrays for ours, statsmodels
and glum, a data frame for pyfixest. What is measured ends with coefficients and clustered standard errors.
CPU seconds of the process: of the first fit, with whatever is compiled or imported on the way, and of the
fastest. Memory: the most that the process ever held, data and libraries in it.
"""

import json
import resource
import sys
import time
from collections.abc import Callable

import numpy as np
from made import Trial, made

Fitted = tuple[float, float]  # coefficient of the arm and its standard error
Fit = Callable[[], Fitted]


def main() -> None:
    """Fit, and print a line of JSON."""
    engine, link, rows, times = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    fit = ENGINES[engine](made(rows), link)
    taken = []
    for _ in range(times):
        started = time.process_time()
        coefficient, error = fit()
        taken.append(time.process_time() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    found = {"first": taken[0], "best": min(taken), "memory_gb": peak}
    print(json.dumps(found | {"coefficient": coefficient, "std_error": error}))


def ours(trial: Trial, link: str) -> Fit:
    """Prepare our own core."""
    from armwise.estimates import core
    from armwise.estimates.variance import Spread, covariance

    exposure = trial.exposure if link == "log" else None
    every, clusters = np.eye(len(trial.columns)), int(trial.cluster.max()) + 1

    def fit() -> Fitted:
        model = core.fit(trial.outcome, trial.columns, trial.stratum, trial.weight, exposure, link)
        spread = Spread("CR1S", len(trial.outcome), clusters, model.parameters)
        variance = covariance(model.influence(every), trial.cluster, spread)
        return float(model.beta[0]), float(np.sqrt(variance[0, 0]))

    return fit


def pyfixest(trial: Trial, link: str) -> Fit:
    """Prepare pyfixest, strata absorbed."""
    import pandas as pd
    import pyfixest as pf

    names = [f"x{place}" for place in range(len(trial.columns))]
    data = pd.DataFrame(dict(zip(names, trial.columns, strict=True)))
    data = data.assign(y=trial.outcome, s=trial.stratum, w=trial.weight, c=trial.cluster)
    data["o"] = np.log(trial.exposure)
    formula, common = f"y ~ {' + '.join(names)} | s", {"weights": "w", "vcov": {"CRV1": "c"}}

    def fit() -> Fitted:
        if link == "log":
            model = pf.fepois(formula, data, offset="o", **common)
        else:
            model = pf.feols(formula, data, **common)
        return float(model.coef()["x0"]), float(model.se()["x0"])

    return fit


def glum(trial: Trial, link: str) -> Fit:
    """Prepare glum, strata as a categorical column."""
    import pandas as pd
    import tabmat
    from glum import GeneralizedLinearRegressor

    strata = tabmat.CategoricalMatrix(pd.Categorical(trial.stratum))
    matrix = tabmat.SplitMatrix([tabmat.DenseMatrix(np.asfortranarray(trial.columns.T)), strata])
    offset = np.log(trial.exposure) if link == "log" else None

    def fit() -> Fitted:
        family = "poisson" if link == "log" else "normal"
        model = GeneralizedLinearRegressor(alpha=0, fit_intercept=False, family=family, gradient_tol=1e-8)
        model.fit(
            matrix, trial.outcome, trial.weight, offset, store_covariance_matrix=True, clusters=trial.cluster
        )
        return float(model.coef_[0]), float(np.sqrt(model.covariance_matrix()[0, 0]))

    return fit


def statsmodels(trial: Trial, link: str) -> Fit:
    """Prepare statsmodels' GLM (WLS for least squares), strata as indicators."""
    import statsmodels.api as sm

    design = np.column_stack([trial.columns.T, np.eye(int(trial.stratum.max()) + 1)[trial.stratum]])
    clustered = {"cov_type": "cluster", "cov_kwds": {"groups": trial.cluster}}

    def fit() -> Fitted:
        if link == "log":
            family, offset = sm.families.Poisson(), np.log(trial.exposure)
            model = sm.GLM(trial.outcome, design, family, offset=offset, var_weights=trial.weight)
        else:
            model = sm.WLS(trial.outcome, design, trial.weight)
        result = model.fit(**clustered)
        return float(result.params[0]), float(result.bse[0])

    return fit


ENGINES = {"ours": ours, "pyfixest": pyfixest, "glum": glum, "statsmodels": statsmodels}

if __name__ == "__main__":
    main()
