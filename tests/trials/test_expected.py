"""Published trials: run each from its data to its results, and match every number to its printed digits."""

import os
from functools import cache
from pathlib import Path

import pytest
from printed import (
    BROUGHT,
    PAGE,
    TRIALS,
    WELLNESS,
    Compared,
    as_printed,
    compared,
    expected,
    family_wise,
    fingerprint,
    results,
    settings,
)
from project_copy import ROOT, copy_project, snakemake
from westfall_young import apart

HERE = ROOT.parent / "shared" / "trials"
# Run to their reports, for several arms, no events in an arm and missing outcomes; the others to results.
REPORTED = ("colon", "pfizer_adolescents", "thornton_hiv")
FILES = ("illinois_wellness/claims.csv", "rand_hie/person_year.csv.gz")


def data_are_here(trial: str) -> None:
    """Skip a trial whose data the user must bring, where they are not."""
    for name, file in zip(BROUGHT, FILES, strict=True):
        if f"${{{name}}}" in str(settings(trial)):
            path = os.environ.setdefault(name, str(HERE / file))
            if not Path(path).is_file():
                pytest.skip(f"{Path(file).name} of the study is not here: set {name} to it")


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory):
    """Run a trial once in a folder of its own; give its printed numbers beside ours."""

    @cache
    def run(trial: str) -> list[Compared]:
        folder = copy_project(tmp_path_factory.mktemp(trial))
        (folder / "trials").symlink_to(ROOT / "trials")
        interim = f"data/interim/{settings(trial)['trial']['id']}"
        target = [] if trial in REPORTED else ["--", f"{interim}/ard.parquet"]
        ran = snakemake(folder, "--configfile", f"trials/{trial}/config.yaml", *target)
        assert ran.returncode == 0, ran.stderr[-3000:]
        return compared(trial, results(folder, trial))

    return run


@pytest.mark.slow
@pytest.mark.parametrize("trial", TRIALS)
def test_every_number_has_its_printed_digits_unless_it_is_said_why_not(trial, found):
    data_are_here(trial)
    wrong = [
        f"{row.key} {row.statistic}: printed {row.printed}, ours {row.ours}"
        for row in found(trial)
        if row.agrees == bool(row.differs)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_family_wise_p_values_agree_within_monte_carlo_error():
    data_are_here(WELLNESS)
    assert [row for row in family_wise() if not row.agrees] == []


def test_family_wise_p_values_that_differ_more_are_told_apart():
    assert not apart(0.55, 0.53)
    assert apart(0.55, 0.45)


@pytest.mark.parametrize("trial", TRIALS)
def test_the_page_shows_the_trial_as_it_is(trial):
    page = PAGE.read_text(encoding="utf-8")
    assert f"`{fingerprint(trial)}`" in page, (
        f"{trial} has changed: write docs/published.md anew (make published)"
    )


@pytest.mark.parametrize("trial", TRIALS)
def test_a_trial_states_ten_numbers_or_why_not(trial):
    readme = (ROOT / "trials" / trial / "README.md").read_text(encoding="utf-8")
    assert len(expected(trial)) >= 10 or "Fewer than ten" in readme


@pytest.mark.parametrize(
    ("value", "printed", "ours"),
    [(0.845, "0.85", "0.85"), (0.338684, "34%", "34%"), (-0.001, "0.00", "0.00"), (3164, "3164", "3164")],
)
def test_rounding_is_half_up_without_negative_zero(value, printed, ours):
    assert as_printed(value, printed) == ours
