"""Of the counts that would protect a small one, the one that matters least is hidden."""

from typing import Any

import pytest
from made_up import record

from armwise.disclosure.cells import Place
from armwise.disclosure.importance import Importance
from armwise.disclosure.publish import disclose

Row = dict[str, Any]


def counted(outcome: str, window: str, events: int, n: int = 2000, **more: Any) -> Row:
    row = record(outcome, window, "offer", "rate", "poisson", estimate=events / n, n=n, events=float(events))
    return row | {"analysis_set": "itt"} | more


def flow(stage: str, count: int) -> Row:
    return record(
        stage, "flow", "offer", "count", "count", estimate=float(count), n=count, analysis_set="randomized"
    )


def hidden(rows: list[Row], order: Any, column: str = "events") -> set[tuple[str, str]]:
    published, _ = disclose(rows, 11, False, [["stays", "short_stays"]], order)
    return {(r["outcome"], r["window"]) for r in published if r["hidden"] and r[column] is None}


def test_the_first_line_that_a_place_agrees_with_is_its_rank() -> None:
    ranks = Importance([{"outcome": ["stays"], "window": ["12mo"]}, {"outcome": ["stays", "visits"]}])
    places = [
        Place("itt", outcome, window, "all", "offer")
        for outcome, window in [("stays", "12mo"), ("stays", "6mo"), ("doses", "12mo")]
    ]
    assert [ranks.rank(place) for place in places] == [0, 1, 2]


@pytest.mark.parametrize("first", ["6mo", "12mo"])
def test_of_two_windows_that_differ_by_few_the_one_that_matters_less_is_hidden(first: str) -> None:
    rows = [counted("stays", "6mo", 95), counted("stays", "12mo", 100)]
    other = {"6mo": "12mo", "12mo": "6mo"}[first]
    assert hidden(rows, [{"window": [first]}]) == {("stays", other)}


@pytest.mark.parametrize("first", ["stays", "short_stays"])
def test_of_an_outcome_and_its_part_the_one_that_matters_less_is_hidden(first: str) -> None:
    rows = [counted("stays", "6mo", 100), counted("short_stays", "6mo", 93)]
    other = {"stays": "short_stays", "short_stays": "stays"}[first]
    assert hidden(rows, [{"outcome": [first]}]) == {(other, "6mo")}


def test_a_count_that_repeats_an_important_one_is_as_important() -> None:
    """1,000 randomized, 992 analysed; a further analysis of all 1,000 must not cost the number randomized."""
    rows = [
        flow("randomized", 1000),
        counted("stays", "12mo", 300, n=992),
        record("stays", "12mo", "offer", "no_person_time", "count", estimate=8.0, n=8),
        counted("stays", "12mo", 200, n=1000, analysis_set="first_event"),
    ]
    order = [{"outcome": ["randomized"]}, {"analysis_set": ["itt"]}]
    published, _ = disclose(rows, 11, False, (), order)
    assert [(r["n"], r["events"]) for r in published] == [
        (1000, None),
        (None, 300),
        (None, None),
        (1000, 200),
    ]


def test_without_an_order_sensitivity_analyses_give_way() -> None:
    rows = [counted("stays", "12mo", 100), counted("stays", "12mo", 95, analysis_set="bridged")]
    published, _ = disclose(rows, 11, False)
    assert [r["events"] for r in published] == [100, None]
