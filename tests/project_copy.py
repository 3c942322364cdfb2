"""A copy of the project in a folder of its own, to run and to change."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ["Snakefile", "environment.yml", "requirements.lock", "workflow", "src"]
PROFILE = ("profiles", "workflow/profiles")  # a link, where plain `snakemake` looks for it


def copy_project(folder: Path) -> Path:
    for part in PARTS:
        source, target = ROOT / part, folder / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, target)
    (folder / PROFILE[0]).symlink_to(PROFILE[1])
    return folder


def snakemake(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Snakemake on the copy, with the copy's own package."""
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def scheduled(folder: Path, *words: str) -> set[str]:
    """What a run would do now: the names of its jobs, with their wildcard where they have one."""
    dry = snakemake(folder, "--dry-run", *words)
    assert dry.returncode == 0, dry.stderr
    blocks = re.split(r"\n(?=(?:local)?rule )", dry.stdout + dry.stderr)
    return {_job(block) for block in blocks if re.match(r"(?:local)?rule \w+:", block)} - {"all"}


def _job(block: str) -> str:
    name = re.match(r"(?:local)?rule (\w+):", block)
    wildcards = re.search(r"^\s+wildcards: (.*)$", block, re.MULTILINE)
    values = [part.split("=", 1)[1] for part in wildcards[1].split(", ")] if wildcards else []
    return "/".join([name[1] if name else "", *values])
