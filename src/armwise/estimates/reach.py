"""Was the program implemented equitably? Reach and engagement by group, among those who were offered it.

For every level of a characteristic: the weighted share that anyone tried to reach (an attempt or a contact),
the share that took up the offer, and how many contacts, of which kinds, those who did were given; each with
an interval, and a test that it is the same in all levels (score test, F, by cluster). Who belongs
to a group is no random choice: this describes how the program was carried out (CONSORT-Equity 2017).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from scipy.special import fdtrc

from armwise.estimates.ard import Result
from armwise.estimates.core import Array
from armwise.estimates.crude import described_mean
from armwise.estimates.design import Design, Mask, Outcome, dense, distinct, losses
from armwise.estimates.engagement import per_enrollment
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision, Scale, quadratic_form
from armwise.estimates.variance import Spread, by_cluster, without_model

TRIED = "attempted"
MODEL = "weighted.unadjusted"
ESTIMANDS = {
    "risk": "share that took up the offer in the window, of those in the group who were offered",
    "contacts_mean": "contacts in the window of each in the group who took up the offer",
    TRIED: "share with an attempt or a contact in the window, of those in the group who were offered",
}
LEFT_OUT = "enrollments without a known uptake left out"
TEST = "F statistic of no difference between the levels: "


@dataclass(frozen=True)
class Described:
    """A quantity of enrollments (n values), whom it is about, and how it is called."""

    outcome: str
    measure: str
    value: Array
    among: Mask
    scale: Scale
    estimand: str
    counts: Mask  # who is counted as an event beside it

    @property
    def test(self) -> str:
        """The measure of its test over levels."""
        return "uptake_across_levels_p" if self.measure == "risk" else "contacts_across_levels_p"


def reach_results(
    design: Design,
    uptake: Outcome,
    engagement: str | Path | None,
    variables: Sequence[str],
    precision: Precision,
) -> Iterator[Result]:
    """Give reach and engagement in every level of `variables`, of every arm but the reference.

    `uptake` has 0 or 1 of each enrollment; `engagement` is a table of contacts by enrollment and kind.
    """
    known = losses(design, uptake).kept
    left_out = None if known.all() else LEFT_OUT
    described = [*_shares(design, uptake, known), *_contacts(design, uptake, known, engagement)]
    for variable in variables:
        for code, _ in design.contrasts:
            for each in described:
                for result in _by_level(design, uptake.window, variable, code, each, precision):
                    yield replace(result, warning=left_out)
                if "=" not in each.measure:
                    yield _test(design, uptake.window, variable, code, each, precision)


def _shares(design: Design, uptake: Outcome, known: Mask) -> Iterator[Described]:
    value = np.nan_to_num(uptake.value)
    yield Described(uptake.name, "risk", value, known, "logit", ESTIMANDS["risk"], known & (value > 0))


def _contacts(
    design: Design, uptake: Outcome, known: Mask, engagement: str | Path | None
) -> Iterator[Described]:
    """Describe the contacts of the engaged, all and by kind, and whom an attempt was made with."""
    if engagement is None:
        return
    table = pq.read_table(engagement)
    counts, attempts = table.filter(table["counts"]), table.filter(pc.invert(table["counts"]))
    total = per_enrollment(design, counts)[0]
    engaged = known & (total > 0)
    if len(attempts):
        tried = (total + per_enrollment(design, attempts)[0]) > 0
        yield Described(TRIED, "risk", tried.astype(float), known, "logit", ESTIMANDS[TRIED], known & tried)
    mean = ESTIMANDS["contacts_mean"]
    yield Described(uptake.name, "contacts_mean", total, engaged, "log", mean, engaged)
    for kind in sorted(set(counts["kind"].to_pylist()) - {""}):
        mine = per_enrollment(design, _of_kind(counts, kind))[0]
        yield Described(
            uptake.name, f"contacts_mean={kind}", mine, engaged, "log", f"{mean}: {kind}", engaged
        )


def _of_kind(counts: pa.Table, kind: str) -> pa.Table:
    return counts.filter(pc.equal(counts["kind"], kind))


def _by_level(
    design: Design, window: str, variable: str, code: int, each: Described, precision: Precision
) -> Iterator[Result]:
    names, level_of = design.group(variable)
    arm, method = design.arms[code], f"{MODEL}.{without_model(precision.correction)}"
    for level, name in enumerate(names):
        mine = each.among & (design.arm == code) & (level_of == level)
        if mine.any():
            yield Result(
                each.outcome, window, arm, each.measure, method, subgroup=f"{variable}={name}",
                estimand=each.estimand, **_counted(design, each, mine),
                **described_mean(design, each.value, mine, precision, each.scale),
            )  # fmt: skip


def _counted(design: Design, each: Described, mine: Mask) -> dict[str, Any]:
    """Count a share as events of n; contacts rest on the engaged, who are the events of the same place."""
    events = float((mine & each.counts).sum())
    if each.measure != "risk":
        return {"events": events}
    return {"n": int(mine.sum()), "clusters": distinct(design.cluster[mine]), "events": events}


def _test(
    design: Design, window: str, variable: str, code: int, each: Described, precision: Precision
) -> Result:
    """Test that all levels agree."""
    numbers: dict[str, Any]
    try:
        numbers = _score(design, variable, code, each, precision)
    except EstimationError as error:
        numbers = {"error": str(error)}
    method = f"score_test.unadjusted.{without_model(precision.correction)}"
    return Result(
        each.outcome, window, design.arms[code], each.test, method,
        subgroup=variable, estimand=TEST + each.estimand, **numbers,
    )  # fmt: skip


def _score(
    design: Design, variable: str, code: int, each: Described, precision: Precision
) -> dict[str, float | None]:
    """Return the robust score test (Boos 1992): residuals from the mean of all, summed by level and cluster.

    Unlike Wald's it needs no variance within every level, so small ones do not spoil it.
    """
    mine = each.among & (design.arm == code)
    level_of = dense(design.group(variable)[1][mine])
    count = int(level_of.max(initial=-1)) + 1
    if count < 2:
        raise EstimationError("fewer than two levels have anyone in them")
    weight, value = design.weight[mine], each.value[mine]
    residual = weight * (value - weight @ value / weight.sum())
    inside = (level_of == np.arange(1, count)[:, None]).astype(float)
    share = inside @ weight / weight.sum()
    pull = by_cluster((inside - share[:, None]) * residual, dense(design.cluster[mine]))
    spread = Spread(without_model(precision.correction), int(mine.sum()), pull.shape[1], 1)
    statistic = quadratic_form(inside @ residual, pull @ pull.T * spread.factor)
    p_value = float(fdtrc(count - 1, spread.df, statistic))
    return {"estimate": statistic, "df": float(count - 1), "p_value": p_value}
