"""The example's extracts as another plan would send them: its own names, formats, codes and split files."""

import csv
import gzip
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

RAW = Path(__file__).parents[1] / "data" / "raw"
PERSONS = 800  # enrollments that the smaller copy has

Row = dict[str, str]
Columns = dict[str, Callable[[Row], str]]


def write_plan(folder: Path) -> None:
    """Write a smaller copy of the example's extracts into `folder` under a plan's own names."""
    enrolled = _rows("enrollment")[:PERSONS]
    persons = {row["person_id"] for row in enrolled}
    rows = {name: [row for row in _rows(name) if row["person_id"] in persons] for name in SOURCES}
    _write(folder / "RANDOMIZATION.csv", ",", RANDOMIZATION, enrolled)
    halves = {2019: rows["coverage"][::2], 2020: rows["coverage"][1::2]}
    for year, half in halves.items():
        _write(folder / f"ELIG_SPANS_{year}.txt", "|", SPANS, half)
    for year in ("2017", "2018", "2019"):
        _write(
            folder / f"clm_dtl_{year}.csv.gz",
            ";",
            CLAIMS,
            [r for r in rows["claim_lines"] if _year(r) == year],
        )
    _write(folder / "imms.csv", ",", SHOTS, rows["vaccinations"])
    _write(folder / "TOUCHES.tsv", "\t", TOUCHES, rows["contacts"])
    _write(folder / "mort.dat", ",", DEATHS, rows["deaths"])


SOURCES = ("coverage", "claim_lines", "vaccinations", "contacts", "deaths")


def _year(row: Row) -> str:
    return min(max(row["from_date"][:4], "2017"), "2019") if row["from_date"][:1] == "2" else "2018"


def _rows(name: str) -> list[Row]:
    with gzip.open(RAW / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, delimiter: str, columns: Columns, rows: Iterable[Row]) -> None:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[say(row) for say in columns.values()] for row in rows])


def _as(name: str) -> Callable[[Row], str]:
    return lambda row: row[name]


def _day(name: str, date_format: str, missing: str = "") -> Callable[[Row], str]:
    def said(row: Row) -> str:
        try:
            return date.fromisoformat(row[name]).strftime(date_format).upper()
        except ValueError:
            return row[name] or missing

    return said


RANDOMIZATION: Columns = {
    "STUDY_ID": _as("enrollment_id"),
    "MBR_NBR": _as("person_id"),
    "LAST_NM": lambda row: f"Surname{row['person_id'][1:]}",
    "RAND_DT": _day("randomized_on", "%m/%d/%Y"),
    "GRP_CD": lambda row: {"control": "C", "case_management": "CM"}[row["arm"]],
    "STRATA": _as("stratum"),
    "ASSGN_PROB": _as("assignment_probability"),
    "DOB": _day("birth_date", "%m/%d/%Y"),
    "GENDER_CD": lambda row: row["sex"][:1],
    "RACE_ETH": _as("race_ethnicity"),
    "PREF_LANG": _as("language"),
    "RISK_TIER": _as("risk_tier"),
}
SPANS: Columns = {
    "MEMBER_NBR": _as("person_id"),
    "EFF_DT": _day("coverage_start", "%d%b%Y"),
    "TERM_DT": _day("coverage_end", "%d%b%Y", missing="31DEC2299"),
    "AID_CD": lambda row: "M1",
}
CLAIMS: Columns = {
    "CLM_NBR": _as("claim_id"),
    "CLM_VER": _as("claim_version"),
    "LN_NBR": _as("line_number"),
    "MBR_ID": _as("person_id"),
    "SVC_FROM_DT": _day("from_date", "%Y%m%d"),
    "SVC_THRU_DT": _day("through_date", "%Y%m%d"),
    "ADM_DT": _day("admission_date", "%Y%m%d"),
    "DSCH_DT": _day("discharge_date", "%Y%m%d"),
    "DSCH_STAT_CD": _as("discharge_status"),
    "ADM_SRC": _as("point_of_origin"),
    "BILL_TYPE_CD": _as("bill_type"),
    "REV_CD": _as("revenue_code"),
    "PROC_CD": _as("procedure_code"),
    "POS_CD": _as("place_of_service"),
    "DX1": _as("principal_diagnosis"),
    "DX2": lambda row: row["other_diagnoses"].partition(";")[0],
    "DX3": lambda row: row["other_diagnoses"].partition(";")[2],
    "BILL_PROV_ID": _as("facility_id"),
    "ORIG_CLM_NBR": _as("original_claim_id"),
    "PAID_DT": _day("adjudicated_on", "%Y%m%d"),
    "CLM_STAT": lambda row: row["claim_status"][:1].upper(),
    "PAID_AMT": _as("paid_amount"),
}
SHOTS: Columns = {"CIN": _as("person_id"), "SHOT_DT": _as("given_on"), "VAX_CODE": _as("cvx")}
TOUCHES: Columns = {
    "MBR_NBR": _as("person_id"),
    "ENROLLMENT_ID": _as("enrollment_id"),
    "CONTACT_DATE": _day("contacted_on", "%m/%d/%Y"),
    "CONTACT_TYPE": lambda row: row["kind"].upper(),
}
DEATHS: Columns = {"MBR_NBR": _as("person_id"), "DOD": _as("died_on")}
