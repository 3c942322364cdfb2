"""What became of the records of a source on the way to its events stands among the results."""

from pathlib import Path

import pyarrow.parquet as pq

from armwise.estimates.accounts import describe


def test_every_line_of_an_account_is_a_result_with_its_step_and_source(tmp_path: Path) -> None:
    account = tmp_path / "covid_dose.csv"
    account.write_text('what,rows\nrecords of vaccinations,5481\n"of these too early, rejected",4\n')
    describe({"covid_dose": account}, {"covid_dose": "vaccinations"}, tmp_path / "accounts.parquet")
    rows = pq.read_table(tmp_path / "accounts.parquet").sort_by("method").to_pylist()
    assert [(r["outcome"], r["subgroup"], r["method"], r["estimate"]) for r in rows] == [
        ("covid_dose=records of vaccinations", "source=vaccinations", "line_01", 5481.0),
        ("covid_dose=of these too early, rejected", "source=vaccinations", "line_02", 4.0),
    ]
