"""Several files of a source are read again when one changes, comes or goes, and not when one is touched."""

import os
from pathlib import Path

import pytest
from project_copy import copy_project, scheduled, snakemake

SETTINGS = """
trial: {id: tiny, title: A tiny trial, arms: {usual: Usual care, offer: Offer}, reference: usual}
data: {participants: {path: "people_*.csv"}}
outcomes: {vaccinated: {column: vaccinated, measure: binary}}
roles: {primary: {outcome: vaccinated}}
"""
HEADER = "participant_id,arm,vaccinated\n"
TYPED = "data/interim/tiny/extracts/participants.parquet"
READ_AGAIN = {"ingest/participants"}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_project(tmp_path_factory.mktemp("several_files"))
    (folder / "config.yaml").write_text(SETTINGS)
    (folder / "people_1.csv").write_text(f"{HEADER}1,usual,0\n")
    (folder / "people_2.csv").write_text(f"{HEADER}2,offer,1\n")
    run = snakemake(folder, TYPED)
    assert run.returncode == 0, run.stderr[-3000:]
    return folder


def test_a_touched_file_is_not_read_again(read: Path) -> None:
    os.utime(read / "people_1.csv")
    assert scheduled(read, TYPED) == set()


def test_files_that_change_come_or_go_are_noticed(read: Path) -> None:
    second, third = read / "people_2.csv", read / "people_3.csv"
    before = second.read_text()
    third.write_text(f"{HEADER}3,offer,0\n")
    assert scheduled(read, TYPED) == READ_AGAIN
    third.unlink()
    assert scheduled(read, TYPED) == set()
    second.unlink()
    assert scheduled(read, TYPED) == READ_AGAIN
    second.write_text(before.replace("1\n", "0\n"))
    assert scheduled(read, TYPED) == READ_AGAIN
    second.write_text(before)
    assert scheduled(read, TYPED) == set()
