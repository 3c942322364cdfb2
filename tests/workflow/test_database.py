"""A source in a database: copied once, again when it has changed, and its address is written nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from project_copy import copy_project, scheduled, snakemake
from server import PROGRAMS, WHY_NOT, Server

pytestmark = pytest.mark.skipif(not PROGRAMS, reason=WHY_NOT)

SETTINGS = """
trial:
  id: tiny
  title: A tiny trial
  arms: {usual: Usual care, offer: Offer}
  reference: usual
data:
  participants:
    database: {connection: "${PLAN_DATABASE}", table: trial.people}
outcomes:
  vaccinated: {column: vaccinated, measure: binary}
roles:
  primary: {outcome: vaccinated}
"""
PEOPLE = """
CREATE SCHEMA trial;
CREATE TABLE trial.people (participant_id text, arm text, vaccinated integer);
INSERT INTO trial.people SELECT n::text, CASE WHEN n % 2 = 0 THEN 'usual' ELSE 'offer' END, n % 3 / 2
FROM generate_series(1, 60) AS n
"""
TYPED = "data/interim/tiny/extracts/participants.parquet"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    server.run(*PEOPLE.split(";"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def read(server, tmp_path_factory) -> Iterator[Path]:
    """Read the people of the trial once."""
    folder = copy_project(tmp_path_factory.mktemp("from_database"))
    (folder / "config.yaml").write_text(SETTINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAN_DATABASE", server.address)
        run = snakemake(folder, TYPED)
        assert run.returncode == 0, run.stderr[-3000:]
        yield folder


def test_an_unchanged_table_is_not_read_again(read):
    assert scheduled(read, TYPED) == set()


def test_a_changed_table_is_read_again(read, server):
    server.run("UPDATE trial.people SET vaccinated = 1 - vaccinated WHERE participant_id = '7'")
    assert scheduled(read, TYPED) == {"receive/participants", "ingest/participants"}
    server.run("UPDATE trial.people SET vaccinated = 1 - vaccinated WHERE participant_id = '7'")
    assert scheduled(read, TYPED) == set()


def test_a_declared_version_asks_no_server(read, monkeypatch):
    (read / "version.yaml").write_text('data: {participants: {database: {version: "2021-05-01"}}}')
    monkeypatch.setenv("PLAN_DATABASE", "postgresql://plan@/nowhere?host=/nowhere")
    again = scheduled(read, TYPED, "--configfile", "config.yaml", "version.yaml")
    assert again == {"receive/participants", "ingest/participants"}


def test_a_server_that_does_not_answer_is_named_by_its_variable(read, monkeypatch):
    monkeypatch.setenv("PLAN_DATABASE", "postgresql://plan:secret@127.0.0.1:1/nowhere")
    run = snakemake(read, TYPED, "--dry-run")
    told = run.stdout + run.stderr
    assert run.returncode == 1
    assert "data.participants.database: no server answers. Check ${PLAN_DATABASE}" in told
    assert "Traceback" not in told
    assert "secret" not in told


def test_the_address_is_written_nowhere(read, server):
    written = {"interim", ".snakemake"}
    files = [path for path in read.rglob("*") if path.is_file() and written & set(path.parts)]
    assert files
    assert not [path for path in files if str(server.folder).encode() in path.read_bytes()]
