"""What becomes of a row that breaks a check, as the settings say; and that no row is lost."""

import csv
from pathlib import Path

import ibis
import pytest
from ibis import _

from armwise.extracts import ingest as reading
from armwise.extracts.catalogue import CATALOGUE, DEFAULTS, severities
from armwise.extracts.ingest import Checking
from armwise.extracts.tally import Tally, assert_nothing_lost

HEADER = "enrollment_id,person_id,randomized_on,arm,stratum,assignment_probability,birth_date"


def made(plan) -> dict[tuple[str, str], tuple[str, int]]:
    """Severity and rows by check and column, where a check is broken."""
    with Path(plan.outputs.checks).open() as file:
        rows = list(csv.DictReader(file))
    return {(r["check"], r["column"]): (r["severity"], int(r["rows"])) for r in rows if r["rows"] != "0"}


def test_a_check_that_passes_is_told_too(plan):
    plan.read("deaths", plan.sends("person_id,died_on\nP1,2018-03-01"))
    told = Path(plan.outputs.checks).read_text().splitlines()
    assert told[0] == "source,check,severity,column,rows"
    assert "deaths,value_untyped,set_aside,died_on,0" in told
    assert made(plan) == {}


COVERAGE = """
    person_id,coverage_start,coverage_end
    P1,2018-03-01,2018-02-01
    P2,2018-03-01,2018-04-01
"""


@pytest.mark.parametrize(("severity", "kept"), [("set_aside", 1), ("stop", 1), ("warn", 2), ("ignore", 2)])
def test_a_doubtful_row_is_kept_when_the_settings_only_warn_of_it(plan, severity, kept):
    checking = Checking(DEFAULTS | {"coverage_ends_before_start": severity})
    (tally,) = plan.read("coverage", plan.sends(COVERAGE), checking=checking)
    assert (tally.kept, tally.set_aside) == (kept, 2 - kept)
    assert len(plan.kept) == kept
    assert made(plan) == {("coverage_ends_before_start", "coverage_end"): (severity, 1)}


def test_the_settings_change_one_severity_and_leave_the_others():
    changed = severities("read", {"value_missing": "stop"})
    assert changed["value_missing"] == "stop"
    assert changed["value_untyped"] == "set_aside"
    assert "events_after_death" not in changed  # made elsewhere


def test_one_person_in_two_arms_on_one_day_stops_the_run_by_default(plan):
    plan.read(
        "enrollment",
        plan.sends(f"""
            {HEADER}
            E1,P1,2018-01-01,control,S,0.5,
            E2,P1,2018-01-01,treated,S,0.5,
            E3,P2,2018-01-01,control,S,0.5,
            E4,P2,2018-02-01,treated,S,0.5,
            E5,P3,2018-01-01,control,S,0.5,
            E6,P3,2018-01-01,control,T,0.5,
        """),
    )
    assert made(plan) == {("two_arms_on_one_day", "randomized_on"): ("stop", 2)}
    assert [row["enrollment_id"] for row in plan.kept] == ["E3", "E4", "E5", "E6"]


@pytest.mark.parametrize(("probability", "kept"), [("1", 0), ("0", 0), ("0.999", 1), ("0.001", 1)])
def test_a_probability_lies_between_0_and_1(plan, probability, kept):
    plan.read("enrollment", plan.sends(f"{HEADER}\nE1,P1,2018-01-01,control,S,{probability},"))
    assert len(plan.kept) == kept
    assert ("probability_outside", "assignment_probability") in made(plan) or kept


def test_a_line_that_cannot_be_split_is_counted_by_its_check(plan):
    plan.read("deaths", plan.sends("person_id,died_on\nP1,2018-03-01\nP2"))
    assert made(plan) == {("line_unreadable", "(line)"): ("set_aside", 1)}


def test_every_check_says_what_it_may_be_and_its_default_is_among_it():
    for name, check in CATALOGUE.items():
        assert check.severity in check.may_be, name
        assert (check.level == "structural") == (check.may_be == ("stop", "set_aside")) or name in (
            "two_arms_for_one_enrollment",
            "randomized_twice",
            "person_not_in_crosswalk",
            "two_matches_in_crosswalk",
        )


@pytest.mark.parametrize("lost", [(10, 8, 1, 0), (10, 9, 2, 0), (10, 8, 1, 2)])
def test_a_lost_row_of_one_file_stops_the_run(lost):
    with pytest.raises(AssertionError, match=r"a\.csv: the rows read do not add up"):
        assert_nothing_lost("claims", [Tally("a.csv", *lost)], lost[1], lost[2])


def test_rows_that_two_files_lose_and_gain_do_not_make_up_for_each_other():
    tallies = [Tally("a.csv", 10, 9, 0, 0), Tally("b.csv", 10, 11, 0, 0)]
    with pytest.raises(AssertionError, match=r"a\.csv"):
        assert_nothing_lost("claims", tallies, 20, 0)


def test_rows_that_are_lost_while_they_are_written_stop_the_run(plan, monkeypatch):
    as_it_is = reading._typed
    monkeypatch.setattr(reading, "_typed", lambda *given: lost_behind(as_it_is(*given)))
    with pytest.raises(AssertionError, match="coverage: read 2 rows, kept 1"):
        plan.read(
            "coverage", plan.sends("person_id,coverage_start,coverage_end\nP1,2018-01-01,\nP2,2018-01-01,")
        )


def test_claim_lines_that_are_lost_while_they_are_written_stop_the_run(plan, monkeypatch):
    as_it_is = reading._typed
    monkeypatch.setattr(reading, "_typed", lambda *given: lost_behind(as_it_is(*given)))
    header = "claim_id,person_id,from_date,through_date"
    first = plan.sends(f"{header}\nC1,P1,2018-01-01,2018-01-01", "1.csv")
    second = plan.sends(f"{header}\nC2,P2,2018-01-01,2018-01-01", "2.csv")
    with pytest.raises(AssertionError, match="2 rows passed, and 1 are accounted for"):
        plan.read("utilization", first, second)


def lost_behind(rows):
    """All but the first row lost, after all of them were counted."""
    return (
        rows.mutate(place=ibis.row_number().over(order_by=rows.person_id)).filter(_.place == 0).drop("place")
    )
