"""The hand-written query, in a process of its own: python yardstick.py QUERY EXTRACTS COUNTED TEMPORARY."""

import sys
from pathlib import Path

import duckdb

THREADS, MEMORY = 2, "2000MB"


def main(name: str, extracts: str, counted: str, temporary: str) -> None:
    """Count the events of the typed extracts of a folder, and write one row per enrollment and window.

    `name` is that of the query, a file beside this one.
    """
    settings = {"threads": THREADS, "memory_limit": MEMORY, "temp_directory": temporary}
    query = Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
    duckdb.connect(config=settings).execute(query.format(extracts=extracts, counted=counted))


if __name__ == "__main__":
    main(*sys.argv[1:])
