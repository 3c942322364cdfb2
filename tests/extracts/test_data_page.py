"""The page about extracts is written from the contracts, and its example does what the page says."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from armwise.extracts.contracts import CONTRACTS, contract_of
from armwise.extracts.descriptions import SOURCES
from armwise.extracts.document import PAGE, page
from armwise.extracts.engine import connect
from armwise.extracts.errors import ExtractError
from armwise.extracts.ingest import Outputs, ingest
from armwise.extracts.layouts import Laid

REPOSITORY = Path(__file__).parents[2]
REJECTED = "data/interim/TRIAL/rejected/enrollment.parquet"
OUTPUTS = Outputs("table.parquet", "counts.csv", "reasons.csv", REJECTED, "checks.csv")


def test_the_page_is_as_the_contracts():
    assert (REPOSITORY / PAGE).read_text(encoding="utf-8") == page(), (
        "run python -m armwise.extracts.document"
    )


def test_every_column_of_every_contract_says_what_it_means():
    described = {source: list(said.columns) for source, said in SOURCES.items()}

    assert described == {source: list(contract.columns) for source, contract in CONTRACTS.items()}


@pytest.fixture
def example(tmp_path, monkeypatch):
    """The example of the page: its file on disk, its settings, and the message it says to expect."""
    blocks = re.findall(r"```\w+\n(.*?)```", page(), flags=re.DOTALL)
    file, settings, message = blocks
    declared = yaml.safe_load(settings)["data"]["enrollment"]
    monkeypatch.chdir(tmp_path)
    Path(declared["path"]).parent.mkdir(parents=True)
    Path(declared["path"]).write_text(file, encoding="utf-8")
    return declared, message.strip()


def read(declared, most):
    contract = contract_of("enrollment", ["control", "case_management"], {})
    return ingest(connect(), "enrollment", [Laid(declared["path"], declared)], most, contract, OUTPUTS)


def test_the_example_stops_with_the_message_shown(example):
    declared, message = example

    with pytest.raises(ExtractError) as stopped:
        read(declared, most=0.01)

    assert str(stopped.value) == message


def test_the_example_reads_as_the_page_says(example):
    declared, _ = example

    (tally,) = read(declared, most=1)
    kept = pq.read_table(OUTPUTS.table).to_pylist()

    assert (tally.read, tally.kept, tally.set_aside, tally.not_included) == (5, 2, 2, 1)
    assert [(row["enrollment_id"], row["arm"], row["stratum"]) for row in kept] == [
        ("00417 / 2017-08", "case_management", "2017-08 / high"),
        ("00418 / 2017-08", "control", "2017-08 / high"),
    ]
    assert kept[1]["birth_date"] is None
