"""Our code lists, in their compact form, against the publishers' own files."""

import csv
import gzip
from functools import cache
from pathlib import Path

import pytest

from armwise.events.codes import DATA, FOLDER, prefixes, rows
from armwise.events.pqi import INDICATORS

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


SETS = sorted(
    {name for indicator in INDICATORS.values() for name in (*indicator.principal, *indicator.excluded)}
)


@needs_reference
@pytest.mark.parametrize("name", SETS)
def test_prefixes_of_a_pqi_set_give_exactly_its_codes(name):
    listed = [row for row in read("ahrq_pqi_v2024.csv") if row["set"] == name]
    published = {row["code"] for row in listed}
    # Codes that have expired may be missing: Q254 was cut into codes of which only some belong to its set.
    expired = {row["code"] for row in listed if row["expires"]}
    found = {code for code in every_diagnosis() if code.startswith(prefixes("pqi.csv", name))}
    assert found - expired == published - expired
    assert found <= published


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


@pytest.mark.parametrize("name", DATA)
def test_every_list_names_its_publisher_and_version(name):
    first = (FOLDER.parent / name).read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert any(publisher in first for publisher in ("AHRQ", "DHCS", "NUBC", "CDC", "National Uniform"))


def test_no_prefix_lies_within_another():
    for file, names in {"pqi.csv": SETS, "avoidable_ed.csv": ["avoidable"]}.items():
        for name in names:
            listed = prefixes(file, name)
            assert listed
            assert not [one for one in listed for two in listed if one != two and one.startswith(two)]
