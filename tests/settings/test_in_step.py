"""What settings know of events and contracts is what the rooms make and read."""

from armwise.extracts.contracts import CONTRACTS
from armwise.settings.known import COLUMNS, EVENTS
from armwise.settings.model import Data


def test_the_sources_are_those_of_the_contracts():
    assert set(Data.model_fields) == set(CONTRACTS) == set(COLUMNS)


def test_the_columns_are_those_of_the_contracts():
    assert {source: list(contract.columns) for source, contract in CONTRACTS.items()} == COLUMNS


def test_every_event_comes_from_a_source():
    assert {event.source for event in EVENTS.values()} <= set(COLUMNS)
