"""A layout that nobody here shaped comes in through settings alone: the output of the Synthea simulator."""

from pathlib import Path

import pytest

SYNTHEA = Path(__file__).parents[2] / ".." / "shared" / "extracts" / "synthea"
pytestmark = pytest.mark.skipif(
    not SYNTHEA.is_dir(), reason="the Synthea extracts (../shared/extracts) are not here"
)
MOMENTS = "%Y-%m-%dT%H:%M:%SZ"


def test_immunizations_are_doses(plan):
    (tally,) = plan.read(
        "vaccinations",
        str(SYNTHEA / "immunizations.csv.gz"),
        columns={"person_id": "PATIENT", "given_on": "DATE", "cvx": "CODE"},
        date_format=MOMENTS,
        max_rejected_share=0.0,
    )
    assert tally.read == tally.kept == 29
    assert plan.kept[0]["cvx"].isdigit()


def test_payer_transitions_are_coverage(plan):
    columns = {"person_id": "PATIENT", "coverage_start": "START_YEAR", "coverage_end": "END_YEAR"}
    path = str(SYNTHEA / "payer_transitions.csv.gz")
    (tally,) = plan.read("coverage", path, columns=columns, date_format=MOMENTS, max_rejected_share=0.0)
    assert tally.read == tally.kept > 300
    assert all(row["coverage_start"] <= row["coverage_end"] for row in plan.kept)


def test_dates_of_death_in_a_list_of_patients_are_deaths(plan):
    (tally,) = plan.read(
        "deaths",
        str(SYNTHEA / "patients.csv.gz"),
        columns={"person_id": "Id", "died_on": "DEATHDATE"},
    )
    # The living have no date of death: set aside as missing, not lost.
    assert tally.read == 27
    assert 0 < tally.kept < 27
    assert {reason for *_, reason in plan.aside} == {"missing"}
