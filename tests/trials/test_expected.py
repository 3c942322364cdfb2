"""Published trials: run each from its data to its report, and match every number to its printed digits."""

import csv
import os
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from project_copy import ROOT, copy_project, snakemake

TRIALS = sorted(path.parent.name for path in (ROOT / "trials").glob("*/expected.csv"))
CLAIMS = ROOT.parent / "shared" / "trials" / "illinois_wellness" / "claims.csv"
COUNTS = {"n", "n_informative", "clusters"}


def expected(trial: str) -> list[dict[str, str]]:
    with (ROOT / "trials" / trial / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def settings(trial: str) -> dict:
    return yaml.safe_load((ROOT / "trials" / trial / "config.yaml").read_text(encoding="utf-8"))


def data_are_here(trial: str) -> None:
    """Skip a trial whose data the user must bring, where they are not."""
    if "${ILLINOIS_CLAIMS}" in str(settings(trial)):
        path = os.environ.setdefault("ILLINOIS_CLAIMS", str(CLAIMS))
        if not Path(path).is_file():
            pytest.skip("claims.csv of the study is not here: set ILLINOIS_CLAIMS to it")


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory):
    """Run a trial once in a folder of its own; give its results by key, at full precision."""

    @cache
    def run(trial: str) -> dict[str, dict]:
        folder = copy_project(tmp_path_factory.mktemp(trial))
        (folder / "trials").symlink_to(ROOT / "trials")
        ran = snakemake(folder, "--configfile", f"trials/{trial}/config.yaml")
        assert ran.returncode == 0, ran.stderr[-3000:]
        table = pq.read_table(folder / "data" / "interim" / settings(trial)["trial"]["id"] / "ard.parquet")
        return {row["key"]: row for row in table.to_pylist()}

    return run


def as_printed(value: float, printed: str) -> str:
    """Return a value with the digits of `printed`, half rounded up, "34%" for 0.34."""
    percent, digits = printed.endswith("%"), printed.rstrip("%")
    snapped = Decimal(f"{value * (100 if percent else 1):.12g}")
    rounded = snapped.quantize(Decimal(1).scaleb(Decimal(digits).as_tuple().exponent), ROUND_HALF_UP)
    return f"{rounded + 0}" + ("%" if percent else "")


@pytest.mark.slow
@pytest.mark.parametrize("trial", TRIALS)
def test_every_number_has_its_printed_digits(trial, results):
    data_are_here(trial)
    found = results(trial)
    missing = [row["key"] for row in expected(trial) if row["key"] not in found]
    assert not missing
    differ = [
        f"{row['key']} {row['statistic']}: printed {row['printed']}, ours {ours}"
        for row in expected(trial)
        for ours in [as_printed(found[row["key"]][row["statistic"]], row["printed"])]
        if ours != row["printed"]
    ]
    assert not differ, "\n".join(differ)


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
