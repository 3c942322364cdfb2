"""A table or query of a PostgreSQL database is a source as any other; its address is told to nobody."""

import gzip
import hashlib
from collections.abc import Iterator
from datetime import date

import pytest
from server import PROGRAMS, WHY_NOT, Server

from armwise.extracts import database
from armwise.extracts.errors import ExtractError

pytestmark = pytest.mark.skipif(not PROGRAMS, reason=WHY_NOT)

DOSES = """
CREATE SCHEMA claims;
CREATE TABLE claims.doses (
  person_id text, given_on date, cvx char(3), at timestamptz, units numeric(8, 2), free boolean, note text
);
INSERT INTO claims.doses VALUES
  ('0042', '2021-03-01', '208', '2021-03-01 23:30:00-08', 1.00, true, 'two' || chr(10) || 'lines, "quoted"'),
  ('0043', '2021-03-02', '08', null, 0.50, false, 'José');
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def plan_database(server, monkeypatch) -> Server:
    """The database with two doses in it."""
    server.run("DROP SCHEMA IF EXISTS claims CASCADE", *DOSES.split(";"))
    monkeypatch.setenv("PLAN_DATABASE", server.address)
    return server


def of(**what: str) -> dict[str, str | None]:
    return {"connection": "${PLAN_DATABASE}", "table": None, "query": None, "version": None, **what}


def copied(plan, **what: str) -> str:
    path = str(plan.folder / "received.csv.gz")
    database.copy("vaccinations", of(**what), path)
    return path


@pytest.mark.parametrize(
    "what",
    [
        {"table": "claims.doses"},
        {"table": "Claims.DOSES"},  # as PostgreSQL reads names
        {"query": "SELECT * FROM claims.doses ORDER BY person_id;"},
    ],
)
def test_a_table_or_query_is_read_as_a_file_is(plan, plan_database, what):
    (tally,) = plan.read("vaccinations", copied(plan, **what))
    assert plan.kept == [
        {"person_id": "0042", "given_on": date(2021, 3, 1), "cvx": "208"},
        {"person_id": "0043", "given_on": date(2021, 3, 2), "cvx": "08"},
    ]
    assert (tally.read, tally.kept) == (2, 2)


def test_types_of_the_database_become_text_that_says_what_they_say(plan, plan_database):
    with gzip.open(copied(plan, table="claims.doses"), "rt", encoding="utf-8", newline="") as file:
        assert file.read() == (
            "person_id,given_on,cvx,at,units,free,note\n"
            '0042,2021-03-01,208,2021-03-02 07:30:00+00,1,true,"two\nlines, ""quoted"""\n'
            "0043,2021-03-02,08 ,,0.5,false,José\n"
        )


def test_the_same_rows_give_the_same_bytes(plan, plan_database):
    written = [copied(plan, table="claims.doses") for _ in range(2)]
    assert len({hashlib.sha256(open(path, "rb").read()).hexdigest() for path in written}) == 1  # noqa: PTH123, SIM115


def test_a_changed_table_is_noticed_and_an_unchanged_one_is_not(plan_database):
    before = database.state("vaccinations", of(table="claims.doses"))
    plan_database.run(
        "CREATE TABLE claims.sorted AS SELECT * FROM claims.doses ORDER BY person_id DESC",
        "TRUNCATE claims.doses",
        "INSERT INTO claims.doses SELECT * FROM claims.sorted",
    )
    assert database.state("vaccinations", of(table="claims.doses")) == before
    plan_database.run("UPDATE claims.doses SET cvx = '207' WHERE person_id = '0042'")
    assert database.state("vaccinations", of(table="claims.doses")) != before


def test_a_renamed_column_is_a_change_and_an_empty_table_has_a_state(plan_database):
    plan_database.run("TRUNCATE claims.doses")
    before = database.state("vaccinations", of(table="claims.doses"))
    plan_database.run("ALTER TABLE claims.doses RENAME cvx TO product")
    assert database.state("vaccinations", of(table="claims.doses")) != before


def test_of_a_declared_version_no_server_is_asked(monkeypatch):
    monkeypatch.setenv("PLAN_DATABASE", "postgresql://plan@/nowhere?host=/nowhere")
    assert database.state("vaccinations", of(table="claims.doses", version="2021-05-01")) == "2021-05-01"


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"table": "claims.dosis"}, "there is no table claims.dosis"),
        ({"query": "SELECT persn_id FROM claims.doses"}, 'column "persn_id" does not exist'),
        ({"query": "SELEC 1"}, "syntax error"),
        ({"query": "DELETE FROM claims.doses RETURNING *"}, "the server refuses it"),
    ],
)
def test_what_the_server_refuses_is_said_in_its_words(plan, plan_database, what, told):
    with pytest.raises(ExtractError, match=told) as stopped:
        copied(plan, **what)
    assert str(stopped.value).startswith("data.vaccinations.database: ")
    assert not (plan.folder / "received.csv.gz").exists()


def test_a_value_that_breaks_a_query_is_not_shown(plan, plan_database):
    with pytest.raises(ExtractError) as stopped:
        copied(plan, query="SELECT note::integer FROM claims.doses WHERE person_id = '0043'")
    assert "José" not in str(stopped.value)
    assert "SQLSTATE 22P02" in str(stopped.value)


def test_nothing_can_be_written_through_a_query(plan, plan_database):
    plan_database.run(
        "CREATE FUNCTION claims.clear() RETURNS integer LANGUAGE sql AS 'DELETE FROM claims.doses; SELECT 1'"
    )
    with pytest.raises(ExtractError):
        copied(plan, query="SELECT claims.clear() AS person_id")
    assert database.state("vaccinations", of(query="SELECT count(*) FROM claims.doses HAVING count(*) = 2"))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://plan:secret@127.0.0.1:1/plan", "no server answers"),
        ("plan:secret", "no connection string"),
        ("postgresql://nobody:secret@/postgres?host={folder}", "refuses the user"),
        ("postgresql://plan:secret@/secret?host={folder}", "no such database"),
    ],
)
def test_an_address_that_leads_nowhere_is_not_shown(plan, plan_database, monkeypatch, address, told):
    monkeypatch.setenv("PLAN_DATABASE", address.format(folder=plan_database.folder))
    with pytest.raises(ExtractError, match=told) as stopped:
        copied(plan, table="claims.doses")
    assert "secret" not in str(stopped.value)
    assert "${PLAN_DATABASE}" in str(stopped.value)
