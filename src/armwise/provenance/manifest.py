"""The manifest: what is needed to know a folder of results; written last."""

import csv
import json
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from armwise.provenance.content import file_hash, settings_hash

PACKAGES = ["armwise", "duckdb", "ibis-framework", "matplotlib", "numpy", "pyarrow", "scipy", "snakemake"]


def write(
    path: str,
    *,
    settings: dict[str, Any],
    data: list[str],
    counts: list[str],
    outputs: list[str],
    lock: str,
    benchmarks: str,
) -> None:
    """Write `manifest.json` at `path`; hashes are SHA-256, durations seconds, memory megabytes.

    `data` are the extracts as received, `counts` the row counts of their ingestion, `outputs` the other
    files of the results folder, `benchmarks` the folder where each step left its time and memory.
    """
    folder = Path(path).parent
    manifest = {
        "trial": settings["trial"]["id"],
        "blinded": bool(settings["trial"].get("blinded")),
        "settings": settings,
        "settings_sha256": settings_hash(settings),
        "inputs": _inputs(data),
        "rows": [row for file in sorted(counts) for row in _rows(file)],
        "outputs": {Path(p).relative_to(folder).as_posix(): file_hash(p) for p in sorted(outputs)},
        "lock_sha256": file_hash(lock),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "commit": _git("rev-parse", "HEAD"),
        "tree_clean": _tree_is_clean(),
        "seed": settings.get("estimates", {}).get("seed"),
        "steps": _steps(Path(benchmarks)),
    }
    Path(path).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _inputs(paths: list[str]) -> dict[str, dict[str, Any]]:
    return {_shown(p): {"sha256": file_hash(p), "bytes": Path(p).stat().st_size} for p in sorted(paths)}


def _shown(path: str) -> str:
    """Name a file outside the project by its name alone: where it lies is nobody's business."""
    inside = not Path(path).is_absolute() and "site-packages" not in Path(path).parts
    return path if inside else Path(path).name


def _rows(path: str) -> list[dict[str, Any]]:
    with Path(path).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [{k: int(v) if k.startswith("rows_") else v for k, v in row.items()} for row in rows]


def _steps(folder: Path) -> dict[str, dict[str, float]]:
    return {p.relative_to(folder).with_suffix("").as_posix(): _cost(p) for p in sorted(folder.rglob("*.tsv"))}


def _cost(path: Path) -> dict[str, float]:
    """Read the benchmark file of one job as Snakemake leaves it."""
    with path.open(encoding="utf-8", newline="") as stream:
        row = next(csv.DictReader(stream, delimiter="\t"))
    numbers = {"seconds": row["s"], "memory_mb": row["max_rss"]}
    return {name: float(text) for name, text in numbers.items() if text not in ("-", "NA")}


def _tree_is_clean() -> bool | None:
    status = _git("status", "--porcelain")
    return None if status is None else status == ""


def _git(*words: str) -> str | None:
    """Return what git says of this checkout; None where there is no git or no checkout."""
    try:
        run = subprocess.run(["git", *words], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return run.stdout.strip()
