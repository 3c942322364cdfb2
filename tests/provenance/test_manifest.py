"""The manifest says what went in, what came out and what it took."""

import hashlib
import json
from pathlib import Path

import pytest

from armwise.provenance import manifest
from armwise.provenance.content import settings_hash, tree_hash

SETTINGS = {"trial": {"id": "tiny"}, "estimates": {"seed": 7}}


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict:
    monkeypatch.chdir(tmp_path)
    files = {
        "data/raw/enrollment.csv": "enrollment_id\n1\n",
        "counts.csv": "source,file,rows_read,rows_kept,rows_set_aside\nenrollment,enrollment.csv,3,2,1\n",
        "results/tiny/ard.csv": "key\n",
        "lock": "numpy==2\n",
        "benchmarks/outcomes/12mo.tsv": "s\tmax_rss\n1.5\t80.25\n",
        "benchmarks/cohort.tsv": "s\tmax_rss\n0.5\tNA\n",
    }
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    manifest.write(
        "results/tiny/manifest.json",
        settings=SETTINGS,
        data=["data/raw/enrollment.csv"],
        counts=["counts.csv"],
        outputs=["results/tiny/ard.csv"],
        lock="lock",
        benchmarks="benchmarks",
    )
    return json.loads(Path("results/tiny/manifest.json").read_text())


def test_inputs_and_outputs_are_known_by_their_bytes(written: dict) -> None:
    sha256 = hashlib.sha256(b"enrollment_id\n1\n").hexdigest()
    assert written["inputs"] == {"data/raw/enrollment.csv": {"sha256": sha256, "bytes": 16}}
    assert written["outputs"] == {"ard.csv": hashlib.sha256(b"key\n").hexdigest()}


def test_rows_are_numbers_and_add_up(written: dict) -> None:
    (row,) = written["rows"]
    assert row["rows_read"] == row["rows_kept"] + row["rows_set_aside"] == 3


def test_each_step_has_its_cost_where_it_was_measured(written: dict) -> None:
    assert written["steps"] == {
        "cohort": {"seconds": 0.5},
        "outcomes/12mo": {"seconds": 1.5, "memory_mb": 80.25},
    }


def test_outside_a_checkout_the_commit_is_unknown_rather_than_invented(written: dict) -> None:
    assert written["commit"] is None
    assert written["tree_clean"] is None


def test_a_file_outside_the_project_is_named_without_its_folder() -> None:
    assert manifest._shown("/home/someone/claims.csv") == "claims.csv"


def test_the_order_of_keys_does_not_change_the_settings_hash_and_a_value_does() -> None:
    assert settings_hash({"a": 1, "b": 2}) == settings_hash({"b": 2, "a": 1})
    assert settings_hash({"a": 1}) != settings_hash({"a": "1"})


def test_a_tree_is_known_by_content_wherever_it_lies(tmp_path: Path) -> None:
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text("1")
    assert tree_hash([tmp_path / "here/a.py"]) == tree_hash([tmp_path / "there/a.py"])
    (tmp_path / "there/a.py").write_text("2")
    assert tree_hash([tmp_path / "here/a.py"]) != tree_hash([tmp_path / "there/a.py"])
