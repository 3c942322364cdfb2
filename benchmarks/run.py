"""Time and memory of the main job, of the data rooms and of the estimates, beside their peers.

Usage: python benchmarks/run.py [--quick]      (writes docs/benchmarks.md unless --quick)
"""

import argparse
import ast
import datetime
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import data_rooms
import estimates
from project import ROOT, copy_project

FULL = {"enrollments": 57_972, "lines": 88}  # lines for each enrollment, five million in all
LIMITS = {
    "example, from nothing": (60, None),
    "example, nothing changed": (3, None),
    "full size, from nothing": (120, 3.0),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="the committed example only; write nothing")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        rows = example(Path(folder) / "example") + ([] if quick else full_size(Path(folder) / "full"))
    rooms = [] if quick else data_rooms.page(list(data_rooms.TIMES), data_rooms.CSV_MILLIONS)
    models = [] if quick else estimates.page()
    page = "\n".join([render(rows), *rooms, *models])
    print(page)
    if not quick:
        (ROOT / "docs/benchmarks.md").write_text(page, encoding="utf-8")


def example(folder: Path) -> list[dict]:
    copy_project(folder)
    shutil.copytree(ROOT / "data/raw", folder / "data/raw")
    first = run(folder, "example, from nothing")
    return [first, run(folder, "example, nothing changed")]


def full_size(folder: Path) -> list[dict]:
    copy_project(folder)
    raw = folder / "data/raw"
    words = [
        "--enrollments",
        str(FULL["enrollments"]),
        "--seed",
        "1",
        "--format",
        "parquet",
        "--out",
        str(raw),
    ]
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "armwise.example", *words], check=True)
    made = {"what": "making the full size, five million lines", "seconds": time.perf_counter() - started}
    config = folder / "config.yaml"
    config.write_text(config.read_text().replace(".csv.gz", ".parquet"))
    return [made, run(folder, "full size, from nothing")]


def run(folder: Path, what: str) -> dict:
    """Run the trial in `folder`; seconds are wall clock, memory the largest sum over what ran at once."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "all"], cwd=folder, capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(done.stderr[-4000:])
    jobs = sorted((folder / "data/interim").rglob("benchmarks/**/*.tsv"))
    ran = [p for p in jobs if p.stat().st_mtime > time.time() - seconds]
    return {
        "what": what,
        "seconds": seconds,
        "jobs": len(ran),
        "memory_gb": largest_pair(ran) if ran else None,
        "imports": sum(import_seconds(step_of(p)) for p in ran) / cores(),
        "snakemake": dry_run_seconds(folder) + 0.3 * len(ran) / cores(),
    }


def largest_pair(jobs: list[Path]) -> float:
    """Bound the memory of jobs that ran side by side: the sum of the largest ones, one for each core."""
    rss = sorted(
        (float(p.read_text().splitlines()[1].split("\t")[2].replace("-", "0")) for p in jobs), reverse=True
    )
    return sum(rss[: cores()]) / 1024


def step_of(benchmark: Path) -> str:
    parts = benchmark.with_suffix("").parts
    return parts[parts.index("benchmarks") + 1]


_imports: dict[str, float] = {}


def import_seconds(step: str) -> float:
    """Time what an adapter imports, and what those modules import at the top, in a new process."""
    adapter = ROOT / "workflow/scripts" / f"{step}.py"
    if step not in _imports and adapter.exists():
        tree = ast.parse(adapter.read_text())
        lines = [ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", "\n".join(["import snakemake.script", *lines])], check=True)
        _imports[step] = time.perf_counter() - started
    return _imports.get(step, 0.0)


def dry_run_seconds(folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "snakemake", "-n", "-q"], cwd=folder, check=True, capture_output=True
    )
    return time.perf_counter() - started


def cores() -> int:
    return os.cpu_count() or 1


def render(rows: list[dict]) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{cores()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` at commit {commit.strip()} on {datetime.date.today()}, on {machine}.",
        "",
        "Imports: what the jobs' processes spend before our code starts. Snakemake: reading the graph, and",
        "about 0.3 s for each job. Both are shares of the wall clock. Memory: the largest jobs that can run",
        "at once.",
        "",
        "| what | wall clock | limit | ratio | memory | limit | jobs | imports | Snakemake |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join(lines + [line(row) for row in rows]) + "\n"


def line(row: dict) -> str:
    limit, memory_limit = LIMITS.get(row["what"], (None, None))
    cells = [row["what"], f"{row['seconds']:.1f} s"]
    cells += [f"{limit} s", f"{row['seconds'] / limit:.2f}"] if limit else ["", ""]
    cells += [
        f"{row['memory_gb']:.1f} GB" if row.get("memory_gb") else "",
        f"{memory_limit} GB" if memory_limit else "",
    ]
    cells += [str(row.get("jobs", ""))]
    cells += [f"{row[k] / row['seconds']:.0%}" if k in row else "" for k in ("imports", "snakemake")]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
