"""What the data look like by arm and over time: each check with data that break it and data that do not."""

import pytest

from armwise.estimates.monitored import Files as Tables
from armwise.estimates.monitored import Rate, Share, _apart, _jumps, _lagging, describe, lag_of, shares_of
from armwise.extracts.catalogue import severities
from armwise.extracts.made import read_made


def by_arm(control, treated):
    return {"control": Share(*control), "treated": Share(*treated)}


@pytest.mark.parametrize(
    ("treated", "findings"),
    [
        ((1000, 850, 0.85), 1),
        ((1000, 870, 0.87), 0),  # three points apart
        ((20, 17, 0.85), 0),  # too few to tell
    ],
)
def test_arms_are_linked_alike(treated, findings):
    shares = {("linkage", "utilization", ""): by_arm((1000, 900, 0.90), treated)}
    assert list(_apart(shares)) == [("utilization", "linkage", "", findings)]


def test_contacts_are_meant_to_differ():
    assert list(_apart({("linkage", "contacts", ""): by_arm((1000, 10, 0.01), (1000, 990, 0.99))})) == []


def test_a_column_that_one_arm_lacks_is_found():
    shares = {("completeness", "utilization", "bill_type"): by_arm((1000, 500, 0.5), (1000, 400, 0.4))}
    assert list(_apart(shares)) == [("utilization", "completeness", "bill_type", 1)]


@pytest.mark.parametrize(("known", "findings"), [(96, 0), (94, 1)])
def test_diagnoses_can_be_classified(known, findings):
    shares = {("classified", "ed_visit", ""): by_arm((100, known, known / 100), (100, 100, 1.0))}
    assert list(_apart(shares)) == [("ed_visit", "unclassified", "", findings)]


def months(*rates, time=1000.0):
    """Make months of claim lines with one rate per member-month for both arms."""
    return {
        f"2018-{number + 1:02}" if number < 12 else f"2019-{number - 11:02}": {
            arm: Rate(round(rate * time), time, rate) for arm in ("control", "treated")
        }
        for number, rate in enumerate(rates)
    }


@pytest.mark.parametrize(
    ("last", "lagging"), [((1.0, 0.9, 0.8), 0), ((1.0, 0.8, 0.5), 2), ((0.9, 0.8, 0.75), 0)]
)
def test_the_last_months_hold_their_claims(last, lagging):
    rates = {"claim_lines": months(*[1.0] * 12, *last)}
    assert list(_lagging(rates)) == [("utilization", "claims_lag", "", lagging)]
    assert lag_of(rates)["control"] == pytest.approx(sum(last) / 3)


def test_nothing_is_said_of_lag_in_a_short_file():
    assert lag_of({"claim_lines": months(*[1.0] * 14)}) == {}


@pytest.mark.parametrize(
    ("rate", "time", "jumped"), [(0.11, 1000, 0), (0.24, 1000, 1), (0.04, 1000, 1), (0.30, 200, 0)]
)
def test_a_month_with_another_rate_than_usual_is_found(rate, time, jumped):
    rates = {"ed_visit": months(*[0.1] * 6, rate, time=float(time))}
    assert list(_jumps(rates)) == [("ed_visit", "rates_jump", "", jumped)]


def test_shares_are_weighted_and_columns_without_any_value_left_out(tmp_path):
    path = tmp_path / "shares.csv"
    path.write_text(
        "topic,source,what,arm,weight,n,count\n"
        "linkage,coverage,,control,2,10,10\nlinkage,coverage,,control,1,10,5\n"
        "completeness,coverage,other_payer,control,1,10,0\n"
    )
    (share,) = shares_of([str(path)]).items()
    assert share == (("linkage", "coverage", ""), {"control": Share(20, 15, 25 / 30)})


def test_a_trial_without_such_data_has_no_such_checks(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = ["stratum", "arm", "person_id", "cluster"]
    people = pa.table({name: ["x"] for name in columns} | {"assignment_probability": [None]})
    pq.write_table(people, tmp_path / "cohort.parquet")
    checks = tmp_path / "checks.csv"
    known = severities("analysis", {})
    describe(tmp_path / "cohort.parquet", Tables(), ["x"], known, tmp_path / "out.parquet", str(checks))
    assert list(read_made(checks)) == []
