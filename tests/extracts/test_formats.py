"""Every kind of file a plan sends: what is read is the same, whatever it is written in."""

import gzip
import shutil
import subprocess
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from armwise.extracts.errors import ExtractError

DOSES = [
    {"person_id": "0042", "given_on": date(2021, 3, 1), "cvx": "208"},
    {"person_id": "0043", "given_on": date(2021, 3, 2), "cvx": "08"},
]


def sent(plan, name: str, content: bytes) -> str:
    path = plan.folder / name
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("packed", [False, True])
def test_csv_is_split_at_any_character(plan, delimiter, packed):
    text = "person_id,given_on,cvx\n0042,2021-03-01,208\n0043,2021-03-02,08\n".replace(",", delimiter)
    name, content = ("doses.txt.gz", gzip.compress(text.encode())) if packed else ("doses.txt", text.encode())
    plan.read("vaccinations", sent(plan, name, content), delimiter=delimiter)
    assert plan.kept == DOSES


@pytest.mark.parametrize(
    ("quote", "written"),
    [('"', '"Paul ""P."" Ng, 5"'), ("'", "'Paul \"P.\" Ng, 5'"), ("none", 'Paul "P." Ng; 5')],
)
def test_values_may_be_quoted_in_any_way_or_not_at_all(plan, quote, written):
    text = f"person_id,given_on,cvx\n{written},2021-03-01,208\n"
    plan.read("vaccinations", sent(plan, "doses.csv", text.encode()), quote=quote)
    (dose,) = plan.kept
    assert dose["person_id"] in ('Paul "P." Ng, 5', 'Paul "P." Ng; 5')


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "José"),
        ("utf-8-sig", "José"),
        ("latin-1", "José"),
        ("cp1252", "José’s"),
        ("utf-16", "José’s"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_characters_come_in_any_encoding_with_or_without_a_mark(plan, encoding, name, end):
    text = f"person_id,given_on,cvx{end}{name},2021-03-01,208{end},2021-03-01,208{end}"
    declared = "utf-8" if encoding == "utf-8-sig" else encoding  # the mark need not be declared
    plan.read("vaccinations", sent(plan, "doses.csv", text.encode(encoding)), encoding=declared)
    assert [dose["person_id"] for dose in plan.kept] == [name]
    assert plan.aside == [(3, "person_id", None, "missing")]


FIXED = """\
0042     20210301208 a
0043     2021030208

0044     never   208
0045
"""
FIELDS = {"MEMBER": [1, 9], "DAY": [10, 8], "PRODUCT": [18, 3]}
MAPPED = {"person_id": "MEMBER", "given_on": "DAY", "cvx": "PRODUCT"}


def test_fixed_width_columns_stand_at_their_places(plan):
    path = sent(plan, "doses.dat", FIXED.encode())
    (tally,) = plan.read("vaccinations", path, fields=FIELDS, columns=MAPPED, date_format="%Y%m%d")
    assert plan.kept == DOSES
    assert plan.aside == [
        (4, "given_on", "never", "not a date written as %Y%m%d"),
        (5, "given_on", None, "missing"),
    ]
    assert (tally.read, tally.kept, tally.set_aside) == (4, 2, 2)


def test_a_fixed_width_file_counts_characters_not_bytes(plan):
    text = "José     20210301208\nIñaki    20210302 08\n"
    for encoding in ("utf-8", "latin-1"):
        path = sent(plan, "doses.dat", text.encode(encoding))
        plan.read(
            "vaccinations", path, fields=FIELDS, columns=MAPPED, date_format="%Y%m%d", encoding=encoding
        )
        assert {(dose["person_id"], dose["cvx"]) for dose in plan.kept} == {("José", "208"), ("Iñaki", "08")}


def workbook(plan, rows: list[list], formats: dict[str, str] | None = None, sheet: str = "Doses") -> str:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "About"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    for cell, shown_as in (formats or {}).items():
        page[cell].number_format = shown_as
    path = str(plan.folder / "sent.xlsx")
    book.save(path)
    return path


def test_codes_and_days_of_a_workbook_are_as_excel_shows_them(plan):
    rows = [
        ["person_id", "given_on", "cvx", "note"],
        [42, datetime(2021, 3, 1), 208.0, 1.5],  # 42 is shown as 0042
        [None, None, None, None],
        ["0043", "03/02/2021", "08", None],
        ["0044", datetime(2021, 3, 3, 23, 59), "", True],
    ]
    path = workbook(plan, rows, {"A2": "0000"})
    (tally,) = plan.read("vaccinations", path, sheet="Doses", date_format="%m/%d/%Y")
    assert plan.kept == DOSES
    assert plan.aside == [(5, "cvx", None, "missing")]
    assert tally.read == 3


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(plan):
    path = workbook(plan, [["person_id"]])
    with pytest.raises(
        ExtractError, match=r"no sheet 'Dosis'\. Set `sheet` of this source to one of About, Doses"
    ):
        plan.read("vaccinations", path, sheet="Dosis")


def test_an_empty_sheet_is_named(plan):
    with pytest.raises(ExtractError, match="row 1 of the sheet is empty"):
        plan.read("vaccinations", workbook(plan, [["person_id"]]))  # the first sheet is `About`


def transport(plan, version: int) -> str:
    """Write doses as a SAS transport file: text with trailing blanks, a day, a code with a format Z2."""
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame(
        {
            "MEMBER": ["0042", "0043  ", "0044"],
            "DAY": [date(2021, 3, 1), date(2021, 3, 2), None],
            "PRODUCT": [208.0, 8.0, float("nan")],
            "AT": [datetime(2021, 3, 1, 23, 59, 59), datetime(1959, 12, 31, 1), None],
        }
    )
    path = str(plan.folder / "sent.xpt")
    pyreadstat.write_xport(frame, path, file_format_version=version, variable_format={"PRODUCT": "Z2."})
    return path


@pytest.mark.parametrize("version", [5, 8])
def test_a_sas_transport_file_is_read(plan, version):
    path = transport(plan, version)
    plan.read("vaccinations", path, columns=MAPPED)
    assert plan.kept == DOSES
    assert plan.aside == [(3, "given_on", None, "missing")]


def test_moments_of_sas_count_by_their_day(plan):
    plan.read("deaths", transport(plan, 5), columns={"person_id": "MEMBER", "died_on": "AT"})
    assert [row["died_on"] for row in plan.kept] == [date(2021, 3, 1), date(1959, 12, 31)]


@pytest.mark.skipif(
    shutil.which("readstat") is None, reason="readstat, which writes .sas7bdat, is not installed"
)
def test_a_sas_data_set_is_read(plan):
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame(
        {
            "MEMBER": ["0042", "0043  ", "0044"],
            "DAY": ["2021-03-01", "2021-03-02", ""],
            "PRODUCT": [208.0, 8.0, float("nan")],
        }
    )
    pyreadstat.write_sav(frame, plan.folder / "sent.sav")
    names = ["sent.sav", "sent.sas7bdat"]
    subprocess.run(["readstat", *names], cwd=plan.folder, check=True, capture_output=True)
    plan.read("vaccinations", str(plan.folder / names[1]), columns=MAPPED)
    assert plan.kept == [DOSES[0], DOSES[1] | {"cvx": "8"}]  # a number without a format has no leading zero
    assert plan.aside == [(3, "given_on", None, "missing")]


def test_a_sas_file_larger_than_a_chunk_keeps_its_lines(plan, monkeypatch):
    from armwise.extracts.formats import sas

    monkeypatch.setattr(sas, "ROWS", 2)
    plan.read("vaccinations", transport(plan, 5), columns=MAPPED)
    assert plan.kept == DOSES
    assert [line for line, *_ in plan.aside] == [3]


@pytest.mark.parametrize("name", ["sent.sas7bdat", "sent.xpt", "sent.xlsx", "sent.dta", "sent.parquet"])
def test_a_file_of_another_kind_than_its_name_says_is_refused(plan, name):
    path = sent(plan, name, b"person_id,given_on,cvx\n0042,2021-03-01,208\n")
    with pytest.raises(ExtractError, match=r"cannot be read as .* Send .* again"):
        plan.read("vaccinations", path)


@pytest.mark.parametrize(("name", "told"), [("sent.xls", "Save it as .xlsx"), ("sent.zip", "Unpack it")])
def test_what_is_not_read_says_what_to_do(plan, name, told):
    with pytest.raises(ExtractError, match=told):
        plan.read("vaccinations", sent(plan, name, b"x"))


def test_moments_of_parquet_count_by_their_day_and_with_a_zone_by_that_of_utc(plan):
    moments = [datetime(2021, 3, 1, 23, 59), datetime(2021, 3, 2)]
    for zone in (None, "UTC", "America/Los_Angeles"):
        path = str(plan.folder / "sent.parquet")
        at = pa.array(moments, pa.timestamp("us")).cast(pa.timestamp("us", zone))
        pq.write_table(pa.table({"person_id": ["0042", "0043"], "given_on": at, "cvx": ["208", "08"]}), path)
        plan.read("vaccinations", path)
        assert plan.kept == DOSES


@pytest.mark.parametrize(
    ("formats", "written"),
    [
        ("%Y-%m-%d", "2021-03-01T23:59:59Z"),
        ("%Y-%m-%d", "2021-03-01 23:59:59.123-08:00"),
        ("%Y-%m-%d", "2021-03-01T23:59:59+0000"),
        ("%m/%d/%Y", "03/01/2021 11:59:59 PM"),
        ("%m/%d/%Y", "3/1/2021 0:00"),
        ("%d%b%Y", "01MAR2021"),
        ("%Y%m%d", "20210301"),
        (["%Y-%m-%d", "%m/%d/%Y"], "03/01/2021"),
        (["%m/%d/%Y", "%m/%d/%y"], "03/01/21"),
        (["%m/%d/%y", "%m/%d/%Y"], "03/01/2021"),
        (["%m/%d/%Y", "%Y%m%d"], "20210301"),
        ("%Y-%m-%dT%H:%M:%SZ", "2021-03-01T23:59:59Z"),
    ],
)
def test_the_day_counts_as_it_is_written(plan, formats, written):
    plan.read("deaths", plan.sends(f"person_id,died_on\nP1,{written}"), date_format=formats)
    assert [row["died_on"] for row in plan.kept] == [date(2021, 3, 1)]


@pytest.mark.parametrize(
    ("formats", "written"),
    [
        ("%Y-%m-%d", "03/01/2021"),
        ("%Y-%m-%d", "2021-02-29"),
        ("%Y-%m-%d", "2021-02-29T10:00:00Z"),
        ("%Y-%m-%d", "2021-03-01 ten"),
        ("%m/%d/%Y", "13/01/2021"),
        ("%m/%d/%Y", "03/01/2021 and later"),
        ("%Y%m%d", "2021031"),
        ("%Y%m%d", "202103011"),
        (["%m/%d/%Y", "%Y%m%d"], "2021-03-01"),
    ],
)
def test_what_is_no_day_in_any_format_is_set_aside(plan, formats, written):
    plan.read("deaths", plan.sends(f"person_id,died_on\nP1,{written}"), date_format=formats)
    told = formats if isinstance(formats, str) else " or ".join(formats)
    assert [why for *_, why in plan.aside] == [f"not a date written as {told}"]
