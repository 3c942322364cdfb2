"""A source may be several files: each is counted by itself, and they need not be written alike."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq


def test_files_are_counted_one_by_one_and_columns_may_come_in_any_order(plan):
    first = plan.sends("person_id,died_on\nP1,2018-01-01\nP2,never", "1.csv")
    second = plan.sends("died_on,person_id\n2018-01-03,P3", "2.csv")
    tallies = plan.read("deaths", first, second)
    assert [(tally.file, tally.read, tally.kept) for tally in tallies] == [(first, 2, 1), (second, 1, 1)]
    assert [row["person_id"] for row in plan.kept] == ["P1", "P3"]
    assert [line for line, *_ in plan.aside] == [3]


def test_a_date_of_one_file_may_be_text_in_another(plan):
    dates = str(plan.folder / "dates.parquet")
    pq.write_table(pa.table({"person_id": ["P1"], "died_on": [date(2018, 1, 1)]}), dates)
    text = plan.sends("person_id,died_on\nP2,2018-01-02")
    plan.read("deaths", dates, text)
    assert [row["died_on"] for row in plan.kept] == [date(2018, 1, 1), date(2018, 1, 2)]


def test_rows_that_are_equal_in_two_files_count_once(plan):
    header = "enrollment_id,person_id,randomized_on,arm,stratum,assignment_probability"
    row = "E1,P1,2018-01-01,control,S,0.5"
    plan.read("enrollment", plan.sends(f"{header}\n{row}", "1.csv"), plan.sends(f"{header}\n{row}", "2.csv"))
    assert len(plan.kept) == 1
    assert [reason for *_, reason in plan.aside] == ["repeats an earlier row"]


def test_claim_lines_of_two_files_are_counted_one_by_one(plan):
    header = "claim_id,person_id,from_date,through_date"
    first = plan.sends(f"{header}\nC1,P1,2018-01-01,2018-01-01\nC2,P1,never,2018-01-01", "1.csv")
    second = plan.sends(f"{header}\nC3,P1,2018-01-01,2018-01-01\nC4,P1,2018-01-01,2018-01-01", "2.csv")
    tallies = plan.read("utilization", first, second)
    assert [(tally.read, tally.kept, tally.set_aside) for tally in tallies] == [(2, 1, 1), (2, 2, 0)]
    assert [row["claim_id"] for row in plan.kept] == ["C1", "C3", "C4"]
