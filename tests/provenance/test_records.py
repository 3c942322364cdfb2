"""Records of what made each file: kept beside the files, brought back when lost, never of other files."""

import os
import shutil
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from releases import release

from armwise.provenance.records import doubt, keep_records, trust, vouched


def record(folder: Path, of: Path) -> Path:
    """Return where Snakemake keeps its record of a file."""
    return folder / urlsafe_b64encode(of.as_posix().encode()).decode()


@pytest.fixture
def interim(tmp_path: Path) -> Path:
    (tmp_path / "interim").mkdir()
    (tmp_path / "interim/cohort.parquet").write_text("typed")
    (tmp_path / "snakemake").mkdir()
    record(tmp_path / "snakemake", tmp_path / "interim/cohort.parquet").write_text("these settings")
    keep_records(tmp_path / "interim", tmp_path / "snakemake")
    return tmp_path / "interim"


@pytest.fixture
def lost(tmp_path: Path, interim: Path) -> Path:
    shutil.rmtree(tmp_path / "snakemake")
    return tmp_path / "snakemake"


def test_lost_records_come_back(interim: Path, lost: Path) -> None:
    assert vouched(interim, lost)
    assert record(lost, interim / "cohort.parquet").read_text() == "these settings"


def test_records_of_another_trial_do_not_vouch_for_this_one(
    interim: Path, lost: Path, tmp_path: Path
) -> None:
    """The other trial was run after the records were lost; these have to come back all the same."""
    lost.mkdir()
    record(lost, tmp_path / "interim_2/cohort.parquet").write_text("others")
    assert vouched(interim, lost)
    assert record(lost, interim / "cohort.parquet").exists()


def test_records_older_than_a_file_do_not_vouch_for_it(interim: Path, lost: Path) -> None:
    """As after a run that was killed: the file was made after the records were kept."""
    later = (interim / "records").stat().st_mtime + 10
    os.utime(interim / "cohort.parquet", (later, later))
    assert not vouched(interim, lost)
    assert not lost.exists()


def test_logs_and_the_last_run_need_no_record(interim: Path, lost: Path) -> None:
    later = (interim / "records").stat().st_mtime + 10
    for name in ("logs/a.log", "last_run/ard.csv"):
        (interim / name).parent.mkdir()
        (interim / name).write_text("x")
        os.utime(interim / name, (later, later))
    assert vouched(interim, lost)


def test_where_nothing_was_made_nothing_is_doubted(tmp_path: Path) -> None:
    assert vouched(tmp_path / "interim", tmp_path / "snakemake")


def test_doubt_stays_until_a_whole_run(interim: Path, tmp_path: Path) -> None:
    doubt(interim)
    assert not vouched(interim, tmp_path / "snakemake")
    trust(interim, tmp_path / "results")
    assert not vouched(interim, tmp_path / "snakemake")
    trust(interim, release(tmp_path / "results"))
    assert vouched(interim, tmp_path / "snakemake")


def test_an_old_whole_run_takes_no_doubt_away(interim: Path, tmp_path: Path) -> None:
    results = release(tmp_path / "results")
    os.utime(results / "manifest.json", (1, 1))
    doubt(interim)
    trust(interim, results)
    assert not vouched(interim, tmp_path / "snakemake")
