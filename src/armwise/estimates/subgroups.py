"""Effects in subgroups: one model with levels and arm x level, strata in common, and a test of interaction.

The effect in a level contrasts means standardized over that level. The test asks whether the effects of all
levels are equal, on the scale on which they are shown (Wald, F on the fewest degrees of freedom of them).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from armwise.estimates import ard, core
from armwise.estimates.ard import Result
from armwise.estimates.core import Array, Codes
from armwise.estimates.design import Design, Mask, Outcome, Sample, adjust, analysed, distinct
from armwise.estimates.effects import Frame, contrasts
from armwise.estimates.errors import EstimationError
from armwise.estimates.incidence import with_incidence
from armwise.estimates.inference import Precision, quadratic_form
from armwise.estimates.inputs import Inputs
from armwise.estimates.standardize import (
    SCALES,
    Cell,
    Means,
    Solved,
    explained,
    few_clusters,
    no_contrast_within,
    placed,
    solve,
    strata_of,
)


@dataclass(frozen=True)
class Levels:
    """A sample with the levels of one characteristic: names (L) and the code of each row (n)."""

    variable: str
    names: list[str]
    code: Codes
    sample: Sample

    @property
    def arms(self) -> int:
        return len(self.sample.design.arms)

    def rows(self, level: int) -> Mask:
        """Return the mask of the rows in a level."""
        return self.code == level

    def columns(self, arm: Codes | int, rows: core.Rows = core.EVERY) -> Array:
        """Return the columns of some rows at an arm code (of each, or for all): arm, arm x level, level."""
        code, covariates = self.code[rows], self.sample.columns[self.arms - 1 :]
        arms = (np.broadcast_to(arm, code.shape) == np.arange(1, self.arms)[:, None]).astype(float)
        levels = (code == np.arange(1, len(self.names))[:, None]).astype(float)
        crossed = (arms[:, None] * levels[None]).reshape(-1, len(code))
        return np.vstack([arms, crossed, levels, covariates[:, rows]])

    def cell(self, level: int, arm: int) -> Cell:
        """Return what the mean of a level is standardized over, had all in it been assigned to the arm."""
        rows = np.flatnonzero(self.rows(level))
        return Cell(self.columns(arm, rows), self.sample.weight[rows], rows)


def estimate(read: Inputs, output: str | Path) -> None:
    """Write the effects in subgroups of every outcome of a window."""
    ard.write(_results(read), output)


def _results(read: Inputs) -> Iterator[Result]:
    for outcome, settings in read.each():
        yield from subgroup_results(
            read.design, outcome, read.analyses["subgroups"], settings, read.precision
        )


def subgroup_results(
    design: Design, outcome: Outcome, variables: Sequence[str], settings: dict[str, Any], precision: Precision
) -> Iterator[Result]:
    """Give the results of one outcome in every level of each of `variables`, unadjusted and adjusted."""
    adjusted = settings.get("covariates") or []
    missing = settings.get("missing_baseline", "impute")
    samples = cache(partial(_sample, design, outcome, missing))  # shares under censoring have their own
    for variable, analysis in product(variables, ("unadjusted", "adjusted") if adjusted else ("unadjusted",)):
        frame = Frame(design, outcome, analysis, precision.correction, variable)
        others = tuple(name for name in adjusted if name != variable)
        try:
            own = with_incidence(design, outcome, design.group(variable)[1])
            frame = replace(frame, outcome=own)
            names = others if analysis == "adjusted" else None
            sample = samples(names) if own is outcome else _sample(design, own, missing, names)
            yield from _by_level(frame, sample, variable, precision)
        except EstimationError as error:
            yield from _failed(frame, variable, str(error))


def _sample(design: Design, outcome: Outcome, missing: str, covariates: tuple[str, ...] | None) -> Sample:
    """Return the rows of an analysis, with covariates unless these are None."""
    sample = analysed(design, outcome)
    return sample if covariates is None else adjust(sample, covariates, missing)


def _failed(frame: Frame, variable: str, error: str) -> Iterator[Result]:
    """Give the results that there would have been, each with the error and no number."""
    for name in frame.design.group(variable)[0]:
        inside = replace(frame, subgroup=f"{variable}={name}")
        yield from inside.failed(SCALES[frame.outcome.measure], error)
    for _, contrast in frame.design.contrasts:
        yield _test_result(frame, contrast, error=error)


def _by_level(frame: Frame, sample: Sample, variable: str, precision: Precision) -> Iterator[Result]:
    names, code = sample.design.group(variable)
    levels = Levels(variable, names, code, sample)
    outcomes = replace(sample, columns=sample.columns[:0])  # counting needs no covariates
    known = []
    for level, means in enumerate(standardize_levels(levels, precision)):
        inside = replace(frame, subgroup=f"{variable}={names[level]}")
        part = outcomes.take(levels.rows(level))
        try:
            known.append(_own_clusters(means, part.design, precision))
        except EstimationError as error:
            yield from inside.failed(SCALES[sample.outcome.measure], str(error))
        else:
            yield from contrasts(inside, part, known[-1], precision)
    yield from _interactions(frame, sample, known, len(names))


def _own_clusters(means: Means, design: Design, precision: Precision) -> Means:
    """Return the means of a level with its own clusters, so that few of them mean few degrees of freedom.

    Raises EstimationError when an arm has none or a single one in this level.
    """
    if not len(design):
        raise EstimationError("nobody with this outcome is in this level")
    warnings = (*means.warnings, *few_clusters(design, precision))
    return replace(means, spread=replace(means.spread, clusters=distinct(design.cluster)), warnings=warnings)


def standardize_levels(levels: Levels, precision: Precision) -> list[Means]:
    """Fit one model and return the standardized means of all arms in every level."""
    sample = levels.sample
    link = SCALES[sample.outcome.measure].link
    edge = _edges(levels)
    usable = ~edge[levels.code, sample.design.arm]
    if not usable.any():
        raise EstimationError("no level has an arm in which outcomes differ")
    stratum, notes = strata_of(sample, link)
    warnings = (*sample.notes, *notes)
    solved = solve(sample, levels.columns(sample.design.arm), stratum, usable, link, precision)
    _require_contrasts(levels, solved.model, edge)
    warnings += explained(solved.model, levels.arms * len(levels.names) + len(levels.names) - 2)
    if solved.model.separated:
        warnings += ("covariates separate the outcome: some fitted values are 0 or 1",)
    parts = zip(*_means(levels, solved, edge), edge, strict=True)
    return [
        Means(value, influence, solved.spread, at_edge, warnings, gradient, solved.reduced)
        for value, influence, gradient, at_edge in parts
    ]


def _edges(levels: Levels) -> NDArray[np.bool_]:
    """Tell for each level and arm (L, A) whether all its outcomes agree, or it has none."""
    link = SCALES[levels.sample.outcome.measure].link
    cell = levels.code * levels.arms + levels.sample.design.arm
    count = len(levels.names) * levels.arms
    return no_contrast_within(levels.sample, cell, count, link).reshape(-1, levels.arms)


def _require_contrasts(levels: Levels, model: core.Fit, edge: NDArray[np.bool_]) -> None:
    """Raise when strata leave an arm, or an arm in a level, without anything to compare it with."""
    arms, others = levels.arms - 1, len(levels.names) - 1
    needed = [not (edge[0, 0] or edge[0, a + 1]) for a in range(arms)]
    needed += [
        not (edge[level, 0] or edge[level, a + 1]) for a in range(arms) for level in range(1, others + 1)
    ]
    if (np.array(needed) & ~model.kept[: len(needed)]).any():
        raise EstimationError("a level is in strata with one arm only: its effect cannot be told")


def _means(levels: Levels, solved: Solved, edge: NDArray[np.bool_]) -> tuple[Array, Array, Array]:
    """Return standardized means (L, A), their influence by cluster (L, A, G) and gradients (L, A, p + S)."""
    sample = levels.sample
    cells = [levels.cell(level, arm) for level, arm in np.argwhere(~edge)]
    value, influence, gradient = solved.means(cells, sample.design.cluster)
    values = np.full(edge.shape, np.nan)
    values[~edge] = value
    for level, arm in np.argwhere(edge):
        there = sample.outcome.value[levels.rows(level) & (sample.design.arm == arm)]
        values[level, arm] = there[0] if len(there) else np.nan
    return values, placed(influence, ~edge), placed(gradient, ~edge)


def _interactions(frame: Frame, sample: Sample, means: list[Means], levels: int) -> Iterator[Result]:
    scales = SCALES[sample.outcome.measure]
    for code, contrast in sample.design.contrasts:
        known = [level for level in means if not (level.edge[0] or level.edge[code])]
        if scales.ratio:
            yield _interaction(frame, known, levels, code, contrast, "interaction_p", True)
            measure = "difference_interaction_p"
        else:
            measure = "interaction_p"
        yield _interaction(frame, known, levels, code, contrast, measure, False)


def _interaction(
    frame: Frame,
    known: list[Means],
    levels: int,
    code: int,
    contrast: str,
    measure: str,
    relative: bool,
) -> Result:
    """Test that the effects of all levels that have one are equal."""
    if len(known) < 2:
        return _test_result(frame, contrast, measure, error="fewer than two levels have an effect")
    effects, influence = zip(*(_effect(level, code, relative) for level in known), strict=True)
    gaps = np.array(effects[1:]) - effects[0]
    pull = np.stack(influence[1:]) - influence[0]
    try:
        statistic = quadratic_form(gaps, pull @ pull.T * known[0].spread.factor)
    except EstimationError as error:
        return _test_result(frame, contrast, measure, error=str(error))
    p_value = float(fdtrc(len(gaps), min(_df(level, code, relative) for level in known), statistic))
    dropped = "levels without an effect of their own are not in the test"
    return _test_result(
        frame, contrast, measure, estimate=statistic, p_value=p_value, df=float(len(gaps)),
        warning=dropped if len(known) < levels else None,
    )  # fmt: skip


def _effect(means: Means, code: int, relative: bool) -> tuple[float, Array]:
    """Return the effect of an arm in a level, log ratio or difference, and its influence by cluster."""
    arm, reference = means.value[code], means.value[0]
    value = np.log(arm / reference) if relative else arm - reference
    return float(value), _pull(means, code, relative) @ means.influence


def _pull(means: Means, code: int, relative: bool) -> Array:
    """Return how an effect follows the means of the arms (A)."""
    arms = np.eye(len(means.value)) / (means.value[:, None] if relative else 1.0)
    return arms[code] - arms[0]


def _df(means: Means, code: int, relative: bool) -> float:
    return means.df(_pull(means, code, relative))


def _test_result(frame: Frame, contrast: str, measure: str = "interaction_p", **numbers: Any) -> Result:
    scales = SCALES[frame.outcome.measure]
    shown = scales.ratio if measure == "interaction_p" and scales.ratio else scales.difference
    result = frame.result(measure, shown[1], contrast, **numbers)
    return replace(result, estimand="F statistic of equal effects in all levels")
