"""The design of a trial, declared once: who was assigned to what, in which stratum, with what weight."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from armwise.estimates import tables
from armwise.estimates.core import Array, Codes
from armwise.estimates.covariates import DAYS_PER_YEAR, Baseline, Kinds, Named, baseline, numbers
from armwise.estimates.errors import EstimationError

Mask = NDArray[np.bool_]

INCIDENCE = "incidence"  # the measure of a share whose values are pseudo-values of the cumulative incidence
CENSORED = "follow-up ended early for some: the share is the cumulative incidence (Aalen-Johansen)"


@dataclass(frozen=True)
class Design:
    """Randomized enrollments, n of them, in the order of their strata.

    `arms` are the names with the reference first, and `arm` codes into it; `stratum` and `cluster` are codes
    from 0; `weight` is the inverse probability of the arm assigned (1 without one). `baseline` holds the
    characteristics of all enrollments, of which these are the `rows`.
    """

    arms: tuple[str, ...]
    arm: Codes
    stratum: Codes
    cluster: Codes
    weight: Array
    ids: pa.ChunkedArray
    rows: Codes
    baseline: Baseline

    def __len__(self) -> int:
        return len(self.arm)

    @property
    def contrasts(self) -> list[tuple[int, str]]:
        """Return the code and the contrast of every arm but the reference."""
        return [(code, f"{arm} vs {self.arms[0]}") for code, arm in enumerate(self.arms) if code]

    @cached_property
    def assigned(self) -> Array:
        """Return one 0/1 row per arm but the reference: (arms - 1, n)."""
        return (self.arm == np.arange(1, len(self.arms))[:, None]).astype(float)

    def covariates(self, names: Sequence[str]) -> Named:
        """Return the model columns of some characteristics, each n long."""
        return {
            column: values[self.rows]
            for name in names
            for column, values in self.baseline.encoded[name].items()
        }

    def unknown(self, names: Sequence[str]) -> dict[str, Mask]:
        """Tell for some characteristics which enrollments lack them."""
        return {name: self.baseline.unknown[name][self.rows] for name in names}

    def group(self, name: str) -> tuple[list[str], Codes]:
        """Return the levels of a subgroup variable and the code of each enrollment."""
        levels, codes = self.baseline.groups[name]
        return levels, codes[self.rows]

    def take(self, kept: Mask) -> "Design":
        """Return the design of some rows, codes of strata and clusters made dense again."""
        mine = np.flatnonzero(kept)  # found once; places are looked up faster than a mask
        return replace(
            self,
            arm=self.arm[mine],
            stratum=dense(self.stratum[mine]),
            cluster=dense(self.cluster[mine]),
            weight=self.weight[mine],
            rows=self.rows[mine],
        )


def distinct(codes: Codes) -> int:
    """Count the different codes."""
    return int(np.count_nonzero(np.bincount(codes)))


def dense(codes: Codes) -> Codes:
    """Return codes renumbered from 0 without gaps, order kept."""
    used = np.bincount(codes) > 0
    return (np.cumsum(used) - 1)[codes]


def declare(
    cohort: pa.Table,
    arms: Sequence[str],
    reference: str,
    names: Sequence[str] = (),
    kinds: Kinds | None = None,
    groups: Sequence[str] = (),
    clustered: bool = True,
) -> Design:
    """Read the design from the cohort (one row per enrollment, any order).

    `names` are the characteristics that models adjust for, `groups` those that define subgroups. Without
    `clustered`, each row is its own cluster.
    Raises EstimationError when an arm is unknown or a cluster or weight is missing.
    """
    ordered = tables.ordered(cohort, "stratum", "enrollment_id")
    ordered_arms = (reference, *(arm for arm in arms if arm != reference))
    arm = pc.index_in(ordered["arm"].cast(pa.string()), pa.array(ordered_arms))
    for name, values in {"arm": arm, "cluster": ordered["cluster"], "weight": ordered["weight"]}.items():
        if values.null_count:
            raise EstimationError(f"{values.null_count} enrollments have no {name} that the trial declares")
    return Design(
        ordered_arms,
        arm.to_numpy().astype(np.int64),
        _codes(pc.fill_null(ordered["stratum"].cast(pa.string()), "")),
        _codes(ordered["cluster"]) if clustered else np.arange(len(ordered)),
        ordered["weight"].to_numpy().astype(float),
        ordered["enrollment_id"],
        np.arange(len(ordered)),
        baseline(ordered, names, kinds or {}, groups),
    )


def _codes(values: pa.ChunkedArray) -> Codes:
    """Return codes from 0 in order of first appearance."""
    encoded = values.combine_chunks().dictionary_encode()
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


@dataclass(frozen=True)
class Course:
    """How n enrollments went through a window, in days since it began, up to their first event.

    `day` is that of what came first, an event on day d coming at d + 1 and observation that ends at the start
    of day u lasting u days; `cause` says what it was. `broken` tells that days were skipped or lie before
    the window, so that there is no such course.
    """

    OTHER, EVENT, DEATH, END = 0, 1, 2, 3

    day: Codes
    cause: Codes
    broken: bool = False

    def take(self, kept: Mask) -> "Course":
        """Return the course of some rows."""
        return replace(self, day=self.day[kept], cause=self.cause[kept])


@dataclass(frozen=True)
class Outcome:
    """One outcome in one window, for n enrollments: what was seen and over which time.

    Where days carry weights (follow-up that ends at a later lottery), `value` and `years` are weighted sums,
    and `seen` and `seen_years` are what was counted; elsewhere these are None, and the two are the same. Of a
    sum, as days in hospital, `seen` is the number of events that add to it.
    """

    name: str
    window: str
    measure: str
    value: Array  # NaN where it is missing
    years: Array | None  # person-years at risk; None where time plays no part
    weight: Array  # of the analysis, beside that of the design
    ended_early: Mask  # whether observation ended before the window did, and not by death
    seen: Array | None = None
    seen_years: Array | None = None
    course: Course | None = None  # of shares, where days are known
    window_years: Array | None = None  # the length of the window, where it is known

    @property
    def events(self) -> Array:
        """Return the events as counted: of a sum, those that add to it."""
        return self.value if self.seen is None else self.seen

    @property
    def person_years(self) -> Array | None:
        """Return the person-years as counted."""
        return self.years if self.seen_years is None else self.seen_years

    @property
    def weighs_days(self) -> bool:
        """Whether days count by weights of their own, as where follow-up ends at a later lottery."""
        if self.years is None or self.seen_years is None:
            return False
        return not np.array_equal(self.seen_years, self.years)

    def take(self, kept: Mask) -> "Outcome":
        """Return the outcome of some rows."""
        mine = np.flatnonzero(kept)
        return replace(
            self,
            value=self.value[mine],
            years=_of(self.years, mine),
            weight=self.weight[mine],
            ended_early=self.ended_early[mine],
            seen=_of(self.seen, mine),
            seen_years=_of(self.seen_years, mine),
            course=None if self.course is None else self.course.take(kept),
            window_years=_of(self.window_years, mine),
        )


def _of(values: Array | None, rows: Codes) -> Array | None:
    return None if values is None else values[rows]


EARLY = ("coverage", "data", "later_lottery")


def aligned(design: Design, table: pa.Table, name: str, window: str, settings: Mapping[str, Any]) -> Outcome:
    """Return outcome `name` of the outcomes table, row by row with the design; absent rows are missing."""
    mine = table.filter(pc.equal(table["outcome"], name))
    found = mine.take(pc.index_in(design.ids, mine["enrollment_id"].combine_chunks()))
    timed = settings["measure"] in ("count", "sum") and found["days_observed"].null_count < len(found)
    value, years = numbers(found["value"]), _years(found, "days_observed") if timed else None
    counted = Outcome(
        name,
        window,
        settings["measure"],
        value,
        years,
        np.nan_to_num(numbers(found["analysis_weight"])),
        pc.fill_null(pc.is_in(found["ended_by"], pa.array(EARLY)), False).to_numpy().astype(bool),
        window_years=_years(found, "window_days") if "window_days" in found.column_names else None,
    )
    if settings["measure"] in ("binary", "by_date") and "first_day" in found.column_names:
        return replace(counted, course=_course(found, value))
    if not timed or "weighted_value" not in found.column_names:
        return counted
    weighted = numbers(found["weighted_value"]), _years(found, "weighted_days")
    seen = numbers(found["events"]) if settings["measure"] == "sum" else value
    return replace(counted, value=weighted[0], years=weighted[1], seen=seen, seen_years=years)


def _course(found: pa.Table, value: Array) -> Course | None:
    """Return the course of follow-up; None where the day of an event is not known."""
    until, first = (numbers(found[name]) for name in ("days_observed", "first_day"))
    until, had = np.nan_to_num(until), ~np.isnan(first)
    if ((value == 1) & ~had).any():
        return None
    causes = {"death": Course.DEATH, "end": Course.END}
    ended = np.array([causes.get(cause, Course.OTHER) for cause in found["ended_by"].to_pylist()])
    return Course(
        np.where(had, first + 1, until).astype(np.int64),
        np.where(had, Course.EVENT, ended),
        bool((first[had] >= until[had]).any()),
    )


def _years(found: pa.Table, column: str) -> Array:
    return np.nan_to_num(numbers(found[column])) / DAYS_PER_YEAR


@dataclass(frozen=True)
class Losses:
    """Which enrollments a model cannot read, and why (masks of n)."""

    no_outcome: Mask
    no_time: Mask
    no_weight: Mask

    @property
    def kept(self) -> Mask:
        """Return the mask of rows that stay."""
        return ~(self.no_outcome | self.no_time | self.no_weight)


def losses(design: Design, outcome: Outcome) -> Losses:
    """Tell which rows drop: without weight, else without time at risk, else without the outcome.

    A row of zero weight or zero time says nothing, so it drops before n is counted, even where its outcome
    is missing: zero times missing is not zero.
    """
    weightless = ~(design.weight * outcome.weight > 0)
    timeless = np.zeros(len(design), bool) if outcome.years is None else ~(outcome.years > 0)
    missing = np.isnan(outcome.value) & ~weightless & ~timeless
    return Losses(missing, timeless & ~weightless, weightless)


@dataclass(frozen=True)
class Sample:
    """The rows that one model reads: an outcome of the enrollments that have it, and the model's columns."""

    design: Design
    outcome: Outcome
    columns: Array  # (p, n): arms first, then covariates
    adjusted: bool = False
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.design)

    @cached_property
    def weight(self) -> Array:
        """Return the weight of each row, that of the design times that of the analysis."""
        return self.design.weight * self.outcome.weight

    @cached_property
    def totals(self) -> "Totals":
        """Return what is in each arm, unweighted."""
        arm, outcome, arms = self.design.arm, self.outcome, len(self.design.arms)
        clusters = np.zeros((arms, int(self.design.cluster.max(initial=-1)) + 1), bool)
        clusters[arm, self.design.cluster] = True
        years = np.zeros(len(self)) if outcome.person_years is None else outcome.person_years
        events, person_years = (
            np.bincount(arm, each, arms).astype(float) for each in (outcome.events, years)
        )
        return Totals(np.bincount(arm, minlength=arms), clusters, events, person_years)

    def take(self, kept: Mask) -> "Sample":
        """Return the sample of some rows."""
        return replace(
            self,
            design=self.design.take(kept),
            outcome=self.outcome.take(kept),
            columns=np.take(self.columns, np.flatnonzero(kept), axis=1),
        )


