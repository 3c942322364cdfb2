"""The gate of a blinded trial: closed where arms differ at baseline as no draw makes them differ."""

import csv

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.stats import ttest_ind

from armwise.estimates.balance import joint_test
from armwise.estimates.design import declare
from armwise.estimates.errors import EstimationError
from armwise.estimates.unblinding import GateClosed, Opened, unblind

KINDS = {"age": {"type": "number", "spline": False}, "sex": {"type": "category", "spline": False}}
DESIGN = {"arms": ["usual", "offer"], "reference": "usual"}


def cohort(shift: float, count: int = 200) -> pa.Table:
    """Enrollments of two arms in two strata; those offered are older by `shift` years."""
    draw = np.random.default_rng(4)
    arm = draw.permuted(np.repeat([0, 1], count // 2))
    return pa.table(
        {
            "enrollment_id": [f"E{i:03}" for i in range(count)],
            "arm": np.where(arm == 1, "offer", "usual").tolist(),
            "stratum": ["a", "b"] * (count // 2),
            "cluster": [f"E{i:03}" for i in range(count)],
            "weight": np.ones(count),
            "age": draw.normal(50, 10, count) + shift * arm,
            "sex": draw.choice(["female", "male"], count).tolist(),
        }
    )


def checks(tmp_path, rows):
    path = tmp_path / "checks.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("source", "check", "severity", "column", "rows"), *rows])
    return [str(path)]


def opened_by(tmp_path, shift, rows=(), reason=None):
    pq.write_table(cohort(shift), tmp_path / "made.parquet")
    opened = Opened(str(tmp_path / "cohort.parquet"), str(tmp_path / "found.parquet"))
    unblind(tmp_path / "made.parquet", checks(tmp_path, rows), opened, DESIGN, KINDS, reason)
    assert pq.read_table(opened.cohort).equals(pq.read_table(tmp_path / "made.parquet"))
    return {row["measure"]: row for row in pq.read_table(opened.results).to_pylist()}


def test_the_joint_test_of_one_number_in_one_stratum_is_the_t_test():
    people = cohort(3.0).set_column(2, "stratum", pa.array(["a"] * 200))
    design = declare(people, ["usual", "offer"], "usual", ["age"], KINDS)
    age, arm = people["age"].to_numpy(), np.array(people["arm"].to_pylist())
    expected = ttest_ind(age[arm == "offer"], age[arm == "usual"]).pvalue
    assert joint_test(design, ["age"]).p_value == pytest.approx(expected, rel=0.02)


def test_a_fair_draw_rejects_as_often_as_it_should():
    draw, people, rejected = np.random.default_rng(1), cohort(0.0, 80), 0
    for _ in range(400):
        arms = draw.permuted(np.repeat(["usual", "offer"], 40)).tolist()
        drawn = people.set_column(1, "arm", pa.array(arms))
        rejected += (
            joint_test(declare(drawn, ["usual", "offer"], "usual", list(KINDS), KINDS), list(KINDS)).p_value
            < 0.05
        )
    assert rejected / 400 == pytest.approx(0.05, abs=0.035)


def test_a_characteristic_said_twice_counts_once():
    people = cohort(2.0)
    twice = people.append_column("age2", people["age"])
    kinds = KINDS | {"age2": KINDS["age"]}
    one, two = (
        joint_test(declare(table, ["usual", "offer"], "usual", names, kinds), names)
        for table, names in ((people, ["age"]), (twice, ["age", "age2"]))
    )
    assert two.df == one.df == 1
    assert two.p_value == pytest.approx(one.p_value)


def test_arms_that_agree_open_the_gate(tmp_path):
    found = opened_by(tmp_path, 0.0)
    assert found["p_value"]["estimate"] > 0.001
    assert found["p_value"]["warning"] is None


def test_arms_that_differ_keep_it_closed(tmp_path):
    with pytest.raises(GateClosed, match="unblinded_because"):
        opened_by(tmp_path, 10.0)
    assert not (tmp_path / "cohort.parquet").exists()


def test_a_broken_check_that_stops_the_run_keeps_it_closed(tmp_path):
    with pytest.raises(GateClosed, match="two_arms_on_one_day of enrollment"):
        opened_by(tmp_path, 0.0, [("enrollment", "two_arms_on_one_day", "stop", "randomized_on", "2")])
    assert opened_by(tmp_path, 0.0, [("enrollment", "two_arms_on_one_day", "warn", "randomized_on", "2")])


def test_a_reason_opens_it_and_the_objection_stays_on_record(tmp_path):
    found = opened_by(tmp_path, 10.0, reason="The age was recorded after the offer.")
    assert "differ at baseline" in found["p_value"]["warning"]


def test_where_there_is_nothing_to_compare_there_is_no_test():
    with pytest.raises(EstimationError, match="no characteristic varies"):
        joint_test(declare(cohort(0.0), ["usual", "offer"], "usual", [], KINDS), [])
