"""The example's diagnoses against the public lists, where those lie beside the project."""

import csv
import gzip
from pathlib import Path

import pytest

from armwise.example import code_tables

LISTS = Path(__file__).parents[2] / ".." / "shared" / "codes"
pytestmark = pytest.mark.skipif(not LISTS.is_dir(), reason="the public code lists are not beside the project")
NUMERATORS = [
    "ACDIASD",
    "ACDIALD",
    "ACCOPDD",
    "ACSASTD",
    "ACSHYPD",
    "MRTCHFD",
    "ACSBACD",
    "ACSUTID",
    "ACDIAUD",
]


def indicator_codes() -> set[str]:
    with (LISTS / "ahrq_pqi_v2024.csv").open() as file:
        return {row["code"] for row in csv.DictReader(file) if row["set"] in NUMERATORS}


def is_on_californias_list(code: str) -> bool:
    with (LISTS / "ca_dhcs_avoidable_ed_icd10cm.csv").open() as file:
        return code.startswith(tuple(row["icd10cm"] for row in csv.DictReader(file)))


def codes(table: list[tuple]) -> list[str]:
    return [row[0] for row in table]


def test_avoidable_admissions_are_on_the_list_and_the_others_are_not():
    assert set(codes(code_tables.AVOIDABLE_ADMISSION)) <= indicator_codes()
    assert not set(codes(code_tables.OTHER_ADMISSION)) & indicator_codes()
    assert set(codes(code_tables.EXCLUDED_ADMISSION)) <= indicator_codes()


def test_avoidable_ed_visits_are_on_the_list_and_the_others_are_not():
    assert all(map(is_on_californias_list, codes(code_tables.AVOIDABLE_ED)))
    assert not any(map(is_on_californias_list, codes(code_tables.OTHER_ED)))
    assert not set(codes(code_tables.OTHER_ED)) & indicator_codes()


def test_diagnoses_were_valid_before_the_first_claim():
    with gzip.open(LISTS / "nyu_ed_icd10cm_all.csv.gz", "rt") as file:
        valid = {row["icd10cm"] for row in csv.DictReader(file)}  # the code set of fiscal year 2016
    tables = [code_tables.AVOIDABLE_ADMISSION, code_tables.OTHER_ADMISSION, code_tables.AVOIDABLE_ED]
    tables += [code_tables.OTHER_ED, code_tables.OFFICE]
    assert {code for table in tables for code in codes(table)} <= valid
