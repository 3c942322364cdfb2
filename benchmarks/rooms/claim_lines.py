"""Make claim lines of any number: python claim_lines.py LINES FILE (.parquet, typed, or .csv.gz)."""

import sys
from pathlib import Path

import duckdb

PERSONS = 43_852  # those of the 57,972 enrollments of the example, P0000000 and on
STRANGERS = 400_000
LINES_PER_CLAIM = 2.4549
FORMATS = {
    ".parquet": "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880",
    ".gz": "FORMAT csv, HEADER, COMPRESSION gzip",
}


def make(lines: int, path: Path) -> None:
    """Write about so many lines; see claim_lines.sql for what they are."""
    claims = round(lines / LINES_PER_CLAIM)
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    engine = duckdb.connect(config={"threads": 2, "memory_limit": "2000MB"})
    engine.execute(script.format(claims=claims, persons=PERSONS, strangers=STRANGERS))
    columns = "*" if path.suffix == ".parquet" else "* EXCLUDE (received)"
    engine.execute(f"COPY (SELECT {columns} FROM claim_lines) TO '{path}' ({FORMATS[path.suffix]})")


if __name__ == "__main__":
    make(int(sys.argv[1]), Path(sys.argv[2]))
