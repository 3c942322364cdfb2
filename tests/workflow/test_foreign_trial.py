"""A data set that nobody here shaped, from its files to the outcomes by settings alone; arms are drawn here.

Synthea's encounters have a class in place of claim lines, and moments with a zone in place of days.
"""

import csv
import gzip
import random
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from project_copy import ROOT, copy_project, snakemake

SYNTHEA = ROOT.parent / "shared" / "extracts" / "synthea"
pytestmark = pytest.mark.skipif(
    not SYNTHEA.is_dir(), reason="the Synthea extracts (../shared/extracts) are not here"
)

SETTINGS = """
trial:
  id: synthea
  title: Simulated patients with arms drawn by a test
  registration: none
  synthetic: true
  arms: {usual: Usual care, offer: Offer}
  reference: usual
data:
  enrollment: {path: enrollment.csv, columns: {birth_date: born}}
  coverage:
    path: "${SYNTHEA}/payer_transitions.csv.gz"
    columns: {person_id: PATIENT, coverage_start: START_YEAR, coverage_end: END_YEAR}
    complete_through: "2022-12-31"
  vaccinations:
    path: "${SYNTHEA}/immunizations.csv.gz"
    columns: {person_id: PATIENT, given_on: DATE, cvx: CODE}
    complete_through: "2022-12-31"
  deaths:
    path: "${SYNTHEA}/patients.csv.gz"
    columns: {person_id: Id, died_on: DEATHDATE}
    max_rejected_share: 1 # the living have no date of death
    complete_through: "2022-12-31"
  records:
    encounters:
      path: "${SYNTHEA}/encounters.csv.gz"
      columns: {person_id: PATIENT, occurred_on: START, ended_on: STOP, record_id: Id}
      complete_through: "2022-12-31"
      observed_while: covered
    conditions:
      path: "${SYNTHEA}/conditions.csv.gz"
      columns: {person_id: PATIENT, occurred_on: START, ended_on: STOP}
      complete_through: "2022-12-31"
events:
  declared:
    ambulatory_visit: {source: encounters, where: {ENCOUNTERCLASS: [ambulatory, wellness, outpatient]}}
    diagnosis: {source: conditions, attributes: {code: CODE}}
follow_up:
  windows: {24mo: {months: 24}}
outcomes:
  visits: {event: ambulatory_visit, measure: count}
  diagnoses: {event: diagnosis, measure: count}
roles:
  primary: {outcome: visits, window: 24mo}
report: {data_are_public: true, data_citation: Synthea as distributed in dbt-synthea.}
"""


def rows(name: str) -> list[dict[str, str]]:
    with gzip.open(SYNTHEA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def enrolled() -> list[dict[str, str]]:
    """Return a lottery among the patients born before it, half in each arm."""
    draw = random.Random(2018)
    born = {row["Id"]: row["BIRTHDATE"] for row in rows("patients") if row["BIRTHDATE"] < "2018-01-01"}
    arms = [("usual", "offer")[n % 2] for n in range(len(born))]
    draw.shuffle(arms)
    return [
        {"enrollment_id": f"E{n}", "person_id": person, "born": born[person], "arm": arm}
        for n, (person, arm) in enumerate(zip(sorted(born), arms, strict=True))
    ]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the trial as far as its outcomes, and return the folder of what it wrote."""
    folder = copy_project(tmp_path_factory.mktemp("foreign"))
    (folder / "config.yaml").write_text(SETTINGS)
    with (folder / "enrollment.csv").open("w", newline="") as file:
        always = {"randomized_on": "2018-01-01", "stratum": "all", "assignment_probability": "0.5"}
        writer = csv.DictWriter(file, [*enrolled()[0], *always])
        writer.writeheader()
        writer.writerows(row | always for row in enrolled())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTHEA", str(SYNTHEA))
        run = snakemake(folder, "data/interim/synthea/outcomes/24mo.parquet")
    assert run.returncode == 0, (run.stdout + run.stderr)[-4000:]
    return folder / "data/interim/synthea"


def test_every_row_of_every_file_is_kept(outcomes):
    for source, file in [("coverage", "payer_transitions"), ("encounters", "encounters")]:
        with (outcomes / f"extracts/{source}.counts.csv").open() as counts:
            (told,) = csv.DictReader(counts)
        assert told["rows_read"] == told["rows_kept"] == str(len(rows(file)))


def test_outcomes_are_those_counted_in_the_files_by_hand(outcomes):
    people = {row["person_id"]: row["enrollment_id"] for row in enrolled()}
    found = {
        (row["PATIENT"], row["START"], row["CODE"])  # records that agree in all that is kept are one
        for row in rows("conditions")
        if row["PATIENT"] in people and "2018-01-01" <= row["START"] < "2020-01-01"
    }
    table = pq.read_table(outcomes / "outcomes/24mo.parquet")
    diagnoses = table.filter(pc.equal(table["outcome"], "diagnoses"))
    assert pc.sum(diagnoses["value"]).as_py() == len(found) > 0


def test_visits_are_counted_while_covered(outcomes):
    table = pq.read_table(outcomes / "outcomes/24mo.parquet")
    visits = table.filter(pc.equal(table["outcome"], "visits"))
    in_files = [
        row
        for row in rows("encounters")
        if row["ENCOUNTERCLASS"] in ("ambulatory", "wellness", "outpatient")
        and "2018-01-01" <= row["START"] < "2020-01-01"
    ]
    assert 0 < pc.sum(visits["value"]).as_py() <= len(in_files)
