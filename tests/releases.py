"""Make the results folder of a tiny run for a test."""

import csv
import json
from pathlib import Path

from armwise.provenance.content import file_hash

COLUMNS = ["key", "measure", "estimate", "ci_low", "ci_high", "n", "events", "error", "hidden"]
RATIO = {"measure": "rate_ratio", "estimate": "0.83", "ci_low": "0.72", "ci_high": "0.96"}
COUNT = {"measure": "count", "n": "100", "events": "40"}
RESULTS = {"y/ratio": RATIO, "y/count": COUNT}
SETTINGS = {"trial": {"id": "tiny"}, "report": {"small_cell": 11}}


def release(
    folder: Path, results: dict = RESULTS, printed: dict | None = None, settings: dict = SETTINGS, **manifest
) -> Path:
    """Write a folder of results; `printed` has the text of a table's cell by the key of its result."""
    (folder / "tables").mkdir(parents=True)
    with (folder / "ard.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows({"key": key} | row for key, row in results.items())
    cells = printed if printed is not None else {key: row.get("estimate", "") for key, row in results.items()}
    texts = "".join(f'<td data-key="{key}">{text}</td>' for key, text in cells.items())
    (folder / "tables/outcomes.html").write_text(
        f'<table><tr><th scope="row">Visits</th>{texts}</tr></table>'
    )
    lines = [["Outcome", *cells], ["Visits", *cells.values()]]
    (folder / "tables/outcomes.csv").write_text("".join(",".join(line) + "\n" for line in lines))
    files = [path for path in folder.rglob("*") if path.is_file()]
    whole = {
        "trial": "tiny",
        "settings": settings,
        "outputs": {path.relative_to(folder).as_posix(): file_hash(path) for path in files},
        "lock_sha256": "abc",
        "python": "3.11.2",
    }
    (folder / "manifest.json").write_text(json.dumps(whole | manifest))
    return folder


def changed(**numbers: str) -> dict:
    """Return the results with other numbers for the ratio."""
    return {"y/ratio": RATIO | numbers, "y/count": COUNT}
