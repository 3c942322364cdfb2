"""The analysis reads out of the extracts, enrollment by enrollment, what the generator knows happened."""

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from project_copy import ROOT, copy_project, snakemake

from armwise.example.calendar import CLAIMS_END, COHORT_DAYS, day_number, window_ends
from armwise.example.chunk import Chunk, chunks
from armwise.example.generate import generate
from armwise.example.lottery import observed_until
from armwise.example.truth import VACCINE_DATE

ENROLLMENTS, SEED = 1200, 31
WINDOWS = {"6mo": 6, "12mo": 12}
DATE_WINDOW = f"by_{VACCINE_DATE}"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Window -> outcomes by the analysis: one row per enrollment and outcome."""
    folder = copy_project(tmp_path_factory.mktemp("project"))
    shutil.copy(ROOT / "config.yaml", folder)
    generate(ENROLLMENTS, SEED, folder / "data" / "raw")
    files = [
        f"data/interim/community-connect-example/outcomes/{window}.parquet"
        for window in [*WINDOWS, DATE_WINDOW]
    ]
    run = snakemake(folder, *files)
    assert run.returncode == 0, run.stderr
    return {Path(file).stem: duckdb.sql(f"from '{folder / file}'").df() for file in files}


def known_of(chunk: Chunk) -> pd.DataFrame:
    """What the generator knows of each enrollment of a chunk, by the names of the analysis."""
    people, lottery, events = chunk.people, chunk.lottery, chunk.events
    person, entry = np.nonzero(lottery.enrolled)
    start, cohort = COHORT_DAYS[people.lists[person, entry]], people.lists[person, entry]
    kinds = {
        "admissions": events.is_stay,
        "avoidable_admissions": events.is_stay & events.avoidable,
        "ed_visits": ~events.is_stay,
        "avoidable_ed_visits": ~events.is_stay & events.avoidable,
    }
    known = {}
    for window, months in WINDOWS.items():
        end = window_ends(months)[cohort]
        seen = np.minimum(np.minimum(end, CLAIMS_END), observed_until(people)[person, entry])
        known[window, "days"] = np.maximum(seen - start, 0)
        known[window, "uptake"] = lottery.offered[person, entry] & (chunk.contact[person] < end)
        for outcome, chosen in kinds.items():
            moment = events.person[chosen] * 10_000 + events.day[chosen]
            until = [np.searchsorted(moment, person * 10_000 + day) for day in (start, seen)]
            known[window, outcome] = until[1] - until[0]
    vaccinated = chunk.doses["person"][chunk.doses["day"] <= day_number(VACCINE_DATE)]
    known[DATE_WINDOW, "covid_vaccine"] = np.isin(person, vaccinated)
    names = [f"E{chunk.first_enrollment + number:07d}" for number in range(len(person))]
    return pd.DataFrame(known, index=names).astype(float)


@pytest.fixture(scope="module")
def known() -> pd.DataFrame:
    return pd.concat([known_of(chunk) for chunk in chunks(ENROLLMENTS, SEED)])


COUNTED = ["admissions", "avoidable_admissions", "ed_visits", "avoidable_ed_visits"]


def found(outcomes: dict[str, pd.DataFrame], window: str, outcome: str, column: str = "value") -> pd.Series:
    rows = outcomes[window].query("outcome == @outcome").set_index("enrollment_id")
    return rows[column].astype(float).sort_index()


@pytest.mark.slow
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("outcome", COUNTED)
def test_every_enrollment_has_the_events_that_happened(outcomes, known, window, outcome):
    assert known[window, outcome].sum() > 10
    assert (found(outcomes, window, outcome) == known[window, outcome]).all()


@pytest.mark.slow
@pytest.mark.parametrize("window", WINDOWS)
def test_every_enrollment_is_observed_as_long_as_it_was_covered_and_alive(outcomes, known, window):
    assert known[window, "days"].nunique() > 10
    assert (found(outcomes, window, "admissions", "days_observed") == known[window, "days"]).all()


@pytest.mark.slow
@pytest.mark.parametrize("window", WINDOWS)
def test_uptake_is_a_contact_in_the_window(outcomes, known, window):
    assert known[window, "uptake"].sum() > 100
    assert (found(outcomes, window, "uptake") == known[window, "uptake"]).all()


@pytest.mark.slow
def test_everyone_vaccinated_by_the_date_is_found(outcomes, known):
    assert known[DATE_WINDOW, "covid_vaccine"].sum() > 100
    assert (found(outcomes, DATE_WINDOW, "covid_vaccine") == known[DATE_WINDOW, "covid_vaccine"]).all()
