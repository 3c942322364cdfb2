"""Read every source as the analysis would, and note what became of its rows."""

import csv
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from armwise.extracts.contracts import contract_of
from armwise.extracts.engine import connect
from armwise.extracts.errors import DataError
from armwise.extracts.ingest import Outputs, Tally, ingest
from armwise.settings import wanted


@dataclass
class Read:
    """One source as it was read: the rows by file, the reasons for setting rows aside, or why it stopped."""

    source: str
    table: str  # typed Parquet; there only when nothing stopped the read
    rejected: str
    tallies: list[Tally] = field(default_factory=list)
    reasons: list[dict[str, str]] = field(default_factory=list)
    stopped: str = ""


def read_all(config: dict[str, Any], folder: Path, rejected: Path) -> dict[str, Read]:
    """Read every source into `folder`, and the rows that it sets aside into the folder `rejected`."""
    return {source: _read(config, source, folder, rejected) for source in config["data"]}


def _read(config: dict[str, Any], source: str, folder: Path, rejected: Path) -> Read:
    settings = config["data"][source]
    outputs = Outputs(
        str(folder / f"{source}.parquet"),
        str(folder / f"{source}.counts.csv"),
        str(folder / f"{source}.reasons.csv"),
        str(rejected / f"{source}.parquet"),
        str(folder / f"{source}.checks.csv"),
    )
    contract = contract_of(
        settings["contract"], list(config["trial"]["arms"]), wanted.columns(config, source)
    )
    engine = connect(threads=os.cpu_count() or 1, temporary=str(folder / "temporary"))
    read = Read(source, outputs.table, outputs.rejected)
    try:
        read.tallies = ingest(engine, source, wanted.files(settings["path"]), settings, contract, outputs)
        read.reasons = _rows(outputs.reasons)
    except DataError as error:
        read.stopped = str(error)
    return read


def _rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
