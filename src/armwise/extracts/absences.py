"""What a plan may leave out of its extracts, and which results are the weaker for it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pyarrow.parquet as pq


class Absence(NamedTuple):
    """Something that was not sent: a column of a contract, or (no column) the whole source."""

    source: str
    column: str
    words: str
    weakens: str


ABSENCES: dict[str, Absence] = {
    "no_deaths": Absence(
        "deaths", "", "no source of deaths", "rates: the dead stay at risk until coverage or window end"
    ),
    "no_coverage": Absence(
        "coverage",
        "",
        "no spans of coverage",
        "rates: days without coverage cannot be told from days at risk",
    ),
    "no_eligible": Absence(
        "eligible", "", "no list of those assessed", "the flow diagram, which begins with the randomized"
    ),
    "no_birth_dates": Absence(
        "enrollment", "birth_date", "no birth dates", "avoidable admissions, which go by age: unknown"
    ),
    "no_plan_flags": Absence(
        "coverage",
        "partial_benefits",
        "no flag of partial benefits",
        "rates: care that the plan does not pay is invisible",
    ),
    "no_other_payer": Absence(
        "coverage", "other_payer", "no flag of another payer", "rates: care paid elsewhere is invisible"
    ),
    "no_adjudication": Absence(
        "utilization",
        "adjudicated_on",
        "no adjudication dates",
        "claims: the version that stands goes by its number and arrival; lag is unknown",
    ),
    "no_original_claims": Absence(
        "utilization",
        "original_claim_id",
        "no ids of replaced claims",
        "claims: replacements and voids under another id cannot be followed",
    ),
    "no_line_numbers": Absence(
        "utilization", "line_number", "no line numbers", "claims: a line sent twice is kept twice"
    ),
    "no_admission_dates": Absence(
        "utilization", "admission_date", "no admission dates", "stays: the first day of service stands in"
    ),
    "no_discharge_status": Absence(
        "utilization", "discharge_status", "no discharge status", "stays: transfers are not joined"
    ),
    "no_point_of_origin": Absence(
        "utilization",
        "point_of_origin",
        "no point of origin",
        "avoidable admissions: transfers in are not left out",
    ),
    "no_procedures": Absence(
        "utilization",
        "procedures",
        "no ICD-10-PCS procedures",
        "avoidable admissions: amputations and exclusions by procedure are not seen",
    ),
    "no_other_diagnoses": Absence(
        "utilization",
        "other_diagnoses",
        "no secondary diagnoses",
        "avoidable admissions: exclusions by diagnosis are not seen",
    ),
    "no_facilities": Absence(
        "utilization", "facility_id", "no facilities", "ED visits: those of one day cannot be told apart"
    ),
}


def absent(tables: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of what was not sent; `tables` are the typed Parquet files by source."""
    for name, absence in ABSENCES.items():
        path = tables.get(absence.source)
        if _is_empty(path, absence.column) if path and absence.column else not (path or absence.column):
            yield name


def _is_empty(path: str, column: str) -> bool:
    """Say whether no row has a value in a column, by the file's own statistics where it keeps them."""
    file = pq.ParquetFile(path)
    place = file.schema_arrow.get_field_index(column)
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    told = [group.column(place).statistics for group in groups]
    if any(each is None or not each.has_null_count for each in told):
        return file.read([column])[column].null_count == file.metadata.num_rows
    return sum(each.null_count for each in told) == file.metadata.num_rows
