"""P values by declared role: the primary result keeps its own, secondary ones are adjusted, others have none.

An outcome without a plan gets an interval and no P value. Secondary outcomes are one family, adjusted by
Holm's step-down method; the adjusted P value stands in a row of its own, whose method ends in ".Holm".
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from armwise.estimates import ard

RELATIVE = ("rate_ratio", "risk_ratio")
ABSOLUTE = ("rate_difference", "risk_difference", "mean_difference")

# The models of planned results; others stand beside them and are no part of a plan of tests.
PLANNED = ("poisson", "standardized", "linear")

Row = dict[str, Any]


def adjust(pieces: Sequence[str | Path], output: str | Path, roles: Mapping[str, Any]) -> None:
    """Collect the pieces of the dataset, settle P values by `roles`, and write it sorted by key.

    `roles` holds `primary` (outcome and window), `secondary` (outcome to window) and `analysis`.
    Raises RepeatedKey when two results claim one key.
    """
    rows = ard.collect(pieces).to_pylist()
    settled = [_settled(row, roles) for row in rows]
    settled += [row for measures in (RELATIVE, ABSOLUTE) for row in _family(rows, measures, roles)]
    table = pa.Table.from_pylist(sorted(settled, key=lambda row: row["key"]), ard.SCHEMA)
    pq.write_table(ard.unique(table), output)


def _settled(row: Row, roles: Mapping[str, Any]) -> Row:
    """Keep the P value of the primary result, and of tests of interaction for declared outcomes."""
    if row["analysis_set"] != "itt":
        return row | {"p_value": None}
    primary = roles["primary"]
    declared = row["outcome"] in (primary["outcome"], *roles["secondary"])
    test = declared and row["measure"].endswith("interaction_p")
    planned = (row["outcome"], row["window"]) == (primary["outcome"], primary["window"])
    kept = test or (planned and row["subgroup"] == "all" and f".{roles['analysis']}." in row["method"])
    return row if kept else row | {"p_value": None}


def _family(rows: Sequence[Row], measures: Sequence[str], roles: Mapping[str, Any]) -> list[Row]:
    """Return the secondary results of some measures with P values adjusted together.

    A planned test that could not be made counts in the size of the family: the plan was made before.
    """
    planned = [row for row in rows if row["measure"] in measures and _is_secondary(row, roles)]
    family = [row for row in planned if row["p_value"] is not None]
    adjusted = holm([row["p_value"] for row in family], len(planned))
    return [_adjusted(row, p_value) for row, p_value in zip(family, adjusted, strict=True)]


def _is_secondary(row: Row, roles: Mapping[str, Any]) -> bool:
    return (
        row["analysis_set"] == "itt"
        and roles["secondary"].get(row["outcome"]) == row["window"]
        and row["subgroup"] == "all"
        and row["method"].startswith(PLANNED)
        and f".{roles['analysis']}." in row["method"]
    )


def _adjusted(row: Row, p_value: float) -> Row:
    method = f"{row['method']}.Holm"
    return row | {"method": method, "key": f"{row['key']}.Holm", "p_value": p_value}


def holm(p_values: Sequence[float], planned: int | None = None) -> list[float]:
    """Return P values adjusted by Holm's step-down method (1979), in the order given.

    `planned` is the number of tests of the family, where some of them gave no P value.
    """
    tests = len(p_values) if planned is None else planned
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (tests - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted
