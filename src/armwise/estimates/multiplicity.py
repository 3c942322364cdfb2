"""P values by declared role: the primary result keeps its own, secondary ones are adjusted, others have none.

An outcome without a plan gets an interval and no P value. Secondary outcomes are one family, adjusted by the
declared method; the adjusted P value stands in a row of its own, whose method ends in the method's name.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from armwise.estimates import ard, tables
from armwise.estimates.randomization import westfall_young

RELATIVE = ("rate_ratio", "risk_ratio")
ABSOLUTE = ("rate_difference", "risk_difference", "mean_difference")

# The models of planned results; others stand beside them and are no part of a plan of tests.
PLANNED = ("poisson", "standardized", "linear")

# Joint tests over all months; single months have no P value.
JOINT_TESTS = ("any_month_p", "month_interaction_p")
# A check of the trial, no outcome of it.
LOSSES = "loss_difference"

Row = dict[str, Any]


def adjust(
    pieces: Sequence[str | Path],
    output: str | Path,
    roles: Mapping[str, Any],
    draws: str | Path | None = None,
) -> None:
    """Collect the pieces of the dataset, settle P values by `roles`, and write it sorted by key.

    `roles` holds `primary` (outcome and window), `secondary` (outcome to window), `analysis` and
    `multiplicity`; `draws` are those of randomization inference, which Westfall and Young's method needs.
    Raises RepeatedKey when two results claim one key.
    """
    rows = ard.collect(pieces).to_pylist()
    settled = [_settled(row, roles) for row in rows]
    redrawn = tables.read(draws) if draws else None
    for measures in (RELATIVE, ABSOLUTE):
        settled += _family(rows, measures, roles, redrawn)
    table = pa.Table.from_pylist(sorted(settled, key=lambda row: row["key"]), ard.SCHEMA)
    pq.write_table(ard.unique(table), output)


def _settled(row: Row, roles: Mapping[str, Any]) -> Row:
    """Keep the P value of the primary result, and of tests of interaction for declared outcomes."""
    primary = roles["primary"]
    declared = row["outcome"] in (primary["outcome"], *roles["secondary"])
    if row["analysis_set"] != "itt":
        joint = declared and row["measure"] in JOINT_TESTS and f".{roles['analysis']}." in row["method"]
        return row if joint or row["measure"] == LOSSES else row | {"p_value": None}
    test = declared and row["measure"].endswith("interaction_p")
    planned = (row["outcome"], row["window"]) == (primary["outcome"], primary["window"])
    kept = test or (planned and row["subgroup"] == "all" and f".{roles['analysis']}." in row["method"])
    return row if kept else row | {"p_value": None}


def _family(
    rows: Sequence[Row], measures: Sequence[str], roles: Mapping[str, Any], redrawn: pa.Table | None
) -> list[Row]:
    """Return the secondary results of some measures with P values adjusted together.

    A planned test that could not be made counts in the size of the family: the plan was made before.
    """
    planned = [row for row in rows if row["measure"] in measures and _is_secondary(row, roles)]
    chosen = roles.get("multiplicity", "holm")
    if chosen == "westfall_young":
        return _by_redraws(planned, redrawn)
    family = [row for row in planned if row["p_value"] is not None]
    name, method = METHODS[chosen]
    adjusted = method([row["p_value"] for row in family], len(planned))
    return [_adjusted(row, p_value, name) for row, p_value in zip(family, adjusted, strict=True)]


def _by_redraws(planned: Sequence[Row], redrawn: pa.Table | None) -> list[Row]:
    """Adjust by Westfall and Young, outcome by outcome of each contrast, times the number of contrasts."""
    tests = set() if redrawn is None else set(redrawn.column_names)
    contrasts = list(dict.fromkeys(row["contrast"] for row in planned))
    found = []
    for contrast in contrasts:
        rows = [row for row in planned if row["contrast"] == contrast]
        named = {f"{contrast}/{row['outcome']}/{row['window']}": row for row in rows}
        mine = {name: row for name, row in named.items() if name in tests}
        if redrawn is None or not mine:
            continue
        statistics = np.column_stack([redrawn[name].to_numpy() for name in mine])
        for row, p_value in zip(mine.values(), westfall_young(statistics[0], statistics[1:]), strict=True):
            found.append(_adjusted(row, min(1.0, p_value * len(contrasts)), "WestfallYoung"))
    return found


def _is_secondary(row: Row, roles: Mapping[str, Any]) -> bool:
    return (
        row["analysis_set"] == "itt"
        and roles["secondary"].get(row["outcome"]) == row["window"]
        and row["subgroup"] == "all"
        and row["method"].startswith(PLANNED)
        and f".{roles['analysis']}." in row["method"]
    )


def _adjusted(row: Row, p_value: float, name: str) -> Row:
    method = f"{row['method']}.{name}"
    return row | {"method": method, "key": f"{row['key']}.{name}", "p_value": p_value}


def holm(p_values: Sequence[float], planned: int | None = None) -> list[float]:
    """Return P values adjusted by Holm's step-down method (1979), in the order given.

    `planned` is the number of tests of the family, where some of them gave no P value.
    """
    return _stepped(p_values, planned, down=True, factor=lambda rank, tests: tests - rank)


def hochberg(p_values: Sequence[float], planned: int | None = None) -> list[float]:
    """Return P values adjusted by Hochberg's step-up method (1988), in the order given.

    It is for tests that are independent or depend positively. A planned test without a P value counts as 1.
    """
    return _stepped(p_values, planned, down=False, factor=lambda rank, tests: tests - rank)


def benjamini_hochberg(p_values: Sequence[float], planned: int | None = None) -> list[float]:
    """Return P values adjusted to bound the false discovery rate (Benjamini and Hochberg 1995)."""
    return _stepped(p_values, planned, down=False, factor=lambda rank, tests: tests / (rank + 1))


def _stepped(
    p_values: Sequence[float], planned: int | None, down: bool, factor: Callable[[int, int], float]
) -> list[float]:
    """Multiply ordered P values by a factor of their rank and keep them ordered, from below or from above."""
    tests = len(p_values) if planned is None else planned
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    raised = [min(1.0, factor(rank, tests) * p_values[place]) for rank, place in enumerate(order)]
    kept = accumulate(raised, max) if down else [*accumulate(reversed(raised), min)][::-1]
    by_place = dict(zip(order, kept, strict=True))
    return [by_place[place] for place in range(len(p_values))]


METHODS = {
    "holm": ("Holm", holm),
    "hochberg": ("Hochberg", hochberg),
    "benjamini_hochberg": ("BH", benjamini_hochberg),
}
