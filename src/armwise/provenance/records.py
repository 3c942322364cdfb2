"""Snakemake's records of what made each file, kept beside the files, so that losing one loses not the other.

Snakemake alone knows from `.snakemake/` with which settings, inputs and code a file was made; without it, it
believes every file that is newer than what it was made from. Files that nothing vouches for are made again.
"""

import shutil
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path

from armwise.provenance.keep import KEPT
from armwise.provenance.release import IncompleteRelease, Release

OF_SNAKEMAKE = Path(".snakemake/metadata")
RECORDS = "records"
UNKNOWN = "made_by_unknown"  # stands until a whole run has made every file again
NO_RESULTS = ("logs", "benchmarks", RECORDS, KEPT, UNKNOWN)


def vouched(interim: str | Path, of_snakemake: Path = OF_SNAKEMAKE) -> bool:
    """Say whether it is known what made the files of a trial; bring its records back where they were lost."""
    folder = Path(interim)
    if (folder / UNKNOWN).exists():
        return False
    if _any_record(of_snakemake, folder) or not any(_files(folder)):
        return True
    if not _are_of_these_files(folder):
        return False
    shutil.copytree(folder / RECORDS, of_snakemake, dirs_exist_ok=True)
    return True


def keep_records(interim: str | Path, of_snakemake: Path = OF_SNAKEMAKE) -> None:
    """Copy Snakemake's records beside the files that they are about."""
    folder = Path(interim)
    if not _any_record(of_snakemake, folder):
        return
    beside = folder / f"{RECORDS}.new"
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(of_snakemake, beside)
    shutil.rmtree(folder / RECORDS, ignore_errors=True)
    beside.replace(folder / RECORDS)
    (folder / RECORDS).touch()


def doubt(interim: str | Path) -> None:
    """Note that it is not known what made the files: they count for nothing until all were made again."""
    Path(interim).mkdir(parents=True, exist_ok=True)
    (Path(interim) / UNKNOWN).touch()


def trust(interim: str | Path, results: str | Path) -> None:
    """Take the note away once a whole run has made every file again."""
    note = Path(interim) / UNKNOWN
    if note.exists() and _is_whole(Path(results), since=note.stat().st_mtime):
        note.unlink()


def _is_whole(results: Path, since: float) -> bool:
    try:
        release = Release.read(results)
    except IncompleteRelease:
        return False
    return (results / "manifest.json").stat().st_mtime >= since and not release.changed_since


def _are_of_these_files(folder: Path) -> bool:
    """Say whether there are records, and no file is younger than they are."""
    records = folder / RECORDS
    return records.is_dir() and all(
        path.stat().st_mtime <= records.stat().st_mtime for path in _files(folder)
    )


def _any_record(of_snakemake: Path, folder: Path) -> bool:
    """Say whether Snakemake has a record of any file of this trial: other trials have theirs beside them."""
    names = (path.name for path in of_snakemake.glob("*") if path.is_file())
    return any(_named(name).startswith(f"{folder.as_posix()}/") for name in names)


def _named(record: str) -> str:
    """Return the file that a record is about: its path in base 64, as Snakemake 9 names records."""
    try:
        return urlsafe_b64decode(record).decode()
    except ValueError:
        return ""


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).parts[0] not in NO_RESULTS:
            yield path
