"""What was not sent is known from the typed tables."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from armwise.extracts.absences import ABSENCES, absent
from armwise.extracts.contracts import CONTRACTS


def test_every_absence_names_a_source_and_a_column_of_its_contract():
    for absence in ABSENCES.values():
        assert not absence.column or absence.column in CONTRACTS[absence.source].columns


@pytest.mark.parametrize("statistics", [True, False])
def test_a_column_without_any_value_is_absent_and_one_with_few_is_not(tmp_path, statistics):
    path = str(tmp_path / "enrollment.parquet")
    empty = pa.table({"birth_date": pa.nulls(3, pa.date32())})
    pq.write_table(empty, path, write_statistics=statistics)
    assert "no_birth_dates" in set(absent({"enrollment": path}))
    pq.write_table(pa.table({"birth_date": pa.array([None, 1], pa.date32())}), path)
    assert "no_birth_dates" not in set(absent({"enrollment": path}))


def test_a_source_that_is_not_declared_is_absent_but_not_its_columns(tmp_path):
    found = set(absent({}))
    assert {"no_deaths", "no_coverage", "no_eligible"} == found
