"""Read every source as the analysis would, and note what became of its rows."""

import csv
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from armwise.extracts.catalogue import severities
from armwise.extracts.contracts import contract_of
from armwise.extracts.crosswalk import of_source
from armwise.extracts.database import copy
from armwise.extracts.engine import connect
from armwise.extracts.errors import DataError
from armwise.extracts.ingest import Checking, Outputs, ingest
from armwise.extracts.layouts import Laid, laid_out
from armwise.extracts.made import Made, read_made
from armwise.extracts.tally import Tally
from armwise.settings import wanted


@dataclass
class Read:
    """One source as it was read: the rows by file, the reasons for setting rows aside, or why it stopped."""

    source: str
    table: str  # typed Parquet; there only when nothing stopped the read
    rejected: str
    tallies: list[Tally] = field(default_factory=list)
    reasons: list[dict[str, str]] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    stopped: str = ""


def read_all(config: dict[str, Any], folder: Path, interim: Path) -> dict[str, Read]:
    """Read every source into `folder`; rows set aside go into `rejected` and copies of tables of a database
    into `received`, both below `interim`."""
    crosswalk_first = sorted(config["data"], key=lambda source: source != "crosswalk")
    reads: dict[str, Read] = {}
    for source in crosswalk_first:
        reads[source] = _read(config, source, folder, interim, _crosswalk_of(config, source, reads))
    return {source: reads[source] for source in config["data"]}


def _crosswalk_of(config: dict[str, Any], source: str, reads: dict[str, Read]) -> str | None:
    """Return the typed crosswalk where it translates a source and could be read."""
    declared = config["data"].get("crosswalk")
    if declared is None or source not in declared["translates"] or reads["crosswalk"].stopped:
        return None
    return reads["crosswalk"].table


def _read(config: dict[str, Any], source: str, folder: Path, interim: Path, crosswalk: str | None) -> Read:
    settings = config["data"][source]
    outputs = Outputs(
        str(folder / f"{source}.parquet"),
        str(folder / f"{source}.counts.csv"),
        str(folder / f"{source}.reasons.csv"),
        str(interim / "rejected" / f"{source}.parquet"),
        str(folder / f"{source}.checks.csv"),
    )
    contract = contract_of(
        settings["contract"],
        list(config["trial"]["arms"]),
        wanted.columns(config, source),
        wanted.stated(config, source),
    )
    engine = connect(threads=os.cpu_count() or 1, temporary=str(folder / "temporary"))
    read = Read(source, outputs.table, outputs.rejected)
    try:
        held_against = Checking(severities("read", config["checks"]), of_source(engine, crosswalk, source))
        sent, most = _sent(config, source, interim), settings["max_rejected_share"]
        read.tallies = ingest(engine, source, sent, most, contract, outputs, held_against)
        read.reasons = _rows(outputs.reasons)
        read.made = [made for _, made in read_made(outputs.checks)]
    except DataError as error:
        read.stopped = str(error)
    return read


def _sent(config: dict[str, Any], source: str, interim: Path) -> list[Laid]:
    """Return the files of a source, each with its layout; of a database a fresh copy."""
    layouts = wanted.layouts(config, source)
    files = [_files(source, layout, interim) for layout in layouts]
    counted = [{**layout, "files": len(mine)} for layout, mine in zip(layouts, files, strict=True)]
    return laid_out(counted, [path for mine in files for path in mine])


def _files(source: str, layout: dict[str, Any], interim: Path) -> list[str]:
    if layout["path"] is not None:
        return wanted.files(layout["path"])
    received = str(interim / "received" / f"{source}.csv.gz")
    copy(source, layout["database"], received)
    return [received]


def _rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
