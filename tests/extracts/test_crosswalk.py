"""Identifiers that differ between sources."""

import csv
from pathlib import Path

from armwise.extracts.crosswalk import of_source
from armwise.extracts.engine import connect
from armwise.extracts.ingest import Checking

CROSSWALK = """
    source,source_person_id,person_id
    deaths,D-1,P1
    deaths,D-2,P2
    vaccinations,D-3,P3
"""


def read_deaths(plan, text):
    plan.read("crosswalk", plan.sends(CROSSWALK, "crosswalk.csv"))
    engine = connect(1)
    pairs = of_source(engine, plan.outputs.table, "deaths").to_pyarrow()
    engine.con.register("pairs", pairs)
    checking = Checking(crosswalk=engine.table("pairs"))
    return plan.read("deaths", plan.sends(text), checking=checking, engine=engine)


def test_identifiers_are_translated_and_those_without_a_match_set_aside(plan):
    (tally,) = read_deaths(
        plan,
        """
        person_id,died_on
        D-2,2018-03-02
        D-3,2018-03-03
        D-1,2018-03-01
        ,2018-03-04
        """,
    )
    assert [row["person_id"] for row in plan.kept] == ["P1", "P2"]
    assert plan.aside == [
        (3, "person_id", "D-3", "no match in the crosswalk"),
        (5, "person_id", None, "missing"),
    ]
    assert (tally.read, tally.kept, tally.set_aside) == (4, 2, 2)


def test_two_persons_for_one_identifier_stop_the_run(plan):
    plan.read("crosswalk", plan.sends(f"{CROSSWALK.rstrip()}\n    deaths,D-1,P9\n"))
    with Path(plan.outputs.checks).open() as file:
        broken = [row for row in csv.DictReader(file) if row["rows"] != "0"]
    assert [(row["check"], row["severity"], row["rows"]) for row in broken] == [
        ("two_matches_in_crosswalk", "stop", "2")
    ]
