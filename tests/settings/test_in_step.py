"""What settings know of events and contracts is what the rooms make and read."""

import pytest
from definition_steps import makes, sources_of

from armwise.events import outpatient, stays
from armwise.extracts.contracts import CONTRACTS
from armwise.extracts.engine import connect
from armwise.settings import load
from armwise.settings.data import Claims
from armwise.settings.known import COLUMNS, DATES, EVENTS, OF_EVERY_EVENT, VALUES
from armwise.settings.model import Data


def test_the_sources_are_those_of_the_contracts():
    assert set(Data.model_fields) == set(CONTRACTS) == set(COLUMNS)


def test_the_columns_are_those_of_the_contracts():
    assert {source: list(contract.columns) for source, contract in CONTRACTS.items()} == COLUMNS


def test_every_event_comes_from_a_source():
    assert {event.source for event in EVENTS.values()} <= set(COLUMNS)


@pytest.fixture(scope="module")
def made(repository):
    """Return the events of a trial without a single row, by name, as the steps make them."""
    config = load([str(repository / "tests/definitions/base.yaml")], {})
    engine = connect()
    sources = sources_of(engine, {}, config)
    return {event: makes(event, config)(engine, sources, config)[event] for event in EVENTS}


def kind_of(column):
    """Return the type of a column, as settings name it."""
    kinds = {bool: column.is_boolean(), int: column.is_integer(), float: column.is_floating()}
    return next((kind for kind, fits in kinds.items() if fits), str)


def test_the_kinds_of_visits_and_stays_are_those_that_are_made():
    assert set(VALUES["outpatient_visit", "kind"]) == set(outpatient.KINDS)
    assert VALUES["inpatient_stay", "kind"] == stays.KINDS


def test_the_days_of_sources_are_days_of_their_contracts():
    for source, names in DATES.items():
        assert {CONTRACTS[source].columns[name].type for name in names} == {"date"}


@pytest.mark.parametrize("event", EVENTS)
def test_the_attributes_of_an_event_are_those_that_are_made(made, event):
    kinds = {
        name: kind_of(column) for name, column in made[event].schema().items() if name not in OF_EVERY_EVENT
    }

    assert kinds == EVENTS[event].attributes


def test_every_code_that_can_get_its_zeros_back_may_be_named():
    offered = Claims.model_json_schema()["properties"]["fill_zeros"]["items"]["enum"]
    assert set(offered) == {name for name, each in CONTRACTS["utilization"].columns.items() if each.digits}
