"""Change a setting, run again, and see what moved; publish, and verify what was published."""

import json
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
    return subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run, widen the confidence level, and run again."""
    folder = copy_project(tmp_path_factory.mktemp("comparing"))
    (folder / "people.csv").write_text(people())
    for more in ("", "estimates: {level: 0.99}\n"):
        (folder / "config.yaml").write_text(SETTINGS + more)
        run = snakemake(folder)
        assert run.returncode == 0, run.stderr[-3000:]
    return folder


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
