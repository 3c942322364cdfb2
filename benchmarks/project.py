"""A copy of the project to measure in, so that a run leaves nothing behind."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ["Snakefile", "config.yaml", "environment.yml", "requirements.lock", "workflow", "src"]


def copy_project(folder: Path) -> None:
    """Copy what a run needs to a new folder, without data."""
    folder.mkdir(parents=True)
    for part in PARTS:
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)
    (folder / "profiles").symlink_to("workflow/profiles")
