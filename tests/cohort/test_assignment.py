"""Assignments of a blinded trial: shuffled within strata, sizes kept, and not to be turned back."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armwise.cohort.assignment import assign, shuffled
from armwise.cohort.weights import CohortError


def lottery(strata: list[str], arms: list[str], clusters: list[str | None] | None = None) -> pa.Table:
    """A table of enrollments; the probability is 0.25 for `offer` and 0.75 for `usual`."""
    count = len(arms)
    return pa.table(
        {
            "enrollment_id": [f"E{i:03}" for i in range(count)],
            "person_id": [f"P{i:03}" for i in range(count)],
            "stratum": strata,
            "cluster": pa.array(clusters or [None] * count, pa.string()),
            "arm": arms,
            "assignment_probability": [0.25 if arm == "offer" else 0.75 for arm in arms],
        }
    )


def by_stratum(table: pa.Table) -> Counter:
    names = ("stratum", "arm", "assignment_probability")
    return Counter(zip(*(table[name].to_pylist() for name in names), strict=True))


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["offer", "usual"])), min_size=1, max_size=40)
)
@settings(deadline=None)
def test_strata_keep_the_sizes_of_their_arms_and_arms_keep_their_probability(rows):
    table = lottery([s for s, _ in rows], [a for _, a in rows])
    found = shuffled(table, "enrollment_id", "enrollment", 1)
    assert by_stratum(found) == by_stratum(table)
    assert found["enrollment_id"].equals(table["enrollment_id"])


def test_the_order_of_rows_changes_nothing():
    table = lottery(["A"] * 30 + ["B"] * 10, ["offer", "usual"] * 20)
    backwards = table.take(pa.array(range(39, -1, -1)))
    found, again = (shuffled(each, "enrollment_id", "enrollment", 7) for each in (table, backwards))
    assert again.sort_by("enrollment_id").equals(found)


def test_who_is_in_which_arm_is_no_better_known_than_by_chance():
    table = lottery(["A"] * 4000, ["offer", "usual"] * 2000)
    found = shuffled(table, "enrollment_id", "enrollment", 1)
    agree = np.mean(np.array(found["arm"].to_pylist()) == np.array(table["arm"].to_pylist()))
    assert agree == pytest.approx(0.5, abs=0.03)


def test_the_seed_alone_does_not_tell_the_order():
    """Two persons change arms in truth, and everyone's shuffled arm is drawn anew."""
    arms = ["offer", "usual"] * 500
    found = [
        np.array(shuffled(lottery(["A"] * 1000, each), "enrollment_id", "enrollment", 1)["arm"].to_pylist())
        for each in (arms, [arms[1], arms[0], *arms[2:]])
    ]
    assert np.mean(found[0] == found[1]) == pytest.approx(0.5, abs=0.06)


def test_clusters_that_were_drawn_stay_whole():
    clusters = ["c1"] * 3 + ["c2"] * 2 + ["c3"] * 4 + [None]
    arms = ["offer"] * 3 + ["usual"] * 2 + ["offer"] * 4 + ["usual"]
    found = shuffled(lottery(["A"] * 10, arms, clusters), "enrollment_id", "cluster", 3)
    arm_of: dict = {}
    for cluster, arm in zip(clusters, found["arm"].to_pylist(), strict=True):
        arm_of.setdefault(cluster, set()).add(arm)
    assert all(len(found) == 1 for found in arm_of.values())
    assert Counter(next(iter(arms)) for arms in arm_of.values()) == {"offer": 2, "usual": 2}


def test_a_cluster_with_two_arms_was_not_what_was_drawn():
    table = lottery(["A"] * 4, ["offer", "usual"] * 2, ["c1", "c1", "c2", "c2"])
    with pytest.raises(CohortError, match="several arms or strata"):
        shuffled(table, "enrollment_id", "cluster", 1)


@pytest.mark.parametrize("blinded", [True, False])
def test_what_is_sealed_comes_back_when_the_trial_is_opened_and_not_before(tmp_path, blinded):
    table = lottery(["A"] * 40, ["offer", "usual"] * 20).append_column("engaged", pa.array([1.0, 0.0] * 20))
    sealed = ["arm", "assignment_probability", "engaged"]
    kept = table
    for name in sealed:
        kept = kept.set_column(kept.column_names.index(name), name, pa.nulls(40, table[name].type))
    pq.write_table(table, tmp_path / "read.parquet")
    pq.write_table(kept.slice(0, 38), tmp_path / "kept.parquet")
    blinding = {"blinded": blinded, "seed": 1, "unit": "enrollment"}
    assign(
        tmp_path / "read.parquet",
        tmp_path / "kept.parquet",
        tmp_path / "out.parquet",
        "enrollment_id",
        sealed,
        blinding,
    )
    found = pq.read_table(tmp_path / "out.parquet")
    assert len(found) == 38
    assert found["engaged"].null_count == (38 if blinded else 0)
    assert found.equals(table.slice(0, 38)) is not blinded


def test_rows_that_stand_for_several_people_cannot_be_blinded():
    table = lottery(["A"] * 4, ["offer", "usual"] * 2).append_column("people", pa.array([30, 40, 20, 25]))
    with pytest.raises(CohortError, match="printed table"):
        shuffled(table, "enrollment_id", "enrollment", 1)
