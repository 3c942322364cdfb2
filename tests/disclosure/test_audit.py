"""All published sums together: what no single sum gives away, several may."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armwise.disclosure.audit import Inconsistent, blocks, bounds, leaks
from armwise.disclosure.cells import Cell, Place
from armwise.disclosure.publish import disclose
from armwise.disclosure.sums import Sum

ARMS, STAGES = ("a", "b"), ("complete", "ended_by_coverage", "ended_by_death")


def cell(name: str, value: int) -> Cell:
    return Cell(Place("randomized", name, "flow", "all", "a"), "count", value)


def flow(stage: str, contrast: str, count: int) -> dict[str, Any]:
    parts = ("randomized", stage, "flow", "all", contrast, "count", "count")
    names = ("analysis_set", "outcome", "window", "subgroup", "contrast", "measure", "method")
    numbers = {"estimate": float(count), "n": count, "warning": None, "error": None}
    return dict(zip(names, parts, strict=True)) | {"key": "/".join(parts)} | numbers


def test_the_range_of_a_hidden_part_is_what_its_total_leaves() -> None:
    x, y, z = cell("x", 4), cell("y", 30), cell("z", 66)
    (block,) = blocks([Sum(cell("all", 100), (x, y, z), 0)], {x, y})
    assert bounds(block, x) == pytest.approx((0, 34))
    assert leaks(block, 11) == []


def test_two_sums_give_away_what_neither_does_alone() -> None:
    # x + y = 34 and x + y + z = 40: z = 6.
    x, y, z = cell("x", 14), cell("y", 20), cell("z", 6)
    sums = [Sum(cell("xy", 34), (x, y), 0), Sum(cell("xyz", 40), (x, y, z), 0)]
    (block,) = blocks(sums, {x, y, z})
    assert bounds(block, z) == pytest.approx((6, 6))
    assert leaks(block, 11) == [z]


def test_a_range_inside_the_small_counts_leaks_and_one_from_zero_to_ten_does_not() -> None:
    x, y = cell("x", 4), cell("y", 6)
    (block,) = blocks([Sum(cell("all", 10), (x, y), 0)], {x, y})
    assert bounds(block, x) == pytest.approx((0, 10))
    assert leaks(block, 11) == []
    z = cell("z", 5)
    (block,) = blocks([Sum(cell("all", 9), (x, z), 0)], {x, z})
    assert leaks(block, 11) == [x, z]


def test_what_is_missing_to_a_total_is_protected_like_a_count() -> None:
    each = Sum(cell("all", 100), (cell("x", 97),), 3)
    (block,) = blocks([each], set())
    assert leaks(block, 11) == [each]


def test_sums_that_share_nothing_unknown_are_judged_apart() -> None:
    x, y, u, v = cell("x", 4), cell("y", 30), cell("u", 5), cell("v", 40)
    sums = [Sum(cell("xy", 34), (x, y), 0), Sum(cell("uv", 45), (u, v), 0)]
    assert [set(block.unknowns) for block in blocks(sums, {x, y, u, v})] == [{x, y}, {u, v}]


def test_numbers_that_contradict_each_other_are_not_taken_for_safe() -> None:
    x = cell("x", 4)
    (block,) = blocks([Sum(cell("a", 10), (x,), 0), Sum(cell("b", 12), (x,), 0)], {x})
    with pytest.raises(Inconsistent):
        bounds(block, x)


def table(counts: tuple[int, ...]) -> list[dict[str, Any]]:
    """A flow of two arms and three stages with all its margins."""
    inside = dict(zip(itertools.product(STAGES, ARMS), counts, strict=True))
    rows = [flow(stage, arm, count) for (stage, arm), count in inside.items()]
    rows += [flow(stage, "all", sum(inside[stage, arm] for arm in ARMS)) for stage in STAGES]
    rows += [flow("covered", arm, sum(inside[stage, arm] for stage in STAGES)) for arm in ARMS]
    return [*rows, flow("covered", "all", sum(counts))]


def tables_like(shown: dict[tuple[str, str], float | None], most: int) -> list[dict[tuple[str, str], int]]:
    """Every table of whole numbers up to `most` that agrees with all that is shown."""

    def agrees(stage: str, arm: str, count: int) -> bool:
        return shown[stage, arm] is None or shown[stage, arm] == count

    def columns(arm: str) -> list[tuple[int, ...]]:
        choices = [
            range(most + 1) if shown[stage, arm] is None else [int(shown[stage, arm] or 0)]
            for stage in STAGES
        ]
        return [column for column in itertools.product(*choices) if agrees("covered", arm, sum(column))]

    found = []
    for first, second in itertools.product(columns("a"), columns("b")):
        rows = [x + y for x, y in zip(first, second, strict=True)]
        if agrees("covered", "all", sum(rows)) and all(
            agrees(stage, "all", total) for stage, total in zip(STAGES, rows, strict=True)
        ):
            inside = {(s, "a"): x for s, x in zip(STAGES, first, strict=True)}
            inside |= {(s, "b"): y for s, y in zip(STAGES, second, strict=True)}
            found.append(inside | {(s, "all"): x for s, x in zip(STAGES, rows, strict=True)})
    return found


@settings(max_examples=80, deadline=None)
@given(st.tuples(*[st.integers(0, 7)] * 6))
def test_brute_force_finds_no_hidden_count_of_1_to_3_within_less_room_than_that(
    counts: tuple[int, ...],
) -> None:
    rows = table(counts)
    published, _ = disclose(rows, 4, public=False)
    shown = {(row["outcome"], row["contrast"]): row["estimate"] for row in published}
    possible = tables_like(shown, most=12)
    for row in rows:
        place = (row["outcome"], row["contrast"])
        if 1 <= row["estimate"] <= 3 and place in possible[0]:
            assert shown[place] is None
            values = {inside[place] for inside in possible}
            assert max(values) - min(values) >= 3, (place, values)
            assert not values <= {1, 2, 3}