@dataclass(frozen=True)
class Totals:
    """What a sample has in each of A arms: rows (A), which clusters (A, G), events and person-years (A)."""

    n: Codes
    clusters: Mask
    events: Array
    person_years: Array


def analysed(design: Design, outcome: Outcome) -> Sample:
    """Return the rows with outcome, time and weight; no covariates. Raises EstimationError if none."""
    kept = losses(design, outcome).kept
    if not kept.any():
        raise EstimationError("no enrollment has this outcome")
    sample = Sample(design, outcome, design.assigned).take(kept)
    return replace(sample, notes=tuple(doubts(sample)))


# The share of an arm's enrollments that its weights are worth (Kish) below which a few of them rule it.
UNEVEN = 0.25


def doubts(sample: Sample) -> Iterator[str]:
    """Say what makes an analysis doubtful before any model: censoring, strata with one arm, weights that few
    carry."""
    if sample.outcome.measure == INCIDENCE:
        yield CENSORED
    design, arms = sample.design, len(sample.design.arms)
    there = np.bincount(design.stratum * arms + design.arm, minlength=(design.stratum.max() + 1) * arms) > 0
    present = there.reshape(-1, arms)[:, there.reshape(-1, arms).any(axis=0)]
    if not present.all():
        yield "some strata hold one arm only: they say nothing of its effect"
    size, whole, squares = (
        np.bincount(design.arm, values, arms)
        for values in (np.ones(len(sample)), sample.weight, sample.weight**2)
    )
    if (whole**2 < UNEVEN * size * squares).any():
        yield "a few enrollments carry most of the weight of an arm: standard errors may be too small"


