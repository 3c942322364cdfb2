"""Two sources that write persons in different ways: said in words that tell nobody's identifier."""

import pytest
from tables import texts

from armwise.extracts.engine import connect
from armwise.extracts.errors import ExtractError
from armwise.extracts.identifiers import refuse_other_identifiers, written

ENROLLED = """
    person_id
    00417
    00418
"""


@pytest.fixture
def engine():
    return connect()


def refuse(engine, people: str) -> None:
    refuse_other_identifiers(engine, "deaths", texts(engine, people), texts(engine, ENROLLED))


@pytest.mark.parametrize(
    ("people", "way"),
    [
        ("person_id\n417\n418", "3 characters, digits alone"),
        ("person_id\n00417\n118", "3 to 5 characters, digits alone, leading zeros"),
        ("person_id\nMBR-00417", "9 characters, digits and letters, other signs"),
    ],
)
def test_how_identifiers_are_written(engine, people, way):
    assert written(engine, texts(engine, people)) == way


def test_a_source_that_knows_nobody_and_writes_otherwise_stops_the_run(engine):
    with pytest.raises(ExtractError) as stopped:
        refuse(engine, "person_id\n417\n418")
    assert "there 5 characters, digits alone, leading zeros; here 3 characters, digits alone" in str(
        stopped.value
    )
    assert "417" not in str(stopped.value)


@pytest.mark.parametrize("people", ["person_id\n00999", "person_id\n00417\nMBR-1"])
def test_others_written_alike_and_any_person_in_common_are_no_reason_to_stop(engine, people):
    refuse(engine, people)
