"""What moved between two runs, by what the move means to a reader."""

from pathlib import Path

import pytest
from releases import COUNT, RATIO, RESULTS, changed, release

from armwise.provenance.compare import Change, compare, leaves
from armwise.provenance.diff_text import lines, page
from armwise.provenance.release import IncompleteRelease, Release


def compared(tmp_path: Path, before: dict, after: dict):
    return compare(
        *(Release.read(release(tmp_path / name, **of)) for name, of in (("a", before), ("b", after)))
    )


@pytest.mark.parametrize(
    ("numbers", "printed", "kind"),
    [
        # The interval reaches 1: no effect is no longer excluded.
        ({"ci_high": "1.01"}, {"y/ratio": "0.83 (0.72 to 1.01)"}, "conclusion"),
        ({"estimate": "0.84"}, {"y/ratio": "0.84 (0.72 to 0.96)"}, "printed"),
        ({"estimate": "0.831"}, {"y/ratio": "0.83 (0.72 to 0.96)"}, "below"),
    ],
)
def test_a_result_is_sorted_by_what_its_move_means(tmp_path, numbers, printed, kind) -> None:
    before = {"results": RESULTS, "printed": {"y/ratio": "0.83 (0.72 to 0.96)"}}
    found = compared(tmp_path, before, {"results": changed(**numbers), "printed": printed})
    assert [(moved.key, moved.kind) for moved in found.results] == [("y/ratio", kind)]


def test_a_difference_that_comes_to_include_zero_changes_a_conclusion(tmp_path) -> None:
    row = {"measure": "rate_difference", "estimate": "-0.04", "ci_low": "-0.08", "ci_high": "-0.01"}
    found = compared(tmp_path, {"results": {"d": row}}, {"results": {"d": row | {"ci_high": "0.00"}}})
    assert found.results[0].kind == "conclusion"


def test_a_result_that_failed_or_was_hidden_is_a_move_and_no_change_of_conclusion(tmp_path) -> None:
    nothing = {"estimate": "", "ci_low": "", "ci_high": ""}
    failed = changed(**nothing, error="no events")
    found = compared(tmp_path, {}, {"results": failed})
    assert [moved.kind for moved in found.results] == ["printed"]
    assert "not estimated" in page(found, "a", "b")


def test_new_results_and_those_that_are_gone(tmp_path) -> None:
    found = compared(tmp_path, {"results": {"x": RATIO, "z": COUNT}}, {"results": {"y": RATIO, "z": COUNT}})
    assert [(moved.key, moved.kind) for moved in found.results] == [("x", "gone"), ("y", "new")]


def test_settings_inputs_and_versions_that_changed_are_named_with_both_values(tmp_path) -> None:
    before = {
        "settings": {"report": {"small_cell": 11}, "windows": {"6mo": 6}},
        "inputs": {"claims.csv": {"sha256": "1" * 64}},
        "rows": [{"source": "claims", "rows_read": 1_000}],
        "versions": {"numpy": "2.2"},
    }
    after = {
        "settings": {"report": {"small_cell": 20}, "windows": {"6mo": 6, "18mo": 18}},
        "inputs": {"claims.csv": {"sha256": "2" * 64}},
        "rows": [{"source": "claims", "rows_read": 600}, {"source": "claims", "rows_read": 700}],
        "versions": {"numpy": "2.3"},
    }
    found = compared(tmp_path, before, after)
    assert found.settings == (Change("report.small_cell", 11, 20), Change("windows.18mo", None, 18))
    assert found.inputs == (
        Change("claims, rows read", 1_000, 1_300),
        Change("claims.csv", "1" * 12, "2" * 12),
    )
    assert found.made_with == (Change("numpy", "2.2", "2.3"),)
    assert found.same


def test_the_words_show_the_printed_cell_before_and_after(tmp_path) -> None:
    before = {"printed": {"y/ratio": "0.83 (0.72 to 0.96)"}}
    after = {"results": changed(ci_high="1.01"), "printed": {"y/ratio": "0.83 (0.72 to 1.01)"}}
    said = list(lines(compared(tmp_path, before, after)))
    assert "Results: 1 conclusion changed; 0 printed digits changed;" in " ".join(said)
    assert "  outcomes: Visits, y/ratio: 0.83 (0.72 to 0.96) -> 0.83 (0.72 to 1.01)" in said


def test_long_lists_are_cut_in_the_shell_and_whole_on_the_page(tmp_path) -> None:
    many = {f"key{i:02d}": RATIO for i in range(30)}
    found = compared(tmp_path, {"results": {}}, {"results": many})
    said = list(lines(found, most=3))
    assert "  ... and 27 more" in said
    assert not any("key05" in line for line in said)
    assert "key29" in page(found, "a", "b")


def test_what_comes_from_settings_is_escaped_on_the_page(tmp_path) -> None:
    found = compared(tmp_path, {"settings": {"label": "a"}}, {"settings": {"label": "<b>&"}})
    assert "&lt;b&gt;&amp;" in page(found, "<old>", "new")
    assert "<old>" not in page(found, "<old>", "new")


def test_an_empty_block_of_the_settings_is_a_leaf() -> None:
    assert leaves({"a": {"b": 1, "c": {}}, "d": [1]}) == {"a.b": 1, "a.c": {}, "d": [1]}


@pytest.mark.parametrize(
    ("remove", "says"),
    [("manifest.json", "has no manifest.json"), ("ard.csv", "has no ard.csv"), (None, "there is no folder")],
)
def test_results_of_no_whole_run_are_said_to_be_so(tmp_path, remove, says) -> None:
    folder = release(tmp_path / "a") if remove else tmp_path / "nowhere"
    if remove:
        (folder / remove).unlink()
    with pytest.raises(IncompleteRelease, match=says):
        Release.read(folder)


def test_a_file_changed_after_the_run_is_noticed(tmp_path) -> None:
    folder = release(tmp_path / "a")
    assert Release.read(folder).changed_since == []
    (folder / "tables/outcomes.csv").write_text("edited")
    assert Release.read(folder).changed_since == ["tables/outcomes.csv"]
