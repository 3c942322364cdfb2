"""The audit of a release: planted leaks are found, and brute force agrees about small tables."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import record

from armwise.disclosure.leaks import Audit, Leak
from armwise.disclosure.publish import disclose
from armwise.disclosure.sums import sums_of

Row = dict[str, Any]
ALL = ("estimate", "n", "events")


def flow(stage: str, count: int, arm: str = "offer") -> Row:
    more = {"estimate": float(count), "n": count, "analysis_set": "randomized"}
    return record(stage, "flow", arm, "count", "count", **more)


def level(name: str, count: int, arm: str = "offer") -> Row:
    more = {"estimate": float(count), "n": 200, "analysis_set": "randomized"}
    return record(name, "baseline", arm, "count", "count", **more)


def percent(name: str, count: int) -> Row:
    more = {"estimate": count / 200, "n": 200, "analysis_set": "randomized"}
    return record(name, "baseline", "offer", "percent", "weighted", **more)


def rate(events: int, years: float, window: str = "12mo", method: str = "crude", **more: Any) -> Row:
    given = {"estimate": events / years, "n": 500, "events": float(events), "person_years": years} | more
    return record("stays", window, "offer", "rate", method, **given)


def without(row: Row, *columns: str) -> Row:
    return row | dict.fromkeys(columns) | {"hidden": True}


def found(rows: list[Row], published: list[Row], small_cell: int = 11) -> list[Leak]:
    related = [["stays", "short_stays"]]
    return list(Audit(rows, sums_of(rows, small_cell, related), small_cell).leaks(published))


def test_a_lone_hidden_box_of_the_flow_diagram() -> None:
    rows = [flow("covered", 100), flow("complete", 60), flow("ended_by_data", 33), flow("ended_by_death", 7)]
    (leak,) = found(rows, [*rows[:3], without(rows[3], *ALL)])
    assert (leak.place.outcome, leak.low, leak.high) == ("ended_by_death", 7, 7)
    assert leak.tables() == ["flow table"]
    assert not found(rows, [*rows[:2], *(without(row, *ALL) for row in rows[2:])])


def test_a_margin_that_gives_a_cell_away() -> None:
    rows = [flow("died", 40, "all"), flow("died", 36, "usual"), flow("died", 4)]
    (leak,) = found(rows, [*rows[:2], without(rows[2], *ALL)])
    assert (leak.place.contrast, leak.low, leak.high) == ("offer", 4, 4)


def test_a_percent() -> None:
    rows = [level("race=Asian", 8), level("race=Black", 92), level("race=White", 100)]
    rows += [percent("race=Asian", 8)]
    hidden = [without(row, "estimate") for row in rows[:2]]
    (leak,) = found(rows, [*hidden, *rows[2:]])
    assert leak.keys == ("randomized/race=Asian/baseline/all/offer/percent/weighted",)
    assert (leak.low, leak.high) == (pytest.approx(8, abs=0.1), pytest.approx(8, abs=0.1))
    assert not found(rows, [*hidden, rows[2], without(rows[3], "estimate")])


def test_the_baseline_table_against_an_outcome_table() -> None:
    rows = [level("race=Asian", 60), rate(100, 55.0, subgroup="race=Asian", n=57)]
    (leak,) = found(rows, rows)
    assert leak.tables() == ["baseline table", "outcomes, 12mo, by race"]
    assert not found(rows, [rows[0], without(rows[1], "n")])


def test_two_windows_subtracted() -> None:
    rows = [rate(95, 200.0, "6mo"), rate(100, 400.0)]
    (leak,) = found(rows, rows)
    assert leak.tables() == ["outcomes, 12mo", "outcomes, 6mo"]
    assert not found(rows, [without(rows[0], "events", "estimate", "person_years"), rows[1]])


def test_a_rate_times_person_years() -> None:
    rows = [rate(8, 412.5)]
    (leak,) = found(rows, [without(rows[0], "events")])
    assert leak.keys == (rows[0]["key"],)
    assert leak.said() == (
        "a count that must stay hidden can be computed, within 8 to 8, from what these show together: "
        "outcomes, 12mo (itt/stays/12mo/all/offer)"
    )
    assert not found(rows, [without(rows[0], "events", "person_years")])


def test_a_mean_number_of_events_times_n() -> None:
    mean = record("stays", "12mo", "offer", "mean_count", "ghosh_lin", n=500, events=8.0, estimate=8 / 500)
    mean |= {"analysis_set": "all_events"}
    (leak,) = found([mean], [without(mean, "events")])
    assert leak.keys == (mean["key"],)
    assert not found([mean], [without(mean, "events", "estimate")])


def test_a_rate_that_is_not_quite_the_events_over_person_years() -> None:
    """Weights move 8 events to 8.4: from 7.6 to 9.2 is no room; to 16 would be."""
    assert found([rate(8, 412.5, estimate=8.4 / 412.5)], [without(rate(8, 412.5), "events")])
    assert not found([rate(8, 412.5)], [without(rate(8, 412.5, estimate=16 / 412.5), "events")])


def test_person_years_of_a_level_are_those_of_the_other_levels_less_than_all() -> None:
    rows = [
        rate(108, 500.0),
        rate(100, 400.0, subgroup="race=White"),
        rate(8, 100.0, subgroup="race=Asian"),
    ]
    hidden = without(rows[2], "events", "person_years")
    (leak,) = found(rows, [without(rows[0], "events"), without(rows[1], "events", "estimate"), hidden])
    assert leak.keys[0] == rows[2]["key"]
    assert not found(
        rows, [without(rows[0], "events"), *(without(r, *ALL, "person_years") for r in rows[1:])]
    )


def test_with_an_estimate_its_comparisons_are_withheld_which_would_give_it_back() -> None:
    """Of 100 events by the window's end a further analysis counts 104: its mean times n = 500 tells of the 4;
    so do the other arm's mean and the difference."""

    def mean(arm: str, measure: str, estimate: float, **more: Any) -> Row:
        return record("stays", "12mo", arm, measure, "ghosh_lin", estimate=estimate, **more) | {
            "analysis_set": "all_events"
        }

    rows = [
        rate(100, 400.0),
        mean("offer", "mean_count", 104 / 500, n=500, events=104.0),
        mean("usual", "mean_count", 150 / 500, n=500, events=150.0),
        mean("offer vs usual", "mean_count_difference", -46 / 500, n=1000, events=254.0),
    ]
    published, _ = disclose(rows, 11, False)
    shown = {(row["contrast"], row["measure"]): row["estimate"] for row in published}
    assert shown["offer", "mean_count"] is None
    assert shown["usual", "mean_count"] is not None
    assert shown["offer vs usual", "mean_count_difference"] is None


