"""What those who took up the offer got: contacts of each, their kinds, and the days to the first.

Described among the engaged, with the design weights; who engages is no random choice, so nothing here is an
effect of assignment.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from armwise.estimates import tables
from armwise.estimates.ard import Result
from armwise.estimates.core import Array
from armwise.estimates.crude import weighted_moments
from armwise.estimates.design import Design

NAME = "uptake"
ESTIMAND = "described among enrollments that took up the offer in the window; not an effect of assignment"
QUARTILES = {"first_day_q1": 0.25, "first_day_median": 0.5, "first_day_q3": 0.75}


def engagement_results(design: Design, path: str | Path, window: str) -> Iterator[Result]:
    """Give the contacts of engaged enrollments by arm, from one row per enrollment and kind.

    The counts of engaged enrollments are the same as those of uptake, and stand at the same place.
    """
    table = tables.read(path)
    counts = table.filter(table["counts"])
    total, first = per_enrollment(design, counts)
    attempts, _ = per_enrollment(design, table.filter(pc.invert(table["counts"])))
    for code, arm in enumerate(design.arms):
        mine = design.arm == code
        engaged = mine & (total > 0)
        if engaged.any():
            yield from _of_engaged(design, arm, window, engaged, total, first)
            yield from _by_kind(design, arm, window, engaged, counts)
        if attempts.any():
            yield _attempts(design, arm, window, mine, attempts)


def per_enrollment(design: Design, table: pa.Table) -> tuple[Array, Array]:
    """Return the number of events of each enrollment of the design, and the day of the first (inf: none)."""
    place = pc.index_in(table["enrollment_id"], design.ids.combine_chunks())
    known = pc.is_valid(place)
    rows = place.filter(known).to_numpy()
    total, first = np.zeros(len(design)), np.full(len(design), np.inf)
    np.add.at(total, rows, table["events"].filter(known).to_numpy())
    np.minimum.at(first, rows, table["first_day"].filter(known).to_numpy().astype(float))
    return total, first


def _of_engaged(
    design: Design, arm: str, window: str, engaged: Array, total: Array, first: Array
) -> Iterator[Result]:
    weight, people = design.weight[engaged], float(engaged.sum())
    mean, sd = weighted_moments(total[engaged], weight)
    found = {"contacts_mean": mean, "contacts_sd": sd}
    found |= {name: quantile(first[engaged], weight, share) for name, share in QUARTILES.items()}
    for measure, estimate in found.items():
        yield Result(
            NAME, window, arm, measure, "weighted", estimate=estimate, events=people, estimand=ESTIMAND
        )


def quantile(values: Array, weight: Array, share: float) -> float:
    """Return the least value at or below which `share` of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order]) >= share * weight.sum() * (1 - 1e-12)
    return float(values[order][np.argmax(reached)])


def _by_kind(design: Design, arm: str, window: str, engaged: Array, counts: pa.Table) -> Iterator[Result]:
    """Give the contacts of each kind: their number, and their weighted share of all of the arm."""
    kinds = sorted(set(counts["kind"].to_pylist()) - {""})
    if not kinds:
        return
    of = {kind: per_enrollment(design, counts.filter(pc.equal(counts["kind"], kind)))[0] for kind in kinds}
    everything = np.sum([*of.values()], axis=0)[engaged]
    for kind, events in of.items():
        share = float(design.weight[engaged] @ events[engaged] / (design.weight[engaged] @ everything))
        found = {("count", "count"): float(events[engaged].sum()), ("percent", "weighted"): share}
        for (measure, method), estimate in found.items():
            yield Result(
                f"{NAME}={kind}", window, arm, measure, method, estimate=estimate, n=int(everything.sum()),
                estimand="contacts of this kind among all of the engaged",
            )  # fmt: skip


def _attempts(design: Design, arm: str, window: str, mine: Array, attempts: Array) -> Result:
    mean, _ = weighted_moments(attempts[mine], design.weight[mine])
    return Result(
        "attempts", window, arm, "contacts_mean", "weighted", estimate=mean, n=int(mine.sum()),
        events=float(attempts[mine].sum()), estimand="outreach attempts per enrollment randomized",
    )  # fmt: skip
