"""Published trials: run each from its data to its report, and match every number to its printed digits."""

import os
from functools import cache
from pathlib import Path

import pytest
from printed import (
    CLAIMS,
    TRIALS,
    Compared,
    as_printed,
    compared,
    expected,
    results,
    settings,
)
from project_copy import ROOT, copy_project, snakemake

HERE = ROOT.parent / "shared" / "trials" / "illinois_wellness" / "claims.csv"


def data_are_here(trial: str) -> None:
    """Skip a trial whose data the user must bring, where they are not."""
    if f"${{{CLAIMS}}}" in str(settings(trial)):
        path = os.environ.setdefault(CLAIMS, str(HERE))
        if not Path(path).is_file():
            pytest.skip(f"claims.csv of the study is not here: set {CLAIMS} to it")


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory):
    """Run a trial once in a folder of its own; give its printed numbers beside ours."""

    @cache
    def run(trial: str) -> list[Compared]:
        folder = copy_project(tmp_path_factory.mktemp(trial))
        (folder / "trials").symlink_to(ROOT / "trials")
        ran = snakemake(folder, "--configfile", f"trials/{trial}/config.yaml")
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
