"""A trial blinded, run, and opened: what its outputs say, what cannot be found in them, and what reruns."""

import csv
import json
import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from project_copy import copy_project, scheduled, snakemake

SETTINGS = {
    "trial": {
        "id": "tiny",
        "title": "A tiny trial",
        "arms": {"usual": "Usual care", "offer": "Offer"},
        "reference": "usual",
        "blinded": True,
    },
    "data": {
        "participants": {"path": "participants.csv", "columns": {"participant_id": "id", "stratum": "site"}}
    },
    "baseline": {"age": {"label": "Age, y", "type": "number"}},
    "follow_up": {"windows": {"1yr": {}}},
    "outcomes": {"visits": {"column": "visits", "exposure": "years", "measure": "count"}},
    "estimates": {"covariates": ["age"], "subgroups": [], "uptake": {"column": "engaged"}},
    "roles": {"primary": {"outcome": "visits", "window": "1yr"}},
    "report": {"data_are_public": True, "data_citation": "Made up for a test."},
}


def participants() -> list[dict[str, str]]:
    """600 persons, three of four offered; the offer halves visits and half of those offered engage."""
    draw = random.Random(20170801)
    found = []
    for i in range(600):
        offered = i % 4 > 0
        visits = sum(draw.random() < (0.2 if offered else 0.4) for _ in range(10))
        row = {
            "id": f"p{i}",
            "arm": "offer" if offered else "usual",
            "site": "ab"[i // 300],
            "age": 18 + i * 37 % 60,
            "visits": visits,
            "years": 1,
            "engaged": int(offered and draw.random() < 0.5),
        }
        found.append({name: str(value) for name, value in row.items()})
    found[7]["age"], found[11]["arm"] = "old", "another"  # two rows that are set aside
    return found


@pytest.fixture(scope="module")
def blinded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_project(tmp_path_factory.mktemp("blinded"))
    with (folder / "participants.csv").open("w", newline="") as file:
        lines = csv.DictWriter(file, list(participants()[0]))
        lines.writeheader()
        lines.writerows(participants())
    declare(folder)
    run = snakemake(folder)
    assert run.returncode == 0, run.stderr[-3000:]
    return folder


def declare(folder: Path, blinded: bool | None = True, **blinding: str | int) -> None:
    trial = SETTINGS["trial"] | ({"blinded": blinded} if blinded is not None else {}) | {"blinding": blinding}
    if blinded is None:
        del trial["blinded"]
    (folder / "config.yaml").write_text(json.dumps(SETTINGS | {"trial": trial}))


def results(folder: Path) -> list[dict[str, str]]:
    with (folder / "results/tiny/ard.csv").open() as file:
        return list(csv.DictReader(file))


def test_effects_of_shuffled_arms_are_near_none(blinded: Path) -> None:
    ratios = [row for row in results(blinded) if row["measure"] == "rate_ratio"]
    assert len(ratios) == 2
    for row in ratios:  # the true one is 0.5
        assert float(row["ci_low"]) < 1 < float(row["ci_high"])
        assert 0.8 < float(row["estimate"]) < 1.25


def test_every_output_says_so(blinded: Path) -> None:
    folder = blinded / "results/tiny"
    assert {row["assignment"] for row in results(blinded)} == {"shuffled, blinded: no result"}
    assert json.loads((folder / "manifest.json").read_text())["blinded"] is True
    page = (folder / "report.html").read_text()
    assert "<title>BLINDED" in page
    assert '<p class="banner" role="note"><strong>BLINDED.' in page
    assert "Nothing is known yet" in page
    for path in [*folder.glob("tables/*.html"), *folder.glob("tables/*.csv"), *folder.glob("figures/*.csv")]:
        assert "BLINDED" in path.read_text(), path.name
    for path in folder.glob("figures/*.svg"):
        assert "Blinded: assignments are shuffled" in path.read_text(), path.name
    for path in [*folder.glob("figures/*.png"), *folder.glob("figures/*.pdf")]:
        assert b"assignments are shuffled" in path.read_bytes(), path.name


def test_what_the_trial_could_detect_is_known_before_it_is_opened(blinded: Path) -> None:
    (row,) = [row for row in results(blinded) if row["measure"] == "detectable_difference"]
    assert float(row["estimate"]) > 0


def test_sizes_of_arms_probabilities_and_uptake_are_nowhere_in_results(blinded: Path) -> None:
    for row in results(blinded):
        assert row["outcome"] != "uptake"
        assert not row["measure"].startswith("complier")
        if row["contrast"] in ("usual", "offer"):
            assert not row["n"] + row["clusters"] + row["events"] + row["person_years"] + row["std_error"]
            assert row["measure"] != "count" or not row["estimate"]
    for path in (blinded / "results/tiny").rglob("*.csv"):
        assert "449" not in path.read_text()  # 449 of those kept were offered, 149 were not
        assert ",149," not in path.read_text()


def test_the_true_assignment_is_in_no_file_that_the_run_left(blinded: Path) -> None:
    truth = {row["id"]: row["arm"] for row in participants()}
    seen = 0
    for path in (blinded / "data/interim").rglob("*.parquet"):
        table = pq.read_table(path)
        key = next((name for name in ("participant_id", "enrollment_id") if name in table.column_names), None)
        for name in ("engaged", "uptake"):
            assert name not in table.column_names or table[name].null_count == len(table), path
        if "rejected" in path.parts:
            assert "another" not in str(table.to_pylist())
        if key and "arm" in table.column_names and table["arm"].null_count < len(table):
            agree = [
                truth[i] == arm
                for i, arm in zip(table[key].to_pylist(), table["arm"].to_pylist(), strict=True)
            ]
            assert 0.5 < sum(agree) / len(agree) < 0.75  # by chance 0.625
            seen += 1
    assert seen == 2  # as assigned, and the cohort


def test_no_row_of_a_person_is_in_results(blinded: Path) -> None:
    for path in (blinded / "results/tiny").rglob("*.csv"):
        cells = {cell for line in csv.reader(path.open()) for cell in line}
        assert not cells & {row["id"] for row in participants()}


def test_opening_reruns_what_rests_on_assignment_and_nothing_else(blinded: Path) -> None:
    declare(blinded, False)
    jobs = scheduled(blinded)
    assert {
        "assigned/participants",
        "unblind",
        "cohort_of_participants",
        "effects/1yr",
        "compliers/1yr",
    } <= jobs
    assert not [job for job in jobs if job.startswith(("ingest", "measured_outcomes"))]


def test_another_seed_shuffles_again_and_reads_nothing_again(blinded: Path) -> None:
    declare(blinded, True, seed=2)
    jobs = scheduled(blinded)
    assert {"assigned/participants", "effects/1yr", "report"} <= jobs
    assert not [job for job in jobs if job.startswith(("ingest", "measured_outcomes", "unblind"))]


def test_leaving_the_word_out_opens_nothing(blinded: Path) -> None:
    declare(blinded, None)
    run = snakemake(blinded, "--dry-run")
    assert run.returncode != 0
    assert "earlier runs of this trial were blinded" in run.stdout + run.stderr


def test_opened_with_a_reason_the_report_prints_it_and_the_effect_appears(blinded: Path) -> None:
    declare(blinded, False, unblinded_because="The board asked for it.")
    run = snakemake(blinded)
    assert run.returncode == 0, run.stderr[-3000:]
    page = (blinded / "results/tiny/report.html").read_text()
    assert "The board asked for it." in page
    assert "BLINDED" not in page
    ratio = next(row for row in results(blinded) if row["measure"] == "rate_ratio")
    assert float(ratio["ci_high"]) < 0.7
    declare(blinded, True)  # what is known cannot be unknown
    again = snakemake(blinded, "--dry-run")
    assert "nobody is blinded by this setting" in again.stdout + again.stderr
