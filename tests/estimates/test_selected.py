"""What only some enrollments have is described with its share, and never compared."""

import pyarrow.parquet as pq
import pytest

from armwise.estimates.selected import describe


@pytest.fixture
def found(make_cohort, make_outcomes, tmp_path):
    people = make_cohort(
        [
            {"arm": "usual", "weight": 1.0},
            {"arm": "usual", "weight": 3.0},
            {"arm": "offer"},
            {"arm": "offer"},
            {"arm": "offer"},
        ]
    )
    pq.write_table(people, tmp_path / "cohort.parquet")
    pq.write_table(make_outcomes([0.5, None, 1.0, 0.0, None]), tmp_path / "outcomes.parquet")
    describe(
        tmp_path / "cohort.parquet",
        tmp_path / "outcomes.parquet",
        tmp_path / "found.parquet",
        "w",
        {"arms": ["usual", "offer"], "reference": "usual"},
        {"y": "continuity"},
    )
    rows = pq.read_table(tmp_path / "found.parquet").to_pylist()
    return {(row["contrast"], row["measure"]): row for row in rows}


def test_the_share_with_a_value_is_weighted_and_its_count_is_not(found):
    usual = found["usual", "percent"]

    assert usual["estimate"] == pytest.approx(0.25)
    assert (usual["n"], usual["events"]) == (2, 1)


def test_the_mean_is_of_those_with_a_value(found):
    assert found["offer", "mean"]["estimate"] == pytest.approx(0.5)
    assert found["usual", "mean"]["estimate"] == pytest.approx(0.5)
    assert found["usual", "sd"]["estimate"] is None


def test_there_is_no_effect(found):
    assert {contrast for contrast, _ in found} == {"usual", "offer"}
    assert {row["analysis_set"] for row in found.values()} == {"described"}
    assert not {row["p_value"] for row in found.values()} - {None}
