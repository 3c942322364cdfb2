"""How much would the unobserved have to differ for the conclusion to change?

The mean of an arm is that of what was observed plus share unobserved x delta, where delta is by how much
the unobserved outcomes of that arm differ, on average, from the observed ones; those of the reference arm are
as the observed ones. The interval of the difference moves with delta, the sampling of the share included, and
the tipping points are the deltas at which one of its limits is 0: the solutions of a quadratic equation
(the mean score approach of White, Carpenter and Horton 2018, for a difference; nothing is simulated).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from armwise.estimates.ard import Result
from armwise.estimates.compliers import Change
from armwise.estimates.core import Array
from armwise.estimates.design import Design, Outcome, Sample, adjust, analysed, losses
from armwise.estimates.errors import EstimationError
from armwise.estimates.inference import Precision
from armwise.estimates.losses_by_group import ANALYSIS_SET
from armwise.estimates.standardize import SCALES, Means, at_edge, refuse_early_ends, said, standardize
from armwise.estimates.variance import by_cluster

MODEL = "delta_adjusted"
BELOW, ABOVE = "tipping_point_below", "tipping_point_above"
UNITS = {"rate": "events per person-year", "risk": "share with the outcome", "mean": "mean outcome"}
NONE = "no difference of the unobserved in this direction changes the conclusion"
IMPOSSIBLE = "beyond what is possible: the unobserved would need a {what} {side}"


def tipping_results(
    design: Design, outcome: Outcome, settings: dict[str, Any], precision: Precision
) -> Iterator[Result]:
    """Give the tipping points of each contrast, unadjusted and adjusted for the covariates in `settings`.

    Nothing is given for an arm of which everything was observed.
    """
    for analysis in ("unadjusted", *(["adjusted"] if settings.get("covariates") else [])):
        for code, contrast in design.contrasts:
            unseen = Unseen.of(design, outcome, code)
            if not unseen.share > 0:
                continue
            try:
                base = _base(design, outcome, settings, analysis, precision)
                effect = _effect(design, *base, code)
                yield from _points(outcome, base[1], effect, unseen, code, contrast, analysis, precision)
            except EstimationError as error:
                for measure in (BELOW, ABOVE):
                    yield _result(outcome, contrast, measure, analysis, precision, error=str(error))


@dataclass(frozen=True)
class Unseen:
    """The share of an arm's outcomes that was not observed, and its influence by cluster (G)."""

    share: float
    influence: Array

    @classmethod
    def of(cls, design: Design, outcome: Outcome, code: int) -> "Unseen":
        """Weigh what was not observed: person-time of the window, else enrollments without the outcome."""
        missing, whole = _unobserved(design, outcome)
        weight = design.weight * (design.arm == code)
        total = float(weight @ whole)
        value = float(weight @ missing) / total if total > 0 else 0.0
        return cls(value, by_cluster(weight * (missing - value * whole) / (total or 1.0), design.cluster))


def _unobserved(design: Design, outcome: Outcome) -> tuple[Array, Array]:
    """Return what of each enrollment was not observed, and all that there was to observe (n)."""
    weighted = outcome.weight > 0
    if outcome.years is None or outcome.window_years is None:
        return losses(design, outcome).no_outcome.astype(float), weighted.astype(float)
    left = np.where(outcome.ended_early, np.maximum(outcome.window_years - outcome.years, 0.0), 0.0)
    return left, outcome.years + left


def _base(
    design: Design, outcome: Outcome, settings: dict[str, Any], analysis: str, precision: Precision
) -> tuple[Sample, Means]:
    """Fit the planned model of what was observed."""
    if outcome.weighs_days:
        raise EstimationError("follow-up is weighted at a later lottery: what is unobserved has no one share")
    refuse_early_ends(outcome)
    sample = analysed(design, outcome)
    if analysis == "adjusted":
        sample = adjust(sample, settings["covariates"], settings.get("missing_baseline", "impute"))
    return sample, standardize(sample, SCALES[outcome.measure], precision)


def _effect(design: Design, sample: Sample, means: Means, code: int) -> Change:
    """Return the difference of an arm, its influence on the clusters of the whole design."""
    if edge := at_edge(sample.design, means, [0, code]):
        raise EstimationError(edge)
    effect = Change.of(means, code)
    influence = np.zeros(int(design.cluster.max()) + 1)
    influence[np.unique(design.cluster[np.isin(design.rows, sample.design.rows)])] = effect.influence
    return replace(effect, influence=influence)


def _points(
    outcome: Outcome,
    means: Means,
    effect: Change,
    unseen: Unseen,
    code: int,
    contrast: str,
    analysis: str,
    precision: Precision,
) -> Iterator[Result]:
    critical = precision.critical(effect.df)
    scaled = unseen.influence * np.sqrt(means.spread.factor)
    clear = abs(effect.value) > critical * np.sqrt(effect.variance)
    points = tipping_points(effect.value, effect.influence, unseen.share, scaled, critical)
    for measure, delta in zip((BELOW, ABOVE), points, strict=True):
        note = NONE if delta is None else _impossible(outcome, float(means.value[code]), delta)
        warning = "; ".join(filter(None, [note, said(means)["warning"]])) or None
        found = {"estimate": delta, "df": effect.df, "warning": warning}
        yield _result(outcome, contrast, measure, analysis, precision, clear=bool(clear), **found)


def tipping_points(
    effect: float, influence: Array, share: float, share_influence: Array, critical: float
) -> tuple[float | None, float | None]:
    """Return the deltas next to 0, below and above it, at which a limit of the interval is 0.

    Solves (effect + share delta)^2 = critical^2 x variance of (effect + share delta). `influence` and
    `share_influence` are by cluster, on the same clusters; None where the conclusion never changes.
    """
    squared = critical**2
    leading = share**2 - squared * float(share_influence @ share_influence)
    middle = effect * share - squared * float(influence @ share_influence)
    last = effect**2 - squared * float(influence @ influence)
    roots = [float(root.real) for root in np.roots([leading, 2 * middle, last]) if abs(root.imag) < 1e-12]
    low, high = [root for root in roots if root < 0], [root for root in roots if root >= 0]
    return max(low, default=None), min(high, default=None)


def _impossible(outcome: Outcome, observed: float, delta: float) -> str | None:
    """Say that the unobserved would have to have what nobody can have."""
    kind = SCALES[outcome.measure].arm
    if kind != "mean" and observed + delta < 0:
        return IMPOSSIBLE.format(what=kind, side="below 0")
    return IMPOSSIBLE.format(what=kind, side="above 1") if kind == "risk" and observed + delta > 1 else None


def _result(
    outcome: Outcome,
    contrast: str,
    measure: str,
    analysis: str,
    precision: Precision,
    clear: bool | None = None,
    **found: Any,
) -> Result:
    what = {True: "begins to include", False: "begins to leave out", None: "begins to include or leave out"}
    unit = UNITS[SCALES[outcome.measure].arm]
    side = "below" if measure == BELOW else "above"
    return Result(
        outcome.name, outcome.window, contrast, measure, f"{MODEL}.{analysis}.{precision.correction}",
        analysis_set=ANALYSIS_SET, **found,
        estimand=f"how far ({unit}) the unobserved outcomes of the arm would have to lie {side} the observed "
        f"ones, those of the reference arm being as observed, until the interval of the difference "
        f"{what[clear]} no effect",
    )  # fmt: skip
