"""What an earlier release showed is a fixed fact: the new one hides more, so that nothing is subtracted."""

from pathlib import Path
from typing import Any

import pytest
from made_up import COLUMNS, record

from armwise.disclosure.earlier import read_release
from armwise.disclosure.publish import disclose, write_rows
from armwise.disclosure.suppress import LeftKnown

Row = dict[str, Any]


def flow(stage: str, count: int) -> Row:
    more = {"estimate": float(count), "n": count, "analysis_set": "randomized"}
    return record(stage, "flow", "offer", "count", "count", **more)


def stays(window: str, events: int) -> Row:
    return record("stays", window, "offer", "count", "count", estimate=float(events), events=float(events))


def shown(rows: list[Row], *earlier: list[Row], small_cell: int = 11) -> list[float | None]:
    published, _ = disclose(rows, small_cell, False, earlier=earlier)
    return [row["estimate"] for row in published]


def test_two_releases_cannot_be_subtracted() -> None:
    """95 stays were published; now 100 are known: 5 came since."""
    assert shown([stays("12mo", 100)]) == [100]
    assert shown([stays("12mo", 100)], [stays("12mo", 95)]) == [None]
    assert shown([stays("12mo", 120)], [stays("12mo", 95)]) == [120]


def test_a_window_of_an_earlier_release_is_held_against_those_of_the_new_one() -> None:
    assert shown([stays("12mo", 100)], [stays("6mo", 95)]) == [None]


def test_a_count_that_was_shown_cannot_protect_another() -> None:
    rows = [flow("covered", 100), flow("complete", 60), flow("ended_by_data", 33), flow("ended_by_death", 7)]
    assert shown(rows) == [100, 60, None, None]
    assert shown(rows, [flow("ended_by_data", 33)]) == [100, None, 33, None]


def test_the_same_release_again_hides_the_same() -> None:
    rows = [flow("covered", 100), flow("complete", 60), flow("ended_by_data", 33), flow("ended_by_death", 7)]
    first, log = disclose(rows, 11, False)
    assert disclose(rows, 11, False, earlier=[first]) == (first, log)


def test_a_small_count_that_was_shown_is_hidden_all_the_same() -> None:
    assert shown([flow("ended_by_death", 7)], [flow("ended_by_death", 7)]) == [None]


def test_where_everything_else_is_known_the_run_stops_and_says_what_leaks() -> None:
    earlier = [flow("covered", 100), flow("complete", 60), flow("ended_by_data", 33)]
    with pytest.raises(LeftKnown, match="ended_by_death") as stopped:
        shown([*earlier, flow("ended_by_death", 7)], earlier)
    assert "flow" in str(stopped.value)


def test_a_release_is_read_as_it_was_written(tmp_path: Path) -> None:
    published, _ = disclose([stays("12mo", 95), flow("ended_by_death", 7)], 11, False)
    write_rows(published, [*COLUMNS, "hidden"], tmp_path / "ard.csv")
    rows = read_release(tmp_path / "ard.csv")
    assert [(row["key"], row["estimate"], row["n"]) for row in rows] == [
        ("itt/stays/12mo/all/offer/count/count", 95.0, None),
        ("randomized/ended_by_death/flow/all/offer/count/count", None, None),
    ]
