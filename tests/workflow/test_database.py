"""A source in a database: copied once, again when it has changed, and its address is written nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from project_copy import copy_project, scheduled, snakemake
from server import PROGRAMS, WHY_NOT, Server
from typer.testing import CliRunner

from armwise.cli import app

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
LATER = """
    also:
      - path: later.txt
        delimiter: "|"
        columns: {participant_id: ID, arm: GROUP, vaccinated: GOT}
        values: {arm: {C: usual, T: offer}}"""
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


def test_files_stand_beside_a_table_each_in_its_own_layout(read, server, monkeypatch):
    monkeypatch.setenv("PLAN_DATABASE", server.address)
    monkeypatch.chdir(read)
    later = "".join(f"L{n}|{'CT'[n % 2]}|{n % 2}\n" for n in range(20))
    (read / "later.txt").write_text("ID|GROUP|GOT\n" + later, encoding="utf-8")
    (read / "both.yaml").write_text(SETTINGS.replace("table: trial.people}", "table: trial.people}" + LATER))
    run = snakemake(read, TYPED, "--configfile", "both.yaml")
    assert run.returncode == 0, run.stderr[-3000:]
    counts = (read / "data/interim/tiny/extracts/participants.counts.csv").read_text().splitlines()
    assert [line.split(",")[1:4] for line in counts[1:]] == [
        ["data/interim/tiny/received/participants.csv.gz", "60", "60"],
        ["later.txt", "20", "20"],
    ]
    checked = CliRunner().invoke(app, ["check", "--config", "both.yaml"])
    assert f"{'participants':14}{80:>12}{80:>12}" in checked.stdout
