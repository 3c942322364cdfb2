"""What settings know of events and contracts is what the rooms make and read."""

import ibis
import pytest

from armwise.events.contacts import contacts
from armwise.events.deaths import deaths
from armwise.events.doses import covid_doses, influenza_doses
from armwise.events.ed import collapsed, ed_claims, ed_visits
from armwise.events.outpatient import DEFINITION, KINDS, as_events, classified, provider_days
from armwise.events.stays import acute_claims, inpatient_stays, joined
from armwise.extracts.contracts import CONTRACTS
from armwise.settings.known import COLUMNS, DATES, EVENTS, VALUES
from armwise.settings.model import Data

TYPES = {"date": "date", "whole": "int64", "number": "float64"}
OF_EVERY_EVENT = {"person_id", "event", "event_id", "started_on", "ended_on", "source"}


def test_the_sources_are_those_of_the_contracts():
    assert set(Data.model_fields) == set(CONTRACTS) == set(COLUMNS)


def test_the_columns_are_those_of_the_contracts():
    assert {source: list(contract.columns) for source, contract in CONTRACTS.items()} == COLUMNS


def test_every_event_comes_from_a_source():
    assert {event.source for event in EVENTS.values()} <= set(COLUMNS)


def empty(source):
    """Return a table without rows as the contract of a source types it."""
    columns = {name: TYPES.get(column.type, "string") for name, column in CONTRACTS[source].columns.items()}
    return ibis.table(columns | {"received": "int64"}, name=source)


def made(event):
    """Return the events as the room makes them, as an expression."""
    if event == "covid_dose":
        return covid_doses(empty("vaccinations"))
    if event == "influenza_dose":
        return influenza_doses(empty("vaccinations"))
    if event == "contact":
        return contacts(empty("contacts"), empty("enrollment"))
    if event == "death":
        return deaths(empty("deaths"))
    lines = empty("utilization")
    if event == "outpatient_visit":
        return as_events(provider_days(classified(lines, DEFINITION)), "provider_day")
    visits, stays = collapsed(ed_claims(lines)), joined(acute_claims(lines))
    births = ibis.table({"person_id": "string", "birth_date": "date"}, name="births")
    return inpatient_stays(stays, visits, births) if event == "inpatient_stay" else ed_visits(visits, stays)


def test_the_kinds_of_visits_are_those_that_are_made():
    assert set(VALUES["outpatient_visit", "kind"]) == set(KINDS)


def test_the_days_of_sources_are_days_of_their_contracts():
    for source, names in DATES.items():
        assert {CONTRACTS[source].columns[name].type for name in names} == {"date"}


@pytest.mark.parametrize("event", EVENTS)
def test_the_attributes_of_an_event_are_those_that_are_made(event):
    kinds = {
        name: bool if kind.is_boolean() else int if kind.is_integer() else str
        for name, kind in made(event).schema().items()
        if name not in OF_EVERY_EVENT
    }

    assert kinds == EVENTS[event].attributes
