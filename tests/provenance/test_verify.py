"""A reviewer holds what was computed again against what the authors published."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from releases import COUNT, RATIO, changed, release

from armwise.disclosure.publish import SIGNIFICANT
from armwise.provenance.keep import keep
from armwise.provenance.publish import AlreadyPublished, publish
from armwise.provenance.release import IncompleteRelease, Release
from armwise.provenance.verify import DIGITS, as_table, estimates_agree, verify, verify_datasets


def verdicts(tmp_path: Path, **again) -> dict:
    both = (
        Release.read(release(tmp_path / name, **of)) for name, of in (("published", {}), ("again", again))
    )
    return {verdict.what: verdict for verdict in verify(*both)}


def test_the_same_results_pass(tmp_path) -> None:
    found = verdicts(tmp_path)
    assert all(verdict.holds for verdict in found.values())
    assert found["counts"].passed == 2
    assert "bytes of files" in found


@pytest.mark.parametrize(
    ("estimate", "passes"),
    [("0.830001", True), ("0.829999", True), ("0.830002", False), ("0.84", False), ("", False)],
)
def test_estimates_agree_to_one_unit_of_the_last_published_digit(tmp_path, estimate, passes) -> None:
    """0.83 was published, six digits of which the last are zeros: rounding may tip the last one, no more."""
    found = verdicts(tmp_path, results=changed(estimate=estimate), python="3.12.1")
    assert found["estimates"].holds is passes
    assert found["counts"].holds


def test_the_published_digits_are_those_that_are_published() -> None:
    assert DIGITS == SIGNIFICANT


def test_a_published_zero_is_exact(tmp_path) -> None:
    assert estimates_agree({"estimate": "0"}, {"estimate": "0"})
    assert not estimates_agree({"estimate": "0"}, {"estimate": "0.000001"})


def test_counts_are_exact(tmp_path) -> None:
    found = verdicts(tmp_path, results={"y/ratio": RATIO, "y/count": COUNT | {"events": "41"}})
    assert found["counts"].differs == ("y/count",)


def test_a_printed_string_that_differs_names_table_line_and_column(tmp_path) -> None:
    found = verdicts(tmp_path, printed={"y/ratio": "0.83", "y/count": "x"})
    assert found["printed strings"].differs == ("tables/outcomes.csv, line 2, column 3",)
    assert "differs: tables/outcomes.csv, line 2, column 3" in list(as_table([*found.values()]))


def test_what_was_published_and_is_not_found_again_is_missing_and_fails(tmp_path) -> None:
    found = verdicts(tmp_path, results={"y/ratio": RATIO, "other": COUNT})
    assert found["counts"].missing == ("y/count",)
    assert found["counts"].beyond == ("other",)
    assert not found["counts"].holds


@pytest.mark.parametrize("other", [{"python": "3.12.0"}, {"lock_sha256": "other"}])
def test_bytes_are_held_against_each_other_on_the_same_versions_alone(tmp_path, other) -> None:
    assert "bytes of files" not in verdicts(tmp_path, **other)


@pytest.mark.parametrize(("relative", "passes"), [(1e-9, True), (1e-7, False)])
def test_full_precision_datasets_agree_to_eight_digits(tmp_path, relative, passes) -> None:
    for name, estimate in (("a", 0.83), ("b", 0.83 * (1 + relative))):
        table = pa.table({"key": ["y"], "estimate": [estimate], "p_value": pa.array([None], pa.float64())})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    (found,) = verify_datasets(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert found.holds is passes


def test_publishing_copies_a_whole_run_and_never_over_what_is_there_unasked(tmp_path) -> None:
    results, place = release(tmp_path / "results/tiny"), tmp_path / "published/tiny"
    assert "ard.csv" in publish(results, place)
    assert verify(Release.read(place), Release.read(results))[0].holds
    (place / "ard.csv").write_text("as published")
    with pytest.raises(AlreadyPublished, match="--replace"):
        publish(results, place)
    assert (place / "ard.csv").read_text() == "as published"
    publish(results, place, replace=True)
    assert (place / "ard.csv").read_bytes() == (results / "ard.csv").read_bytes()


def test_results_that_were_edited_are_not_published(tmp_path) -> None:
    results = release(tmp_path / "results/tiny")
    (results / "ard.csv").write_text("edited")
    with pytest.raises(IncompleteRelease, match=r"not as the run left it \(ard\.csv\)"):
        publish(results, tmp_path / "published/tiny")
    assert not (tmp_path / "published/tiny").exists()


def test_the_last_whole_run_is_kept_and_a_failed_one_does_not_push_it_out(tmp_path) -> None:
    results, interim = release(tmp_path / "results/tiny"), tmp_path / "interim"
    assert not keep(tmp_path / "nothing", interim)
    assert keep(results, interim)
    kept = (interim / "last_run/ard.csv").read_bytes()
    (results / "ard.csv").write_text("half written by a run that failed")
    assert not keep(results, interim)
    assert (interim / "last_run/ard.csv").read_bytes() == kept
