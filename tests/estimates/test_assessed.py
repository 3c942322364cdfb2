"""Who was assessed and not randomized."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from armwise.estimates.assessed import describe


def test_persons_are_counted_once_by_their_last_reason(tmp_path):
    rows = [
        ("P1", date(2018, 1, 1), "not drawn"),  # randomized later
        ("P2", date(2018, 1, 1), "not drawn"),
        ("P2", date(2018, 2, 1), "opted out"),
        ("P3", date(2018, 1, 1), "not drawn"),
    ]
    columns = dict(
        zip(("person_id", "eligible_on", "reason"), map(list, zip(*rows, strict=True)), strict=True)
    )
    pq.write_table(pa.table(columns), tmp_path / "eligible.parquet")
    pq.write_table(pa.table({"person_id": ["P1", "P1", "P7"]}), tmp_path / "enrollment.parquet")
    describe(tmp_path / "eligible.parquet", tmp_path / "enrollment.parquet", tmp_path / "out.parquet")
    found = {row["outcome"]: row["estimate"] for row in pq.read_table(tmp_path / "out.parquet").to_pylist()}
    assert found == {
        "assessed": 3,
        "assessed_randomized": 1,
        "not_assessed": 1,
        "not_randomized": 2,
        "not_randomized=not drawn": 1,
        "not_randomized=opted out": 1,
    }
