"""A source may come in several layouts: each file is read, counted and told of by its own."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from armwise.extracts.errors import ExtractError
from armwise.extracts.layouts import laid_out

FACILITY = """
    claim_id,person_id,from_date,through_date,bill_type,claim_status
    F1,P1,2018-01-01,2018-01-03,0111,paid
    F2,P2,2018-02-01,2018-02-01,0131,paid
"""
PROFESSIONAL = """
    ICN|MEMBER|DOS|STATUS|POS
    R1|P1|01/02/2018|P|11
    R2|P2|2018-02-01|P|11
    R3|P2|02/03/2018|D|23
"""
ANOTHER_WAY = {
    "delimiter": "|",
    "date_format": "%m/%d/%Y",
    "columns": {
        "claim_id": "ICN",
        "person_id": "MEMBER",
        "from_date": "DOS",
        "through_date": "DOS",
        "claim_status": "STATUS",
        "place_of_service": "POS",
    },
    "values": {"claim_status": {"P": "paid", "D": "denied"}},
}


@pytest.fixture
def both(plan):
    """Facility claims, and professional claims in another layout."""
    facility = plan.sends(FACILITY, "facility.csv")
    return facility, plan.laid(plan.sends(PROFESSIONAL, "professional.txt"), **ANOTHER_WAY)


def test_files_of_two_layouts_give_one_table_in_their_order_of_arrival(plan, both):
    facility, professional = both
    plan.read("utilization", facility, also=(professional,))
    in_order = sorted(plan.kept, key=lambda row: row["received"])
    told = [(row["claim_id"], str(row["from_date"]), row["claim_status"]) for row in in_order]
    assert told == [
        ("F1", "2018-01-01", "paid"),
        ("F2", "2018-02-01", "paid"),
        ("R1", "2018-01-02", "paid"),
        ("R3", "2018-02-03", "denied"),
    ]


def test_rows_are_counted_by_file_and_set_aside_with_line_and_reason_of_their_own(plan, both):
    facility, professional = both
    tallies = plan.read("utilization", facility, also=(professional,))
    assert [(each.read, each.kept, each.set_aside) for each in tallies] == [(2, 2, 0), (3, 2, 1)]
    assert plan.aside == [(3, "from_date", "2018-02-01", "not a date written as %m/%d/%Y")]


def test_a_file_keeps_what_its_own_layout_includes_and_misses(plan):
    first = plan.sends("person_id,died_on,kind\nP1,2018-01-01,D\nP2,2018-01-01,L", "1.csv")
    second = plan.sends("person_id,died_on,kind\nP3,2018-01-01,L\n?,2018-01-01,L", "2.csv")
    also = (plan.laid(second, missing=["?"]),)
    tallies = plan.read("deaths", first, include={"kind": ["D"]}, also=also)
    assert [(each.kept, each.set_aside, each.not_included) for each in tallies] == [(1, 0, 1), (1, 1, 0)]
    assert [row["person_id"] for row in plan.kept] == ["P1", "P3"]


def test_formats_may_differ_and_stored_days_need_no_date_format(plan):
    stored = str(plan.folder / "stored.parquet")
    days = pa.array([17532], pa.int32()).cast(pa.date32())  # 2018-01-01
    pq.write_table(pa.table({"ID": ["P2"], "DOD": days}), stored)
    text = plan.sends("person_id,died_on\nP1,12/31/2017")
    plan.read(
        "deaths",
        text,
        date_format="%m/%d/%Y",
        also=(plan.laid(stored, columns={"person_id": "ID", "died_on": "DOD"}),),
    )
    assert [(row["person_id"], str(row["died_on"])) for row in plan.kept] == [
        ("P1", "2017-12-31"),
        ("P2", "2018-01-01"),
    ]


def test_rows_that_say_the_same_in_two_ways_repeat_each_other(plan):
    header = "enrollment_id,person_id,randomized_on,arm,stratum,assignment_probability"
    first = plan.sends(f"{header}\nE1,P1,2018-01-02,control,S,0.50\nE2,P2,2018-01-02,control,S,0.5", "1.csv")
    second = plan.sends(f"{header}\nE1,P1,01/02/2018,control,S,0.5\nE2,P2,01/03/2018,control,S,0.5", "2.csv")
    plan.read("enrollment", first, also=(plan.laid(second, date_format="%m/%d/%Y"),))
    assert [row["enrollment_id"] for row in plan.kept] == ["E1"]
    assert [(line, reason) for line, _, _, reason in plan.aside] == [
        (3, "repeats with other values"),
        (2, "repeats an earlier row"),
        (3, "repeats with other values"),
    ]


def test_each_file_goes_with_its_layout():
    layouts = [{"path": "a*.csv", "files": 2}, {"path": "b.txt", "files": 1}]
    files = laid_out(layouts, ["a1.csv", "a2.csv", "b.txt"])
    assert [(file.path, file.layout["path"]) for file in files] == [
        ("a1.csv", "a*.csv"),
        ("a2.csv", "a*.csv"),
        ("b.txt", "b.txt"),
    ]


def test_a_file_in_two_layouts_is_refused():
    layouts = [{"path": "a*.csv", "files": 2}, {"path": "a2.csv", "files": 1}]
    with pytest.raises(ExtractError, match=r"^a2\.csv: two layouts of this source hold this file"):
        laid_out(layouts, ["a1.csv", "a2.csv", "a2.csv"])
