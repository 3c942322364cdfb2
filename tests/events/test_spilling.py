"""With little memory the engine goes on to the disk, and finds the same."""

from pathlib import Path

import pytest
from ibis.backends.duckdb import Backend

from armwise.events.account import KEY
from armwise.events.encounters import encounters
from armwise.events.outpatient import outpatient_visits
from armwise.extracts.engine import connect, write

LINES, PERSONS = 400_000, 40_000
LITTLE, PLENTY = 80, 2000  # megabytes
BLANK = (
    *("discharge_status", "bill_type", "revenue_code", "procedure_modifiers", "provider_specialty"),
    *("other_diagnoses", "original_claim_id", "point_of_origin", "procedures", "admission_type"),
)
# Every fifth line is of the emergency department, the others of an office; one claim in ten was sent twice.
CLAIM_LINES = f"""
    SELECT
        'C' || (c - (c % 10 = 9)::INTEGER) AS claim_id,
        1 + (c % 10 = 9)::BIGINT AS claim_version,
        1::BIGINT AS line_number,
        'P' || (c // 10 % {PERSONS}) AS person_id,
        DATE '2018-01-01' + (c // 10 * 7 % 700)::INTEGER AS from_date,
        from_date AS through_date,
        from_date + 30 AS adjudicated_on,
        NULL::DATE AS admission_date,
        NULL::DATE AS discharge_date,
        CASE c % 5 WHEN 0 THEN '99283' ELSE '99213' END AS procedure_code,
        CASE c % 5 WHEN 0 THEN '23' ELSE '11' END AS place_of_service,
        'J' || (c % 100) AS principal_diagnosis,
        'provider ' || (c % 1000) AS provider_id,
        'facility ' || (c % 100) AS facility_id,
        'paid' AS claim_status,
        c AS received,
        {", ".join(f"NULL::VARCHAR AS {name}" for name in BLANK)}
    FROM range({LINES}) AS numbers (c)
"""
EVERYBODY = f"""
    SELECT 'P' || p AS person_id, DATE '1980-01-01' AS birth_date, 'f' AS sex
    FROM range({PERSONS}) AS numbers (p)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    engine = connect()
    for name, query in {"lines": CLAIM_LINES, "enrollment": EVERYBODY}.items():
        engine.raw_sql(f"COPY ({query}) TO '{tmp_path / name}.parquet'")
    return tmp_path


def made(engine: Backend, folder: Path) -> dict[str, bytes]:
    """Return the files of events that are made of the claim lines of `folder`."""
    lines, enrollment = (engine.read_parquet(folder / f"{name}.parquet") for name in ("lines", "enrollment"))
    events = {"outpatient_visit": outpatient_visits(engine, lines, enrollment).events}
    events |= encounters(engine, lines, enrollment).by_event
    for event, table in events.items():
        write(engine, table, str(folder / f"{event}.parquet"), KEY)
    return {event: (folder / f"{event}.parquet").read_bytes() for event in events}


def spilled(engine: Backend) -> int:
    """Return how many bytes an engine has put on the disk."""
    return engine.raw_sql("SELECT coalesce(sum(size), 0) FROM duckdb_temporary_files()").fetchone()[0]


def test_what_does_not_fit_into_memory_goes_to_the_disk_and_comes_out_the_same(folder: Path):
    little = connect(memory_mb=LITTLE, temporary=str(folder / "little"))
    plenty = connect(memory_mb=PLENTY, temporary=str(folder / "plenty"))
    assert made(little, folder) == made(plenty, folder)
    assert spilled(little) > 10_000_000
    assert spilled(plenty) == 0
