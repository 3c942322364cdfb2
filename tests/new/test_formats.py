"""Files of every kind and writing, told from the files themselves."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from armwise.settings.loading import load

REST = """\
trial: {arms: {a: A, b: B}, reference: a}
data: {enrollment: {path: x.csv}, deaths: {complete_through: "2020-12-31"}}
outcomes: {deaths: {event: death, measure: binary}}
roles: {primary: {outcome: deaths, window: 6mo}}
"""
SPANS = "".join(f"A{n:04}|01/{n % 28 + 1:02}/2018|12/31/2019|Núñez\n" for n in range(40))


@pytest.fixture
def data(folder, new):
    """Return the block `data` that is written for the folder."""

    def written():
        result = new(folder, "--force")
        assert result.exit_code == 0, result.output
        Path("rest.yaml").write_text(REST, encoding="utf-8")
        return load(["config.yaml", "rest.yaml"])["data"]

    return written


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("latin-1", "latin-1"), ("utf-16", "utf-16")],
)
def test_the_encoding_of_text(folder, data, encoding, told):
    (folder / "elig.txt").write_text("MBR_NBR|EFF_DT|TERM_DT|NM\n" + SPANS, encoding=encoding)
    (folder / "mort.csv").write_text("MBR_NBR,DOD\nA0001,2019-01-01\n", encoding="utf-8")
    coverage = data()["coverage"]
    assert (coverage["encoding"], coverage["delimiter"], coverage["date_format"]) == (told, "|", "%m/%d/%Y")


def test_files_that_are_plain_go_with_those_that_are_not(folder, data):
    (folder / "elig_1.txt").write_text("MBR_NBR|EFF_DT|TERM_DT|NM\n" + SPANS, encoding="cp1252")
    plain = "MBR_NBR|EFF_DT|TERM_DT|NM\nA1|01/01/2018|12/31/2018|Smith\n"
    (folder / "elig_2.txt").write_text(plain, encoding="ascii")
    (folder / "mort.csv").write_text("MBR_NBR,DOD\nA0001,2019-01-01\n", encoding="utf-8")
    coverage = data()["coverage"]
    assert (Path(coverage["path"]).name, coverage["encoding"]) == ("elig_*.txt", "latin-1")


def test_quotes_that_are_signs_like_others(folder, data):
    rows = "".join(f'A{n:04}|01/{n % 28 + 1:02}/2018|12/31/2019|5" pipe\n' for n in range(40))
    (folder / "elig.txt").write_text("MBR_NBR|EFF_DT|TERM_DT|NOTE\n" + rows, encoding="utf-8")
    (folder / "mort.csv").write_text("MBR_NBR,DOD\nA0001,2019-01-01\n", encoding="utf-8")
    assert data()["coverage"]["quote"] == "none"


def test_sas_and_excel(folder, data):
    deaths = pd.DataFrame({"MBR_NBR": [f"A{n:04}" for n in range(12)], "DOD": [date(2019, 3, 1)] * 12})
    pyreadstat.write_xport(deaths, folder / "deaths.xpt", file_format_version=8)
    spans = pd.DataFrame(
        {
            "MBR_NBR": [f"A{n:04}" for n in range(40)],
            "EFF_DT": [date(2018, 1, n % 28 + 1) for n in range(40)],
            "TERM_DT": [date(2019, 12, 31)] * 40,
        }
    )
    with pd.ExcelWriter(folder / "elig.xlsx") as book:
        pd.DataFrame({"About": ["Extract of March"]}).to_excel(book, sheet_name="Read me", index=False)
        spans.to_excel(book, sheet_name="Spans", index=False)

    found = data()

    assert found["deaths"]["columns"] == {"person_id": "MBR_NBR", "died_on": "DOD"}
    assert (found["coverage"]["sheet"], found["coverage"]["date_format"]) == ("Spans", "%Y-%m-%d")


def test_times_behind_dates_are_no_format_of_their_own(folder, data):
    rows = "".join(f"A{n:04}|01/{n % 28 + 1:02}/2018 00:00:00|12/31/2019 23:59|x\n" for n in range(40))
    (folder / "elig.txt").write_text("MBR_NBR|EFF_DT|TERM_DT|NOTE\n" + rows, encoding="utf-8")
    (folder / "mort.csv").write_text("MBR_NBR,DOD\nA0001,2019-01-01\n", encoding="utf-8")
    assert data()["coverage"]["date_format"] == "%m/%d/%Y"


def test_dates_in_two_formats_are_both_named(folder, data):
    rows = "".join(f"A{n:04}|01/{n % 28 + 1:02}/2018|20191231|x\n" for n in range(40))
    (folder / "elig.txt").write_text("MBR_NBR|EFF_DT|TERM_DT|NOTE\n" + rows, encoding="utf-8")
    (folder / "mort.csv").write_text("MBR_NBR,DOD\nA0001,2019-01-01\n", encoding="utf-8")
    assert data()["coverage"]["date_format"] == ["%m/%d/%Y", "%Y%m%d"]


def test_codes_that_lost_their_leading_zero_get_it_back(folder, new):
    rows = "".join(f"C{n},A{n:04},2018-01-{n % 28 + 1:02},450,99283\n" for n in range(40))
    (folder / "claims.csv").write_text("CLM_NBR,MBR_NBR,SVC_DT,REV_CD,PROC_CD\n" + rows, encoding="utf-8")

    new(folder)
    assert "    fill_zeros: [revenue_code] #" in Path("config.yaml").read_text(encoding="utf-8")
