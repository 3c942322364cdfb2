"""`armwise check` of a blinded trial tells nothing of its arms."""

from pathlib import Path

import pyarrow.parquet as pq


def test_sizes_of_arms_are_not_shown_and_no_row_set_aside_tells_an_arm(trial, check, change):
    change("config.yaml", "reference: control", "reference: control\n  blinded: true")
    change("enrollment.csv", "e3,p3,2018-12-01,control", "e3,p3,2018-12-01,offerd")
    change(
        "config.yaml",
        "enrollment: {path: enrollment.csv}",
        "enrollment: {path: enrollment.csv, max_rejected_share: 0.5}",
    )

    result = check()

    assert "arms: sizes are not shown while the trial is blinded" in result.stdout
    (row,) = pq.read_table(Path("data/interim/tiny/check/rejected/enrollment.parquet")).to_pylist()
    assert (row["column"], row["value"]) == ("arm", None)
