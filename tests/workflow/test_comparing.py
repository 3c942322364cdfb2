"""Change a setting, run again, and see what moved; publish, and verify what was published."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from project_copy import copy_project, snakemake

SETTINGS = """
trial: {id: tiny, title: A tiny trial, arms: {usual: Usual care, offer: Offer}, reference: usual}
data: {participants: {path: people.csv}}
outcomes: {vaccinated: {column: vaccinated, measure: binary}}
roles: {primary: {outcome: vaccinated}}
report: {data_are_public: true, data_citation: Made up for a test.}
"""


def people() -> str:
    """Of 60 in each arm 30 were vaccinated under usual care, 41 with the offer."""
    usual = [f"u{i},usual,{int(i < 30)}" for i in range(60)]
    offer = [f"o{i},offer,{int(i < 41)}" for i in range(60)]
    return "\n".join(["participant_id,arm,vaccinated", *usual, *offer]) + "\n"


def armwise(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = [str(Path(sys.executable).with_name("armwise")), *words]
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    return subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run, widen the confidence level, plan, and run again."""
    folder = copy_project(tmp_path_factory.mktemp("comparing"))
    (folder / "people.csv").write_text(people())
    (folder / "config.yaml").write_text(SETTINGS)
    run = snakemake(folder)
    assert run.returncode == 0, run.stderr[-3000:]
    (folder / "config.yaml").write_text(SETTINGS + "estimates: {level: 0.99}\n")
    (folder / "plan.txt").write_text(armwise(folder, "plan").stdout)
    again = armwise(folder, "run", "--cores", "2")
    assert again.returncode == 0, again.stderr
    (folder / "run.txt").write_text(again.stdout)
    return folder


def test_the_plan_says_what_changed_and_what_would_run(trial: Path) -> None:
    said = (trial / "plan.txt").read_text()
    assert "  estimates.level: 0.95 -> 0.99" in said
    assert "Estimate the effects on every outcome of a window" in said
    assert "Read one extract" not in said


def test_a_run_ends_with_the_key_result_and_where_the_report_is(trial: Path) -> None:
    said = (trial / "run.txt").read_text()
    assert "68.3% vs 50.0%" in said
    assert "120 rows of extracts read. The report: results/tiny/report.html" in said
    assert armwise(trial, "plan").stdout.strip() == "Nothing would run: the results are up to date."


def test_a_run_that_fails_shows_the_cause(trial: Path, tmp_path: Path) -> None:
    (trial / "broken.csv").write_text(people().replace(",offer,", ",ofer,"))
    (tmp_path / "overlay.yaml").write_text("data: {participants: {path: broken.csv}}\ntrial: {id: broken}\n")
    found = armwise(trial, "run", "--cores", "2", "-c", "config.yaml", "-c", str(tmp_path / "overlay.yaml"))
    assert found.returncode == 1
    assert found.stderr.startswith(
        "Step ingest failed:\n  broken.csv: 60 of 120 rows (50.0%) break the contract"
    )
    assert "Traceback" not in found.stderr


def test_what_moved_since_the_last_run(trial: Path) -> None:
    """The share of 11 more in 60 has an interval that leaves 0 out at 95% (P = 0.04) and not at 99%."""
    found = armwise(trial, "diff", "--html", "diff.html")
    assert found.returncode == 1, found.stderr
    assert "estimates.level: 0.95 -> 0.99" in found.stdout
    assert "conclusion changed" in found.stdout
    assert "Effect: Difference (9" in found.stdout
    assert "0.95" in (trial / "diff.html").read_text()


def test_published_results_are_verified_until_something_differs(trial: Path) -> None:
    published = armwise(trial, "publish")
    assert published.returncode == 0, published.stderr
    assert armwise(trial, "publish").returncode == 1
    assert armwise(trial, "verify").returncode == 0
    table = trial / "published/tiny/tables/outcomes.csv"
    table.write_text(table.read_text().replace("30/60", "31/60"))
    found = armwise(trial, "verify")
    assert found.returncode == 1
    assert "differs: tables/outcomes.csv, line 3, column 2" in found.stdout


def test_results_of_no_whole_run_are_refused_in_words(trial: Path, tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    (tmp_path / "half/manifest.json").write_text(json.dumps({}))
    found = armwise(trial, "diff", str(tmp_path / "half"))
    assert found.returncode == 2
    assert "has no ard.csv: a run that finished leaves one" in found.stderr
    assert "Traceback" not in found.stderr
