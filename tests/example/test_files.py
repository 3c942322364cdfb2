"""The extracts: contract columns, the same bytes, a little that breaks the contract, the committed copy."""

import ast
import gzip
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from armwise.example.generate import SOURCES, generate

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data" / "raw"
COLUMNS = {
    "enrollment": [
        *["enrollment_id", "person_id", "randomized_on", "arm", "stratum", "assignment_probability"],
        *["birth_date", "sex", "race_ethnicity", "language", "risk_tier"],
    ],
    "coverage": ["person_id", "coverage_start", "coverage_end"],
    "claim_lines": [
        *["claim_id", "claim_version", "line_number", "person_id", "from_date", "through_date"],
        *["admission_date", "discharge_date", "discharge_status", "point_of_origin", "bill_type"],
        *["revenue_code", "procedure_code", "place_of_service", "principal_diagnosis", "other_diagnoses"],
        *["facility_id", "original_claim_id", "adjudicated_on", "claim_status", "paid_amount"],
    ],
    "vaccinations": ["person_id", "given_on", "cvx"],
    "contacts": ["person_id", "enrollment_id", "contacted_on", "kind"],
    "deaths": ["person_id", "died_on"],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(400, 21, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def small_parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(400, 21, tmp_path_factory.mktemp("parquet"), "parquet")


def one_value(query: str) -> int:
    return duckdb.sql(query).fetchall()[0][0]


@pytest.mark.parametrize("source", SOURCES)
def test_columns_are_those_of_the_contract(small, small_parquet, source):
    with gzip.open(small / f"{source}.csv.gz", "rt") as file:
        assert file.readline().strip().split(",") == COLUMNS[source]
    assert pq.read_schema(small_parquet / f"{source}.parquet").names == COLUMNS[source]


@pytest.mark.parametrize("file_format", ["csv.gz", "parquet"])
def test_the_same_seed_gives_the_same_bytes(small, small_parquet, tmp_path, file_format):
    again = generate(400, 21, tmp_path, file_format)
    first = small if file_format == "csv.gz" else small_parquet
    for file in again.iterdir():
        assert file.read_bytes() == (first / file.name).read_bytes()


def test_another_seed_gives_another_trial(small, tmp_path):
    other = generate(400, 22, tmp_path)
    assert (other / "enrollment.csv.gz").read_bytes() != (small / "enrollment.csv.gz").read_bytes()


@pytest.mark.parametrize("source", SOURCES)
def test_both_formats_hold_the_same_rows(small, small_parquet, source):
    counted = [f"select count(*) from '{small / source}.csv.gz'"]
    counted.append(f"select count(*) from '{small_parquet / source}.parquet'")
    assert one_value(counted[0]) == one_value(counted[1]) > 0


def test_lines_per_enrollment_is_a_dial(tmp_path):
    out = generate(400, 21, tmp_path, "parquet", lines=90)
    assert pq.read_metadata(out / "claim_lines.parquet").num_rows / 400 == pytest.approx(90, rel=0.05)


def test_the_probability_is_that_of_the_arm_assigned(small):
    sums = duckdb.sql(f"""
        select stratum, sum(probability) from (
            select distinct stratum, arm, assignment_probability as probability
            from '{small}/enrollment.csv.gz'
        ) group by stratum having count(*) = 2
    """).fetchall()
    assert len(sums) > 20
    assert {round(total, 6) for _, total in sums} == {1.0}


# The committed extracts.

LINES = f"read_csv('{RAW}/claim_lines.csv.gz', all_varchar = true)"


def test_the_committed_example_is_small_and_whole():
    assert sum(file.stat().st_size for file in RAW.iterdir()) <= 5_000_000
    assert one_value(f"select count(*) from '{RAW}/enrollment.csv.gz'") == 6000
    assert 190_000 < one_value(f"select count(*) from {LINES}") < 210_000


def test_the_committed_example_is_what_its_readme_says(tmp_path):
    assert "--enrollments 6000 --seed 20170808 --out data/raw" in (RAW / "README.md").read_text()
    made = generate(6000, 20170808, tmp_path)
    for source in SOURCES:
        name = f"{source}.csv.gz"  # unpacked: another zlib may pack differently
        assert gzip.decompress((made / name).read_bytes()) == gzip.decompress((RAW / name).read_bytes())
    assert (made / "truth.csv").read_text() == (RAW / "truth.csv").read_text()


@pytest.mark.parametrize(
    ("what", "condition"),
    [
        ("a date that no calendar has", "try_cast(from_date as date) is null"),
        ("nobody", "person_id is null"),
        ("through before from", "through_date < from_date"),
        ("discharge before admission", "discharge_date < admission_date"),
    ],
)
def test_some_lines_break_the_contract_but_few(what, condition):
    share = one_value(f"select count(*) from {LINES} where {condition}") / 200_000
    assert 0 < share < 0.002, what


@pytest.mark.parametrize(
    ("what", "condition"),
    [
        ("first interim claims", "bill_type = '0112' and discharge_status = '30'"),
        ("last interim claims", "bill_type = '0114'"),
        ("transfers", "bill_type = '0111' and discharge_status = '02'"),
        ("replacements", "bill_type in ('0117', '0137') and original_claim_id is not null"),
        ("voids, which take money back", "bill_type in ('0118', '0138') and paid_amount::double < 0"),
        ("denied lines", "claim_status = 'denied'"),
        ("later versions of the same claim", "claim_version = '2' and original_claim_id is null"),
        ("late lines", "adjudicated_on::date - through_date::date > 200"),
        (
            "people who were never randomized",
            f"person_id not in (select person_id from '{RAW}/enrollment.csv.gz')",
        ),
        ("emergency physicians", "place_of_service = '23' and procedure_code between '99281' and '99285'"),
        ("nursing facilities", "bill_type = '0211'"),
    ],
)
def test_claims_are_as_messy_as_real_ones(what, condition):
    assert one_value(f"select count(*) from {LINES} where {condition}") >= 20, what


def test_a_few_lines_are_repeated_to_the_letter():
    repeated = one_value(
        f"select count(*) - (select count(*) from (select distinct * from {LINES})) from {LINES}"
    )
    assert 50 < repeated < 400


def test_doses_carry_products_and_come_in_series():
    doses = f"'{RAW}/vaccinations.csv.gz'"
    assert duckdb.sql(f"select distinct cvx from {doses} order by 1").fetchall() == [
        (207,),
        (208,),
        (212,),
        (213,),
    ]
    assert one_value(f"select min(given_on) from {doses}") >= date(2020, 12, 14)
    assert one_value(f"select min(given_on) from {doses} where cvx = 212") >= date(2021, 2, 27)
    assert one_value(f"select max(given_on) from {doses}") <= date(2021, 12, 31)
    assert one_value(f"select max(n) from (select count(*) n from {doses} group by person_id)") >= 3


def test_contacts_are_of_the_offered_alone():
    arms = duckdb.sql(f"""
        select distinct arm, kind = 'attempt' as attempt from '{RAW}/contacts.csv.gz'
        join '{RAW}/enrollment.csv.gz' using (enrollment_id) order by all
    """).fetchall()
    assert arms == [("case_management", False), ("case_management", True)]


def test_the_generator_imports_no_room_of_the_analysis():
    modules = list((ROOT / "src" / "armwise" / "example").glob("*.py"))
    nodes = [node for module in modules for node in ast.walk(ast.parse(module.read_text()))]
    imported = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    imported += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    ours = {name for name in imported if name.startswith("armwise")}
    assert len(modules) > 10
    assert all(name.startswith("armwise.example") for name in ours)
