"""Our code lists, in their compact form, against the publishers' own files."""

import csv
import gzip
from functools import cache
from itertools import pairwise
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from armwise.events.codes import DATA, FOLDER, begins, expanded, expired, prefixes, rows

REFERENCE = Path(__file__).parents[2] / ".." / "shared" / "codes"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the publishers' code files (../shared/codes) are not here"
)


def read(name):
    content = (REFERENCE / name).read_bytes()
    text = gzip.decompress(content) if name.endswith(".gz") else content
    return list(csv.DictReader(text.decode().splitlines()))


@cache
def every_diagnosis():
    """All diagnosis codes that any of the files knows."""
    sets = [row["code"] for file in ("ahrq_pqi_v2024.csv", "ahrq_pqe_v2024.csv") for row in read(file)]
    nyu = [row["icd10cm"].replace(".", "") for row in read("nyu_ed_icd10cm_all.csv.gz")]
    return {*sets, *nyu, *(row["icd10cm"] for row in read("ca_dhcs_avoidable_ed_icd10cm.csv"))}


PROCEDURES = {"ACSCARP", "ACSLEAP", "DIALY2P", "IMMUNIP"}
PUBLISHED = {"pqi.csv": "ahrq_pqi_v2024.csv", "pqe.csv": "ahrq_pqe_v2024.csv"}
SETS = [(file, name) for file in PUBLISHED for name in sorted({row["list"] for row in rows(file)})]
UNUSED = {"MDC15PRINDX"}  # of newborns, whom no indicator for adults asks for


def last_day(year):
    """AHRQ writes FY2024 on what was valid through fiscal year 2016, as E11321, and so on from there."""
    return f"{int(year.removeprefix('FY')) - 8}-09-30"


@needs_reference
@pytest.mark.parametrize(("file", "name"), SETS)
def test_prefixes_of_an_ahrq_set_give_exactly_its_codes(file, name):
    listed = [row for row in read(PUBLISHED[file]) if row["set"] == name]
    gone = {row["code"]: last_day(row["expires"]) for row in listed if row["expires"]}
    current = {row["code"] for row in listed} - set(gone)
    assert expired(file, name) == gone
    if name in PROCEDURES:
        assert sorted(prefixes(file, name)) == sorted(current)
    else:
        found = {code for code in every_diagnosis() if code.startswith(prefixes(file, name))}
        assert found - set(gone) == current


@needs_reference
@pytest.mark.parametrize("file", PUBLISHED)
def test_every_set_of_ahrq_is_known(file):
    assert {row["set"] for row in read(PUBLISHED[file])} - UNUSED == {name for of, name in SETS if of == file}


def test_brackets_stand_for_one_of_their_characters():
    assert expanded("E1[03]1") == ["E101", "E131"]
    assert expanded("[AB][12]") == ["A1", "A2", "B1", "B2"]
    assert expanded("J45") == ["J45"]


@needs_reference
def test_prefixes_of_avoidable_ed_visits_give_exactly_california_s_list():
    published = tuple(row["icd10cm"] for row in read("ca_dhcs_avoidable_ed_icd10cm.csv"))
    ours = prefixes("avoidable_ed.csv", "avoidable")
    for code in every_diagnosis():
        assert code.startswith(ours) == code.startswith(published), code


@needs_reference
def test_every_covid_vaccine_of_cdc_is_known():
    published = {row["cvx"] for row in read("cdsi_v4.64_cvx_covid19.csv")}
    assert {row["cvx"] for row in rows("covid_vaccines.csv")} == published


@needs_reference
def test_every_influenza_vaccine_of_cdc_is_known():
    published = {row["cvx"] for row in read("cdsi_v4.64_cvx_influenza.csv")}
    assert {row["cvx"] for row in rows("influenza_vaccines.csv")} == published


def test_a_specialty_of_cms_is_no_beginning_of_a_taxonomy():
    for name in ("primary", "behavioral"):
        assert {len(code) for code in prefixes("outpatient.csv", f"cms_{name}")} == {2}
        assert min(len(code) for code in prefixes("outpatient.csv", f"specialty_{name}")) > 2


@pytest.mark.parametrize("name", DATA)
def test_every_list_names_its_publisher_and_version(name):
    first = (FOLDER.parent / name).read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert any(word in first for word in ("AHRQ", "DHCS", "NUBC", "CDC", "National Uniform", "Yale"))


def test_no_prefix_lies_within_another():
    visits = [("outpatient.csv", name) for name in sorted({row["list"] for row in rows("outpatient.csv")})]
    for file, name in [*SETS, ("avoidable_ed.csv", "avoidable"), *visits]:
        listed = sorted(prefixes(file, name))
        assert listed
        assert not [one for one, two in pairwise(listed) if two.startswith(one) and two != one]
        assert len(set(listed)) == len(listed)


BILLING = sorted({row["list"] for row in rows("billing.csv")})
NEAR = ["", "0", "0099", "01", "0100", "0169", "016Z", "0170", "0981", "0982", "9928", "99285", "99286", "45"]


@pytest.mark.parametrize("name", BILLING)
def test_lines_are_chosen_by_ranges_as_codes_are_told_by_prefixes(engine, name):
    listed = prefixes("billing.csv", name)
    codes = [
        *NEAR,
        *listed,
        *(prefix + last for prefix in listed for last in "0A"),
        *(f"{n:04}" for n in range(1000)),
    ]
    engine.con.register("codes", pa.table({"code": codes}))
    lines = engine.table("codes")
    chosen = engine.to_pyarrow(lines.filter(begins(lines.code, "billing.csv", name)))
    assert set(chosen["code"].to_pylist()) == {c for c in codes if c.startswith(listed)}


def test_lines_are_chosen_while_they_are_read(engine, tmp_path):
    pq.write_table(pa.table({"revenue_code": ["0120", "0300"], "paid": [1, 2]}), tmp_path / "lines.parquet")
    lines = engine.read_parquet(tmp_path / "lines.parquet")
    chosen = ibis.to_sql(
        lines.filter(begins(lines.revenue_code, "billing.csv", "acute_room")), dialect="duckdb"
    )
    ((_, plan),) = engine.raw_sql(f"EXPLAIN {chosen}").fetchall()
    assert "Join" not in plan
