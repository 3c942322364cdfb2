"""The hand-written query, in a process of its own: python yardstick.py EXTRACTS COUNTED TEMPORARY."""

import sys
from pathlib import Path

import duckdb

THREADS, MEMORY = 2, "2000MB"


def main(extracts: str, counted: str, temporary: str) -> None:
    """Count the events of the typed extracts of a folder, and write one row per enrollment and window."""
    settings = {"threads": THREADS, "memory_limit": MEMORY, "temp_directory": temporary}
    query = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    duckdb.connect(config=settings).execute(query.format(extracts=extracts, counted=counted))


if __name__ == "__main__":
    main(*sys.argv[1:])
