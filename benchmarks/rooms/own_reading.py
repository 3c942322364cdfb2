"""DuckDB's own way from CSV.gz to typed Parquet: python own_reading.py FILE.csv.gz FILE.parquet TEMPORARY."""

import sys

import duckdb

DATES = ["from_date", "through_date", "admission_date", "discharge_date", "adjudicated_on"]
TYPES = {
    "claim_version": "BIGINT",
    "line_number": "BIGINT",
    "paid_amount": "DOUBLE",
    **dict.fromkeys(DATES, "DATE"),
}


def main(raw: str, read: str, temporary: str) -> None:
    """Read a file with typed columns, and write it."""
    settings = {"threads": 2, "memory_limit": "2000MB", "temp_directory": temporary}
    engine = duckdb.connect(config=settings)
    header = engine.execute(f"SELECT * FROM read_csv('{raw}', all_varchar = true) LIMIT 0").description
    columns = {name: TYPES.get(name, "VARCHAR") for name, *_ in header}
    options = f"columns = {columns}, auto_detect = false, header = true, delim = ',', quote = '\"'"
    engine.execute(f"COPY (FROM read_csv('{raw}', {options})) TO '{read}' (FORMAT parquet, COMPRESSION zstd)")


if __name__ == "__main__":
    main(*sys.argv[1:])