def test_a_standard_error_of_a_share_that_tells_how_many_were_left_out() -> None:
    """p (1 - p) / n = the squared standard error: n = 992 of 1,000."""
    share = record("doses", "12mo", "offer", "risk", "crude", estimate=0.4, n=992, events=397.0)
    share |= {"std_error": (0.4 * 0.6 / 992) ** 0.5}
    rows = [flow("randomized", 1000), share]
    (leak,) = found(rows, [rows[0], without(share, "n", "events")])
    assert leak.tables() == ["flow table", "outcomes, 12mo"]
    assert not found(rows, [rows[0], without(share, "n", "events", "estimate", "std_error")])


def test_what_leaks_is_told_by_no_more_than_it_takes() -> None:
    rows = [flow("died", 40, "all"), flow("died", 36, "usual"), flow("died", 4)]
    rows += [rate(95, 200.0, "6mo"), rate(100, 400.0), flow("covered", 100), flow("complete", 60)]
    leaks = found(rows, [*rows[:2], without(rows[2], *ALL), *rows[3:]])
    assert [len(leak.relations) for leak in leaks] == [1, 1]


ARMS, STAGES = ("a", "b"), ("complete", "ended_by_death")
CELLS = [*itertools.product(STAGES, ARMS), *((stage, "all") for stage in STAGES)]
CELLS += [("covered", arm) for arm in (*ARMS, "all")]
SMALL, MOST = 4, 20
# Every table of two stages and two arms, and its margins in the order of CELLS.
INSIDE = np.indices([MOST + 1] * 4).reshape(4, -1)
MARGINS = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 1, 1]])
POSSIBLE = np.vstack([INSIDE, MARGINS @ INSIDE])


@settings(max_examples=150, deadline=None)
@given(st.tuples(*[st.integers(0, 5)] * 4), st.sets(st.integers(0, 8)))
def test_brute_force_finds_the_same_hidden_counts_without_room(
    inside: tuple[int, ...], hide: set[int]
) -> None:
    counts = [*inside, *(MARGINS @ np.array(inside))]
    rows = [flow(stage, int(count), arm) for (stage, arm), count in zip(CELLS, counts, strict=True)]
    published = [without(row, *ALL) if at in hide else row for at, row in enumerate(rows)]
    told = {(leak.place.outcome, leak.place.contrast) for leak in found(rows, published, SMALL)}
    agree = np.all([POSSIBLE[at] == counts[at] for at in range(9) if at not in hide] or [True], axis=0)
    left = POSSIBLE[:, np.broadcast_to(agree, POSSIBLE.shape[1])]
    for at in hide:
        low, high = left[at].min(), left[at].max()
        no_room = high - low < SMALL - 1 or (low >= 1 and high < SMALL)
        assert (CELLS[at] in told) == (1 <= counts[at] < SMALL and no_room), (CELLS[at], low, high)