def adjust(sample: Sample, names: Sequence[str], missing: str = "impute") -> Sample:
    """Add covariates to a sample. `missing` says whether rows without a baseline value are imputed or drop.

    The notes name characteristics, never how many people: they are printed, and small counts must not be.
    Columns constant within every stratum are left out: the strata carry them.
    """
    unknown = sample.design.unknown(names)
    absent = np.any([*unknown.values(), np.zeros(len(sample), bool)], axis=0)
    notes = []
    if missing == "drop" and absent.any():
        sample = sample.take(~absent)
        notes.append("enrollments without baseline values left out")
    elif absent.any():
        listed = ", ".join(name for name, mask in unknown.items() if mask.any())
        notes.append(f"missing baseline values imputed and indicated: {listed}")
    found = {n: v for n, v in sample.design.covariates(names).items() if v.min() < v.max()}
    within = {name: values for name, values in found.items() if _varies(values, sample.design.stratum)}
    if len(within) < len(found):
        constant = ", ".join(name for name in found if name not in within)
        notes.append(f"constant within strata, not in the model: {constant}")
    columns = np.vstack([sample.columns, *within.values()])
    return replace(sample, columns=columns, adjusted=True, notes=(*sample.notes, *notes))


def _varies(values: Array, stratum: Codes) -> bool:
    """Whether a column varies within any stratum (`stratum` sorted)."""
    starts = np.flatnonzero(np.diff(stratum, prepend=-1))
    return bool((np.minimum.reduceat(values, starts) < np.maximum.reduceat(values, starts)).any())
