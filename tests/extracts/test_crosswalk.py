"""Persons whom a source knows by another number than the enrollment does."""

from pathlib import Path

import pytest

from armwise.extracts.contracts import contract_of
from armwise.extracts.crosswalk import of_source
from armwise.extracts.engine import connect
from armwise.extracts.ingest import Checking, ingest

OLD_AND_NEW = "source_person_id,person_id\nX1,P1\nX2,P2"


@pytest.fixture
def translated(plan):
    """Read deaths as a crosswalk translates them; return their persons, and the lines that are set aside."""

    def read(crosswalk, deaths):
        plan.read("crosswalk", plan.sends(crosswalk, "crosswalk.csv"))
        typed = Path(plan.outputs.table).rename(plan.folder / "crosswalk.parquet")
        engine, path = connect(), plan.sends(deaths)
        checking = Checking(crosswalk=of_source(engine, str(typed), "deaths"))
        reading = {"max_rejected_share": 1.0, "missing": ["", "NA"]}
        ingest(engine, "deaths", [path], reading, contract_of("deaths", [], {}), plan.outputs, checking)
        return [row["person_id"] for row in plan.kept], [(line, reason) for line, _, _, reason in plan.aside]

    return read


def test_a_crosswalk_without_sources_is_of_every_source_that_is_translated(translated):
    kept, aside = translated(OLD_AND_NEW, "person_id,died_on\nX1,2018-01-01\nX2 ,2018-01-02\nX3,2018-01-03")
    assert kept == ["P1", "P2"]
    assert aside == [(4, "no match in the crosswalk")]


def test_a_row_of_one_source_goes_before_one_of_every_source(translated):
    crosswalk = "source,source_person_id,person_id\n,X1,P1\ndeaths,X1,P9\ncontacts,X2,P2"
    kept, aside = translated(crosswalk, "person_id,died_on\nX1,2018-01-01\nX2,2018-01-02")
    assert (kept, aside) == (["P9"], [(3, "no match in the crosswalk")])


def test_a_source_may_hold_old_and_new_numbers(translated):
    kept, aside = translated(OLD_AND_NEW, "person_id,died_on\nX1,2018-01-01\nP2,2018-01-02")
    assert (kept, aside) == (["P1", "P2"], [])


def test_an_old_number_that_was_given_anew_is_translated(translated):
    crosswalk = "source_person_id,person_id\nX1,P1\nP1,P2"
    kept, _ = translated(crosswalk, "person_id,died_on\nX1,2018-01-01\nP1,2018-01-02")
    assert kept == ["P1", "P2"]
