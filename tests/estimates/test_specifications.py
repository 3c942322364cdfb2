"""Specification curves: a row per combination, equal to the same analysis made alone, nothing to count."""

import itertools

import numpy as np
import pyarrow.parquet as pq
import pytest

from armwise.estimates import ard
from armwise.estimates.design import aligned, declare
from armwise.estimates.effects import ITT, outcome_results
from armwise.estimates.inference import Precision
from armwise.estimates.inputs import Inputs
from armwise.estimates.specifications import Curve, estimate

PRECISION = {"standard_error": "CR1S", "level": 0.95, "limits": "t"}
DESIGN = {"arms": ["usual", "offer"], "reference": "usual"}
KINDS = {"age": {"type": "number"}, "sex": {"type": "category"}}
GRID = {
    "outcome": "y",
    "measure": "count",
    "scale": "ratio",
    "places": [{"analysis_set": "itt", "said": None, "window": "w"}],
    "untouched": [],
    "covariates": {"unadjusted": [], "adjusted": ["age", "sex"], "old": ["age"]},
    "missing_baseline": "impute",
    "baseline": KINDS,
    "models": ["planned", "negative_binomial", "least_squares", "over_control_mean"],
    "standard_errors": ["CR1S", "HC1"],
}


@pytest.fixture
def files(tmp_path, make_cohort, make_outcomes):
    """A trial of 240 enrollments of 200 persons in two strata, and its outcomes, as Parquet files."""
    draw = np.random.default_rng(8)
    arm, age = draw.integers(0, 2, 240), draw.uniform(20, 80, 240)
    person = [f"c{i % 200:03d}" for i in range(240)]
    rows = [
        {"arm": ("usual", "offer")[a], "age": float(y), "sex": "FM"[i % 2], "cluster": person[i]}
        | {"stratum": "ab"[i % 2]}
        for i, (a, y) in enumerate(zip(arm, age, strict=True))
    ]
    value = draw.negative_binomial(1.0, 1 / (1 + np.exp(-0.3 * arm + age / 60)))
    pq.write_table(make_cohort(rows), tmp_path / "cohort.parquet")
    days = [365.0] * 240
    pq.write_table(make_outcomes([float(v) for v in value], days), tmp_path / "w.parquet")
    return tmp_path


def curve(folder, fitted=(), **changes):
    grid = GRID | changes
    outcomes = [folder / f"{place['window']}.parquet" for place in grid["places"]]
    estimate(folder / "cohort.parquet", outcomes, fitted, folder / "out.parquet", DESIGN, grid, PRECISION)
    return pq.read_table(folder / "out.parquet").to_pylist()


def test_every_combination_is_a_row_whose_key_says_it(files):
    rows = curve(files)
    models = ["poisson", "negative_binomial", "least_squares", "over_control_mean"]
    wanted = itertools.product(models, GRID["covariates"], ["CR1S", "HC1"])
    assert {row["key"] for row in rows} == {
        f"curve.itt/y/w/all/offer vs usual/rate_ratio/{'.'.join(parts)}" for parts in wanted
    }
    assert all(row["ci_low"] < row["estimate"] < row["ci_high"] for row in rows)


def test_a_specification_counts_nothing_and_tests_nothing(files):
    for row in curve(files):
        assert not any(
            row[name] for name in ("n", "n_informative", "clusters", "df", "events", "person_years")
        )
        assert row["p_value"] is None


def test_a_specification_is_the_analysis_made_alone(files):
    analyses = {"outcomes": {"y": {"measure": "count", "covariates": ["age", "sex"]}}, "baseline": KINDS}
    for correction in ("CR1S", "HC1"):
        stated = PRECISION | {"standard_error": correction}
        read = Inputs.read(files / "cohort.parquet", files / "w.parquet", "w", DESIGN, analyses, stated)
        outcome, settings = next(read.each())
        alone = {
            row.method: row.estimate
            for row in outcome_results(read.design, outcome, settings, read.precision)
            if row.measure == "rate_ratio"
        }
        mine = {row["method"]: row["estimate"] for row in curve(files)}
        assert len(alone) == 2
        assert {name: mine[name] for name in alone} == alone


def test_least_squares_gives_the_ratio_of_its_means_with_two_kinds_of_limits(files):
    rows = {row["method"]: row for row in curve(files)}
    logs, symmetric = rows["least_squares.adjusted.CR1S"], rows["over_control_mean.adjusted.CR1S"]
    assert logs["estimate"] == pytest.approx(symmetric["estimate"])
    assert logs["std_error"] == pytest.approx(symmetric["std_error"])  # both of the logarithm
    assert logs["ci_low"] * logs["ci_high"] == pytest.approx(logs["estimate"] ** 2)
    assert symmetric["ci_low"] + symmetric["ci_high"] == pytest.approx(2 * symmetric["estimate"])


def test_what_another_step_has_fitted_is_taken_over(files):
    made = ard.Result("y", "w", "offer vs usual", "rate_ratio", "poisson.adjusted.CR1S", estimate=0.5, n=9)
    ard.write([made], files / "fitted.parquet")
    rows = {row["method"]: row for row in curve(files, [files / "fitted.parquet"])}
    assert (rows["poisson.adjusted.CR1S"]["estimate"], rows["poisson.adjusted.CR1S"]["n"]) == (0.5, None)
    assert rows["poisson.old.CR1S"]["estimate"] != 0.5


def test_combinations_without_sense_are_left_out_and_said(files):
    rows = curve(files, models=["planned", "interacted", "modified_poisson"], untouched=["All covered days"])
    (note,) = [row["warning"] for row in rows if row["measure"] == "specifications_left_out"]
    assert note == (
        "All covered days: changes nothing about this outcome; interacted: not for this outcome, or not on "
        "this scale; modified_poisson: not for this outcome, or not on this scale"
    )
    assert {row["method"].split(".")[0] for row in rows} == {"poisson", "grid"}
    differences = curve(files, models=["planned", "interacted"], scale="difference")
    methods = {row["method"] for row in differences}
    assert {"interacted.adjusted.CR1S", "standardized.unadjusted.HC1"} <= methods
    assert "interacted.unadjusted.CR1S" not in methods


def test_a_specification_that_fails_is_a_row_with_its_error(make_cohort, make_outcomes):
    people = make_cohort([{"arm": arm} for arm in ("usual", "offer") * 60])
    table = make_outcomes([1.0, 0.0] * 60, [365.0] * 120)
    design = declare(people, ["usual", "offer"], "usual")
    made = Curve(ITT, GRID | {"covariates": {"unadjusted": []}}, Precision(), {})
    rows = made.results(design, aligned(design, table, "y", "w", {"measure": "count"}))
    failed = {row.method.split(".")[0]: row.error for row in rows}
    assert failed["poisson"] == "all outcomes agree in offer: no ratio and no interval by a model"
    assert all(row.error or row.ci_low is not None for row in rows)


def test_another_follow_up_is_named_in_the_set_and_the_estimand(files):
    place = {"analysis_set": "all_covered", "said": "All covered days", "window": "w"}
    rows = curve(files, places=[place], models=["planned"])
    assert {row["analysis_set"] for row in rows} == {"curve.all_covered"}
    assert rows[0]["estimand"].endswith("as randomized; follow-up: All covered days")
