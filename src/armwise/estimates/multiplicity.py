"""P values by declared role: primary results keep theirs or share them, secondary ones are adjusted, others
have none.

An outcome without a plan gets an interval and no P value. Secondary outcomes are one family, adjusted by the
declared method; so are several primary outcomes, unless all of them must succeed, and the tests of
interaction of one outcome, where that is declared. An adjusted P value stands in a row of its own, whose
method ends in the method's name.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
INTERACTIONS = ("interaction_p", "difference_interaction_p")

# The models of planned results; others stand beside them and are no part of a plan of tests.
PLANNED = ("poisson.", "standardized.", "linear.", "aalen_johansen.")

# Joint tests over all months; single months have no P value.
JOINT_TESTS = ("any_month_p", "month_interaction_p")
# A test of what the trial lost, for outcomes with a plan.
LOSSES = "loss_difference"
# Checks of how the trial and the program were carried out, no outcomes of it.
CHECKS = ("loss_interaction_p", "uptake_across_levels_p", "contacts_across_levels_p")
# Specifications of the primary follow-up, and how the method of the prespecified one ends.
CURVE, PRESPECIFIED = "curve.itt", "prespecified"
# Tests that are not adjusted: all must succeed (Berger 1982), or none is a finding of its own.
ALL, UNADJUSTED = "all_must_succeed", "unadjusted"

AS_DRAWN, SHUFFLED = "as randomized", "shuffled, blinded: no result"

Row = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """Which results were declared beforehand: outcomes with their one window, and how tests are adjusted."""

    primary: Mapping[str, str]
    secondary: Mapping[str, str]
    analysis: str
    primary_rule: str | None = None
    multiplicity: str = "holm"
    interactions: str = UNADJUSTED

    @classmethod
    def of(cls, roles: Mapping[str, Any]) -> "Plan":
        """Read the plan from plain roles, see `adjust`."""
        primary = {each["outcome"]: each["window"] for each in roles["primary"]}
        others = {key: roles[key] for key in ("primary_rule", "multiplicity", "interactions") if key in roles}
        return cls(primary, roles["secondary"], roles["analysis"], **others)

    @property
    def declared(self) -> dict[str, str]:
        """Return every outcome with a role, and its window."""
        return {**self.secondary, **self.primary}

    @property
    def keeps_primary(self) -> bool:
        """Whether primary results keep their own P values: there is one, or all must succeed."""
        return len(self.primary) == 1 or self.primary_rule == ALL

    def counts(self, row: Row) -> bool:
        """Whether a row belongs to the analysis that counts, adjusted or unadjusted."""
        return f".{self.analysis}." in row["method"]

    def tests(self, row: Row, outcomes: Mapping[str, str], measures: Sequence[str]) -> bool:
        """Whether a row is the planned test of one of some outcomes in its window."""
        return (
            row["analysis_set"] == "itt"
            and row["measure"] in measures
            and outcomes.get(row["outcome"]) == row["window"]
            and row["subgroup"] == "all"
            and row["method"].startswith(PLANNED)
            and self.counts(row)
        )

    def keeps(self, row: Row) -> bool:
        """Whether a row keeps the P value that it has."""
        declared = self.declared.get(row["outcome"])
        in_window = declared is not None and declared == row["window"]
        if row["measure"] == LOSSES or row["measure"] in CHECKS:
            return in_window or row["measure"] in CHECKS
        if row["analysis_set"] != "itt":
            return declared is not None and row["measure"] in JOINT_TESTS and self.counts(row)
        if row["measure"] in INTERACTIONS:
            return in_window and self.interactions == UNADJUSTED
        primary = self.primary.get(row["outcome"]) == row["window"] and row["subgroup"] == "all"
        return primary and self.keeps_primary and self.counts(row)


def adjust(
    pieces: Sequence[str | Path],
    output: str | Path,
    roles: Mapping[str, Any],
    draws: str | Path | None = None,
    blinded: bool = False,
) -> None:
    """Collect the pieces of the dataset, settle P values by `roles`, and write it sorted by key.

    `roles` holds `primary` (a list, each with `outcome` and `window`), `secondary` (outcome to window),
    `analysis`, `primary_rule`, `multiplicity` and `interactions`; `draws` are those of randomization
    inference, which Westfall and Young's method needs.
    Every row says whether assignments are those of the draw or, while `blinded`, shuffled.
    Raises RepeatedKey when two results claim one key.
    """
    rows, plan = ard.collect(pieces).to_pylist(), Plan.of(roles)
    keys = {row["key"] for row in rows}
    settled = [_marked(row if plan.keeps(row) else row | {"p_value": None}, plan, keys) for row in rows]
    settled += _families(rows, plan, tables.read(draws) if draws else None)
    for row in settled:
        row["assignment"] = SHUFFLED if blinded else AS_DRAWN
    table = pa.Table.from_pylist(sorted(settled, key=lambda row: row["key"]), ard.SCHEMA)
    pq.write_table(ard.unique(table), output)


def _marked(row: Row, plan: Plan, keys: set[str]) -> Row:
    """Mark the specification that is the planned result of an outcome."""
    planned = row | {"analysis_set": "itt"}
    if row["analysis_set"] != CURVE or not plan.tests(planned, plan.declared, (*RELATIVE, *ABSOLUTE)):
        return row
    return _named(row, PRESPECIFIED) if f"itt{row['key'].removeprefix(CURVE)}" in keys else row


def _families(rows: Sequence[Row], plan: Plan, redrawn: pa.Table | None) -> Iterator[Row]:
    """Yield the adjusted results of every declared family; ratios and differences are families apart."""
    for measures in (RELATIVE, ABSOLUTE):
        secondary = [row for row in rows if plan.tests(row, plan.secondary, measures)]
        yield from _family(secondary, plan.multiplicity, redrawn)
        if not plan.keeps_primary:
            primary = [row for row in rows if plan.tests(row, plan.primary, measures)]
            yield from _family(primary, str(plan.primary_rule), redrawn)
    if plan.interactions != UNADJUSTED:
        for outcome, window in plan.declared.items():
            mine = [row for row in rows if (row["outcome"], row["window"]) == (outcome, window)]
            for measure in INTERACTIONS:
                tests = [row for row in mine if row["measure"] == measure and plan.counts(row)]
                yield from _family(tests, plan.interactions, None)


def _family(planned: Sequence[Row], chosen: str, redrawn: pa.Table | None) -> list[Row]:
    """Return planned tests with P values adjusted together.

    A planned test that could not be made counts in the size of the family: the plan was made before.
    """
    if chosen == "westfall_young":
        return _by_redraws(planned, redrawn)
    family = [row for row in planned if row["p_value"] is not None]
    name, method = METHODS[chosen]
    adjusted = method([row["p_value"] for row in family], len(planned))
    return [_named(row, name) | {"p_value": p} for row, p in zip(family, adjusted, strict=True)]


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
            together = min(1.0, p_value * len(contrasts))
            found.append(_named(row, "WestfallYoung") | {"p_value": together})
    return found


def _named(row: Row, name: str) -> Row:
    """Return a row whose method ends in a name."""
    return row | {"method": f"{row['method']}.{name}", "key": f"{row['key']}.{name}"}


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
