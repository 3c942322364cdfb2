from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from ibis.backends.duckdb import Backend
from tables import given

from armwise.extracts.engine import connect

BLANK = {
    **dict.fromkeys(["admission_date", "discharge_date", "adjudicated_on"], pa.date32()),
    **dict.fromkeys(
        [
            "discharge_status",
            "bill_type",
            "revenue_code",
            "procedure_code",
            "procedure_modifiers",
            "provider_id",
            "provider_specialty",
            "place_of_service",
            "principal_diagnosis",
            "other_diagnoses",
            "original_claim_id",
            "point_of_origin",
            "facility_id",
            "procedures",
            "admission_type",
        ],
        pa.string(),
    ),
}
TYPES = {name: "date" if kind == pa.date32() else "string" for name, kind in BLANK.items()}


@pytest.fixture(scope="session")
def engine() -> Backend:
    return connect(threads=1)


class Claims:
    """Writes claim lines: what a test does not name is blank, one version, one line, paid, of person P1."""

    def __init__(self, engine: Backend) -> None:
        self.engine = engine

    def __call__(self, text: str, **defaults: Any) -> ir.Table:
        one = {"claim_version": 1, "line_number": 1, "claim_status": "paid", "person_id": "P1"}
        table = given(self.engine, text, **{**BLANK, **one, **defaults})
        sent = table.mutate(**{name: table[name].cast(kind) for name, kind in TYPES.items()})
        return sent.mutate(received=ibis.row_number())


@pytest.fixture
def claims(engine: Backend) -> Claims:
    return Claims(engine)
