"""Baseline table, flow, what was read, uptake: small tables in, counts and weighted numbers out."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from armwise.estimates import ard, characteristics, checks, flow, time_at_risk, uptake
from armwise.estimates.design import Outcome, declare
from armwise.estimates.inference import Precision
from armwise.estimates.inputs import Inputs


def results(path, *columns):
    return {tuple(row[c] for c in columns): row for row in pq.read_table(path).to_pylist()}


@pytest.fixture
def table_one(tmp_path, make_cohort):
    """
    arm    weight  age  sex      smoker  baseline visits
    usual       1   40  F             1                0
    usual       3   60  M             0                4
    offer       1   50  F             1                1
    offer       1   70  (blank)  (blank)               3
    """
    rows = [
        {"arm": "usual", "weight": 1.0, "age": 40, "sex": "F", "smoker": 1, "baseline_visits": 0},
        {"arm": "usual", "weight": 3.0, "age": 60, "sex": "M", "smoker": 0, "baseline_visits": 4},
        {"arm": "offer", "weight": 1.0, "age": 50, "sex": "F", "smoker": 1, "baseline_visits": 1},
        {"arm": "offer", "weight": 1.0, "age": 70, "sex": None, "smoker": None, "baseline_visits": 3},
    ]
    cohort, output = tmp_path / "cohort.parquet", tmp_path / "baseline.parquet"
    pq.write_table(make_cohort([row | {"baseline_days": 365} for row in rows]), cohort)
    kinds = {"age": {"type": "number"}, "sex": {"type": "category"}, "smoker": {"type": "binary"}}
    characteristics.describe(cohort, output, ["usual", "offer"], "usual", kinds)
    return results(output, "outcome", "contrast", "measure")


def test_numbers_are_weighted(table_one):
    assert table_one["age", "usual", "mean"]["estimate"] == pytest.approx(55)
    assert table_one["age", "usual", "sd"]["estimate"] == pytest.approx(np.sqrt(75 * 2))
    assert table_one["baseline_visits", "usual", "mean"]["estimate"] == pytest.approx(3)


def test_levels_have_raw_counts_and_weighted_shares(table_one):
    assert table_one["sex=F", "usual", "count"]["estimate"] == 1
    assert table_one["sex=F", "usual", "percent"]["estimate"] == pytest.approx(0.25)
    assert table_one["sex=missing", "offer", "count"]["estimate"] == 1
    assert table_one["smoker=1", "offer", "percent"]["estimate"] == pytest.approx(0.5)


def test_standardized_differences(table_one):
    """Age: 60 against 55, SDs 14.14 and 12.25. Female: 0.5 against 0.25."""
    pooled = np.sqrt((200 + 150) / 2)
    assert table_one["age", "offer vs usual", "standardized_difference"]["estimate"] == pytest.approx(
        5 / pooled
    )
    share = 0.25 / np.sqrt((0.25 + 0.1875) / 2)
    assert table_one["sex=F", "offer vs usual", "standardized_difference"]["estimate"] == pytest.approx(share)


def test_days_of_the_baseline_are_no_characteristic(table_one):
    assert not any(outcome == "baseline_days" for outcome, _, _ in table_one)


DAY = date(2018, 1, 1)


@pytest.fixture
def followed(tmp_path, make_cohort):
    """
    enrollment  person  arm    covered until  observation of visits ended by
    e0000       p1      usual  Feb 1          coverage after 31 days
    e0001       p1      usual  Jan 1          never covered
    e0002       p2      offer  Jan 1 2020     end after 365 days
    e0003       p3      offer  Jan 1 2020     death after 10 days
    e0004       p4      offer  Jan 1 2020     died before randomization
    e0005       p2      offer  not in the cohort: a later enrollment
    """
    until = [date(2018, 2, 1), DAY, *[date(2020, 1, 1)] * 3]
    rows = [
        {
            "arm": arm,
            "person_id": person,
            "randomized_on": DAY,
            "covered_until": end,
            "uptake": arm == "offer",
        }
        for arm, person, end in zip(
            ("usual", "usual", "offer", "offer", "offer"), ("p1", "p1", "p2", "p3", "p4"), until, strict=True
        )
    ]
    ends = [(0, 31, "coverage"), (1, 0, "coverage"), (2, 365, "end"), (3, 10, "death"), (4, 0, "death")]
    times = [{"enrollment_id": f"e{i:04d}", "outcome": "visits", "day": d, "kind": k} for i, d, k in ends]
    times += [{"enrollment_id": "e0002", "outcome": "visits", "day": 5, "kind": "event"}]
    pq.write_table(make_cohort(rows), tmp_path / "cohort.parquet")
    pq.write_table(pa.Table.from_pylist(times), tmp_path / "times.parquet")
    gone = {"enrollment_id": "e0005", "person_id": "p2", "arm": "offer", "reason": "later_enrollment"}
    pq.write_table(pa.Table.from_pylist([gone]), tmp_path / "gone.parquet")
    flow.describe(tmp_path / "cohort.parquet", tmp_path / "times.parquet", tmp_path / "gone.parquet",
                  tmp_path / "flow.parquet", ["usual", "offer"], "visits")  # fmt: skip
    return {
        key: row["estimate"] for key, row in results(tmp_path / "flow.parquet", "outcome", "contrast").items()
    }


@pytest.mark.parametrize(
    ("stage", "usual", "offer", "everyone"),
    [
        ("randomized", 2, 4, 6),
        ("persons", 1, 3, 4),
        ("in_cohort", 2, 3, 5),
        ("later_enrollment", 0, 1, 1),
        ("baseline_not_covered", 0, 0, 0),
        ("died_before", 0, 1, 1),
        ("covered", 1, 2, 3),
        ("not_covered", 1, 0, 1),
        ("complete", 0, 1, 1),
        ("ended_by_death", 0, 1, 1),
        ("ended_by_coverage", 1, 0, 1),
        ("ended_by_data", 0, 0, 0),
        ("uptake", 0, 3, 3),
    ],
)
def test_stages_of_the_flow(followed, stage, usual, offer, everyone):
    assert [followed[stage, arm] for arm in ("usual", "offer", "all")] == [usual, offer, everyone]


def test_what_follows_adds_up(followed):
    without = ("not_covered", "died_before", "after_the_data", "after_the_window")
    parts = ("covered", *without, "later_enrollment", "baseline_not_covered")
    for arm in ("usual", "offer", "all"):
        assert sum(followed[stage, arm] for stage in parts) == followed["randomized", arm]
    ends = [key for key in followed if key[0] == "complete" or key[0].startswith("ended_by")]
    assert sum(followed[key] for key in ends if key[1] == "all") == followed["covered", "all"]


def test_rows_read_are_added_over_files(tmp_path):
    counts, made = tmp_path / "claims.counts.csv", tmp_path / "claims.checks.csv"
    across = tmp_path / "across.checks.csv"
    counts.write_text(
        "source,file,rows_read,rows_kept,rows_set_aside,rows_not_included\n"
        "claims,a.csv,10,8,2,0\nclaims,b.csv,5,4,1,0\n"
    )
    header = "source,check,severity,column,rows\n"
    made.write_text(
        f"{header}claims,value_untyped,set_aside,day,2\nclaims,value_untyped,set_aside,end,1\n"
        "claims,value_missing,set_aside,day,0\n"
    )
    across.write_text(
        f"{header}claims,events_after_death,set_aside,day,4\nclaims,events_after_data,warn,day,5\n"
    )
    files = checks.Files([counts], [made], [across])
    checks.describe(files, tmp_path / "checks.parquet", tmp_path / "checks.csv")
    told = results(tmp_path / "checks.parquet", "outcome", "subgroup", "measure")
    found = {key: row["estimate"] for key, row in told.items()}
    assert found["claims", "all", "rows_read"] == 15
    assert found["claims", "all", "rows_kept"] == 12 - 4
    assert found["claims", "all", "rows_set_aside"] == 3 + 4
    assert found["claims", "file=a.csv", "rows_kept"] == 8
    assert found["claims=value_untyped", "all", "rows_set_aside"] == 3
    assert found["claims=value_untyped", "column=end", "rows_set_aside"] == 1
    assert found["claims=value_missing", "all", "rows_set_aside"] == 0
    assert found["claims=events_after_data", "all", "rows_warned"] == 5
    assert (tmp_path / "checks.csv").read_text().splitlines()[1] == (
        "claims,value_untyped,structural,set_aside,day,2"
    )


def engaged(design, values):
    nothing = np.zeros(len(values), bool)
    return Outcome("uptake", "w", "binary", np.array(values, float), None, np.ones(len(values)), nothing)


def test_uptake_when_only_the_offered_could(make_cohort):
    design = declare(
        make_cohort([{"arm": a} for a in ["usual"] * 4 + ["offer"] * 4]), ["usual", "offer"], "usual"
    )
    found = {
        (r.contrast, r.measure): r
        for r in uptake.uptake_results(
            design, engaged(design, [0, 0, 0, 0, 1, 0, 1, 0]), {}, Precision("CR0")
        )
    }
    assert found["usual", "risk"].estimate == 0
    assert found["usual", "risk"].std_error is None
    assert found["offer", "risk"].estimate == 0.5
    assert found["offer vs usual", "risk_difference"].estimate == pytest.approx(0.5)
    assert found["offer vs usual", "risk_difference"].std_error == pytest.approx(0.25)


def test_uptake_of_the_window_comes_before_uptake_at_any_time(tmp_path, make_cohort, make_outcomes):
    """Everyone offered engaged some time, half of them within the window."""
    rows = [{"arm": a, "uptake": a == "offer"} for a in ("usual", "offer", "usual", "offer")]
    pq.write_table(make_cohort(rows), tmp_path / "cohort.parquet")
    for outcome, share in (("uptake", 0.5), ("y", 1.0)):
        table = make_outcomes([0, 1, 0, 0], outcome=[outcome] * 4)
        pq.write_table(table, tmp_path / "outcomes.parquet")
        read = Inputs.read(
            tmp_path / "cohort.parquet", tmp_path / "outcomes.parquet", "w",
            {"arms": ["usual", "offer"], "reference": "usual"}, {},
            {"standard_error": "CR1S", "level": 0.95, "limits": "t"},
        )  # fmt: skip
        uptake.estimate(read, tmp_path / "uptake.parquet")
        found = results(tmp_path / "uptake.parquet", "contrast", "measure")
        assert found["offer", "risk"]["estimate"] == share


def test_a_key_names_one_result():
    result = ard.Result("y", "w", "offer", "rate", "count")
    assert ard.table([result])["key"].to_pylist() == ["itt/y/w/all/offer/rate/count"]
    with pytest.raises(ard.RepeatedKey, match="itt/y/w/all/offer/rate/count"):
        ard.table([result, result])


def test_constants_that_differ_have_no_standardized_difference():
    assert characteristics._gap("x", "offer vs usual", (1.0, 0.0), (2.0, 0.0), 10).estimate is None
    assert characteristics._gap("x", "offer vs usual", (2.0, 0.0), (2.0, 0.0), 10).estimate == 0.0


def test_time_at_risk_by_arm_and_for_whom_the_data_end_early(tmp_path, make_cohort):
    """
    enrollment  arm    randomized  days  unbroken  data end early
    e0000       usual  Jan 2018    365   yes       no
    e0001       usual  Mar 2018    100   no        yes
    e0002       offer  Mar 2018    0     no        yes
    """
    days = [date(2018, 1, 15), date(2018, 3, 1), date(2018, 3, 1)]
    arms = ["usual", "usual", "offer"]
    rows = [{"arm": arm, "randomized_on": day} for arm, day in zip(arms, days, strict=True)]
    flags = {"partial_before": [True, False, False], "partial_from": [None, None, date(2018, 4, 1)]}
    rows = [row | {name: values[i] for name, values in flags.items()} for i, row in enumerate(rows)]
    pq.write_table(make_cohort(rows), tmp_path / "cohort.parquet")
    seen = zip([365.0, 100.0, 0.0], [True, False, False], [False, True, True], strict=True)
    table = [
        {
            "enrollment_id": f"e{i:04d}",
            "outcome": "visits",
            "days_observed": d,
            "unbroken": u,
            "data_end_early": e,
        }
        for i, (d, u, e) in enumerate(seen)
    ]
    pq.write_table(pa.Table.from_pylist(table), tmp_path / "outcomes.parquet")
    output = tmp_path / "described.parquet"
    time_at_risk.describe(
        tmp_path / "cohort.parquet", tmp_path / "outcomes.parquet", output, "12mo",
        ["usual", "offer"], {"utilization": "visits"},
    )  # fmt: skip
    found = {key: row["estimate"] for key, row in results(output, "measure", "contrast", "subgroup").items()}
    assert found["member_months", "usual", "all"] == pytest.approx(465 / 30.4375)
    assert [found["covered_throughout", arm, "all"] for arm in ("usual", "offer")] == [1, 0]
    assert [found["partial_benefits", arm, "all"] for arm in ("usual", "offer")] == [1, 1]
    assert [found["data_end_early", arm, "all"] for arm in ("usual", "offer")] == [1, 1]
    assert found["data_end_early", "usual", "randomized_in=2018-03"] == 1
    assert ("data_end_early", "usual", "randomized_in=2018-01") not in found
