import gzip
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from ibis.backends.duckdb import Backend

from armwise.extracts.contracts import contract_of
from armwise.extracts.engine import connect
from armwise.extracts.ingest import AS_CATALOGUED, Checking, Outputs, ingest
from armwise.extracts.layouts import Laid
from armwise.extracts.tally import Tally

READING: dict[str, Any] = {
    "format": "auto",
    "delimiter": ",",
    "columns": {},
    "values": {},
    "date_format": "%Y-%m-%d",
    "include": {},
    "missing": ["", "NA"],
}
ARMS = ["control", "treated"]


class Plan:
    """Sends files and reads them: the folder of one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outputs = Outputs(
            *(
                str(folder / name)
                for name in ("typed.parquet", "counts.csv", "reasons.csv", "rejected.parquet", "checks.csv")
            )
        )

    def sends(self, text: str, name: str = "sent.csv") -> str:
        """Write a file, its lines without the indentation of the test, and return its path."""
        lines = [line.strip() for line in text.strip("\n").splitlines()]
        content = ("\n".join(lines).rstrip(" ") + "\n").encode()
        path = self.folder / name
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return str(path)

    def laid(self, path: str, **layout: Any) -> Laid:
        """Return a file with its layout; what is left out has its default."""
        return Laid(path, {**READING, **layout})

    def read(
        self,
        source: str,
        *paths: str,
        extra: dict[str, dict] | None = None,
        threads: int = 1,
        checking: Checking = AS_CATALOGUED,
        engine: Backend | None = None,
        max_rejected_share: float = 1.0,
        also: tuple[Laid, ...] = (),
        **layout: Any,
    ) -> list[Tally]:
        """Read files as a source: those of one layout, then those that are laid out in another way."""
        contract = contract_of(source, ARMS, extra or {})
        sent = [*(self.laid(path, **layout) for path in paths), *also]
        engine = engine or connect(threads)
        return ingest(engine, source, sent, max_rejected_share, contract, self.outputs, checking)

    @property
    def kept(self) -> list[dict[str, Any]]:
        return pq.read_table(self.outputs.table).to_pylist()

    @property
    def aside(self) -> list[tuple[int, str, str | None, str]]:
        """Rows set aside: line, column, value, reason."""
        rows = pq.read_table(self.outputs.rejected).to_pylist()
        return [(row["line"], row["column"], row["value"], row["reason"]) for row in rows]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(tmp_path)
