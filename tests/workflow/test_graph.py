"""The whole graph on a tiny trial: it runs to its report, and a change reruns what depends on it alone."""

import json
import os
import random
import shutil
from pathlib import Path

import pytest
import yaml
from project_copy import ROOT, copy_project, scheduled, snakemake

SETTINGS = """
trial:
  id: tiny
  title: A tiny trial
  arms: {usual: Usual care, offer: Offer}
  reference: usual
data:
  participants:
    path: participants.csv
    columns: {participant_id: id, arm: arm, stratum: site}
baseline:
  age: {label: "Age, y", type: number}
follow_up:
  windows: {1yr: {}, 2yr: {}}
outcomes:
  visits: {label: Visits, column: {1yr: visits_1, 2yr: visits_2}, exposure: years, measure: count}
  vaccinated: {label: Vaccinated, column: vaccinated, measure: binary, windows: [1yr]}
estimates:
  covariates: [age]
roles:
  primary: {outcome: visits, window: 1yr}
report: {data_are_public: true, data_citation: Made up for a test.}
"""


def participants() -> str:
    draw = random.Random(20170801)
    lines = ["id,arm,site,age,visits_1,visits_2,vaccinated,years"]
    for i in range(200):
        arm, site = ("usual", "offer")[i % 2], "ab"[i // 100]
        visits = [draw.randint(0, 4), draw.randint(0, 8)]
        lines.append(
            f"p{i},{arm},{site},{draw.randint(18, 80)},{visits[0]},{visits[1]},{draw.randint(0, 1)},1"
        )
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_project(tmp_path_factory.mktemp("finished"))
    (folder / "config.yaml").write_text(SETTINGS)
    (folder / "participants.csv").write_text(participants())
    run = snakemake(folder)
    assert run.returncode == 0, run.stderr[-3000:]
    return folder


@pytest.fixture
def trial(finished: Path, tmp_path: Path) -> Path:
    """A finished trial that the test may change. Copying it elsewhere touches every file."""
    return Path(shutil.copytree(finished, tmp_path / "trial", symlinks=True))


def settings(trial: Path, change: dict) -> None:
    """Write the settings again with some leaves changed: {("report", "small_cell"): 20}."""
    found = yaml.safe_load(SETTINGS)
    for path, value in change.items():
        place = found
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = value
    (trial / "config.yaml").write_text(json.dumps(found))


def test_one_command_takes_the_trial_to_its_report(finished: Path) -> None:
    results = finished / "results/tiny"
    assert "A tiny trial" in (results / "report.html").read_text()
    assert {"ard.csv", "manifest.json", "report.html"} <= {p.name for p in results.iterdir()}


def test_the_manifest_knows_every_file_of_the_results(finished: Path) -> None:
    results = finished / "results/tiny"
    manifest = json.loads((results / "manifest.json").read_text())
    there = {p.relative_to(results).as_posix() for p in results.rglob("*") if p.is_file()}
    assert set(manifest["outputs"]) == there - {"manifest.json"}
    assert manifest["rows"][0]["rows_read"] == 200


def test_when_nothing_changed_nothing_runs_even_after_every_file_was_touched(trial: Path) -> None:
    for path in [p for p in trial.rglob("*") if p.is_file() and ".snakemake" not in p.parts]:
        if "data/interim" not in path.as_posix() and "results" not in path.parts:
            os.utime(path)
    assert scheduled(trial) == set()


def test_losing_snakemake_s_records_reruns_nothing_needless_and_misses_nothing(trial: Path) -> None:
    """The records kept beside the files come back; a change of the settings is still seen."""
    shutil.rmtree(trial / ".snakemake")
    settings(trial, {("roles", "primary"): {"outcome": "visits", "window": "2yr"}})
    jobs = scheduled(trial)
    assert "adjust" in jobs
    assert not {j for j in jobs if j.startswith(("effects", "ingest", "measured_outcomes", "cohort"))}


def test_files_of_which_no_record_is_left_are_made_again(trial: Path) -> None:
    everything = {"ingest/participants", "effects/1yr", "effects/2yr", "report", "manifest"}
    shutil.rmtree(trial / ".snakemake")
    shutil.rmtree(trial / "data/interim/tiny/records")
    assert everything <= scheduled(trial)
    # A first part of the run brings some records back: the rest is not believed for that.
    assert snakemake(trial, "data/interim/tiny/extracts/participants.parquet").returncode == 0
    assert everything <= scheduled(trial)


def test_plain_snakemake_uses_the_project_s_profile(finished: Path) -> None:
    assert "profiles/default" in snakemake(finished, "--dry-run").stderr
    assert (ROOT / "profiles").readlink() == Path("workflow/profiles")


def test_a_new_window_leaves_the_other_windows_alone(trial: Path) -> None:
    columns = {"1yr": "visits_1", "2yr": "visits_2", "3yr": "visits_2"}
    settings(
        trial,
        {
            ("follow_up", "windows"): {"1yr": {}, "2yr": {}, "3yr": {}},
            ("outcomes", "visits", "column"): columns,
        },
    )
    jobs = scheduled(trial)
    assert {"measured_outcomes/3yr", "effects/3yr", "adjust", "report"} <= jobs
    assert not {j for j in jobs if j.endswith(("/1yr", "/2yr"))}
    assert "cohort_of_participants" not in jobs


def test_a_role_refits_nothing(trial: Path) -> None:
    settings(trial, {("roles", "primary"): {"outcome": "visits", "window": "2yr"}})
    jobs = scheduled(trial)
    assert "adjust" in jobs
    assert not {j for j in jobs if j.startswith(("effects", "ingest", "measured_outcomes", "cohort"))}


def test_swapping_two_columns_of_the_same_names_is_a_change(trial: Path) -> None:
    settings(trial, {("outcomes", "visits", "column"): {"1yr": "visits_2", "2yr": "visits_1"}})
    assert {"measured_outcomes/1yr", "measured_outcomes/2yr"} <= scheduled(trial)


def test_an_edited_extract_reruns_from_there(trial: Path) -> None:
    with (trial / "participants.csv").open("a") as stream:
        stream.write("p200,usual,a,50,1,1,0,1\n")
    assert {
        "ingest/participants",
        "cohort_of_participants",
        "effects/1yr",
        "report",
        "manifest",
    } <= scheduled(trial)


def test_a_line_of_a_table_refits_no_model(trial: Path) -> None:
    with (trial / "src/armwise/report/tables/baseline.py").open("a") as stream:
        stream.write("\n# a remark\n")
    jobs = scheduled(trial)
    assert "report" in jobs
    assert not {j for j in jobs if j.startswith(("effects", "ingest", "cohort", "adjust", "disclose"))}


def test_a_line_of_the_estimator_reads_no_extract_again(trial: Path) -> None:
    with (trial / "src/armwise/estimates/core.py").open("a") as stream:
        stream.write("\n# a remark\n")
    jobs = scheduled(trial)
    assert {"effects/1yr", "effects/2yr"} <= jobs
    assert not {j for j in jobs if j.startswith(("ingest", "cohort", "measured_outcomes"))}


def test_a_broken_check_stops_the_run_once_all_checks_are_written(trial: Path) -> None:
    settings(trial, {("checks",): {"row_repeated": "stop"}})
    with (trial / "participants.csv").open("a") as stream:
        stream.write(participants().splitlines()[1] + "\n")
    before = (trial / "results/tiny/report.html").read_bytes()
    run = snakemake(trial)
    assert run.returncode != 0
    said = run.stderr + run.stdout
    assert "participants, column participant_id: a row repeats an earlier one: 1 rows (row_repeated)" in said
    assert "Traceback" not in said.split("The run stops")[1].split("All checks:")[0]
    table = (trial / "data/interim/tiny/checks.csv").read_text()
    assert "participants,row_repeated,structural,stop,participant_id,1" in table
    assert (trial / "results/tiny/report.html").read_bytes() == before


def test_the_severity_of_a_check_of_the_whole_reads_no_extract_again(trial: Path) -> None:
    settings(trial, {("checks",): {"arm_shares": "stop"}})
    jobs = scheduled(trial)
    assert {"monitored", "checks", "gate"} <= jobs
    assert not {j for j in jobs if j.startswith(("ingest", "cohort", "effects"))}


def test_a_mistyped_setting_stops_before_anything_runs(trial: Path) -> None:
    (trial / "config.yaml").write_text(SETTINGS.replace("reference: usual", "referense: usual"))
    run = snakemake(trial, "--dry-run")
    assert run.returncode != 0
    assert "config.yaml:6:3" in run.stderr + run.stdout
    assert "Traceback" not in run.stderr + run.stdout


def test_files_of_a_second_layout_are_read_and_a_change_of_either_reads_again(trial: Path) -> None:
    typed = "data/interim/tiny/extracts/participants.parquet"
    header, *rows = participants().replace("p", "q").splitlines()
    (trial / "more.txt").write_text("\n".join([header, *rows]).replace(",", "|") + "\n")
    also = {"path": "more.txt", "delimiter": "|", "columns": {"participant_id": "id", "stratum": "site"}}
    settings(trial, {("data", "participants", "also"): [also]})
    run = snakemake(trial, typed)
    assert run.returncode == 0, run.stderr[-3000:]
    counts = (trial / "data/interim/tiny/extracts/participants.counts.csv").read_text().splitlines()
    assert [line.split(",")[1:4] for line in counts[1:]] == [
        ["participants.csv", "200", "200"],
        ["more.txt", "200", "200"],
    ]
    assert scheduled(trial, typed) == set()

    settings(trial, {("data", "participants", "also"): [also | {"missing": ["", "."]}]})
    assert scheduled(trial, typed) == {"ingest/participants"}

    settings(trial, {("data", "participants", "also"): [also]})
    (trial / "more.txt").write_text("\n".join([header, *rows[1:]]).replace(",", "|") + "\n")
    assert scheduled(trial, typed) == {"ingest/participants"}
