"""Baseline characteristics by arm, with standardized differences and without P values."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, digits_for, fixed, percent, whole
from armwise.report.results import Results, Row
from armwise.report.tables.levels import SPLIT, in_order
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside


def baseline(results: Results, trial: Trial) -> Table:
    """Return the baseline table: n in the headings, mean (SD), No. (%), standardized differences."""
    lines = tuple(line for name in characteristics(results, trial) for line in _lines(results, trial, name))
    return Table(
        "baseline",
        f"Baseline characteristics of randomized {trial.unit}",
        (Column("Characteristic"), *_arm_columns(results, trial), *_difference_columns(trial)),
        lines,
        (*_notes(trial), *hidden_note(lines, trial)),
    )


def characteristics(results: Results, trial: Trial) -> list[str]:
    """Return the characteristics that were described, in the order of the settings, the others after them."""
    found = [row.outcome.partition(SPLIT)[0] for row in results.rows if row.window == "baseline"]
    ordered = [*trial.baseline, *(f"baseline_{name}" for name in trial.ordered_outcomes), *sorted(found)]
    return [name for name in dict.fromkeys(ordered) if name in set(found)]


def levels(results: Results, name: str) -> list[str]:
    """Return the levels of a characteristic: in reading order."""
    prefix = name + SPLIT
    found = {
        row.outcome.removeprefix(prefix)
        for row in results.rows
        if row.window == "baseline" and row.outcome.startswith(prefix)
    }
    return in_order(found)


def _arm_columns(results: Results, trial: Trial) -> Iterator[Column]:
    for arm, label in trial.arms.items():
        size = arm_size(results, arm)
        yield Column(f"{label} (n = {whole(size, trial.style)})" if size is not None else label)


def arm_size(results: Results, arm: str) -> float | None:
    """Return how many of an arm are described: those randomized, without those left out of the cohort."""
    for stage in ("in_cohort", "randomized"):
        found = results.first(outcome=stage, window="flow", contrast=arm)
        if found:
            return found.estimate
    sizes = [row.n for row in results.rows if row.window == "baseline" and row.contrast == arm]
    return max((n for n in sizes if n is not None), default=None)


# With more comparisons than these, a column for each would run off the page.
MOST = 2


def _difference_columns(trial: Trial) -> Iterator[Column]:
    if len(trial.contrasts) == 1:
        yield Column("Standardized difference")
        return
    if len(trial.contrasts) > MOST:
        yield Column("Largest standardized difference")
        return
    for arm, _ in trial.contrasts:
        yield Column(trial.arm_label(arm), "Standardized difference")


def _lines(results: Results, trial: Trial, name: str) -> Iterator[Line]:
    label = trial.characteristic_label(name)
    found = levels(results, name)
    if results.find(outcome=name, window="baseline", measure="mean"):
        yield Line(f"{label}, mean (SD)", _means(results, trial, name))
        for level in found:
            yield Line(
                f"{trial.level_label(name, level)}, No. (%)", _shares(results, trial, name, level), "level"
            )
    elif _is_yes_no(found):
        yield Line(f"{label}, No. (%)", _shares(results, trial, name, _yes(found)))
    else:
        differences = _differences(results, trial, name)
        yield Line(f"{label}, No. (%)", _on_heading(trial, differences), "group")
        for level in found:
            yield Line(trial.level_label(name, level), _shares(results, trial, name, level), "level")


def _on_heading(trial: Trial, differences: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return the cells of a heading: none, unless one difference speaks for the whole characteristic."""
    return (*[Cell()] * len(trial.arms), *differences) if any(d.key for d in differences) else ()


def _is_yes_no(found: list[str]) -> bool:
    return {level.casefold() for level in found} <= {"0", "1", "true", "false", "no", "yes"}


def _yes(found: list[str]) -> str:
    return next((level for level in found if level.casefold() in {"1", "true", "yes"}), found[-1])


def _shares(results: Results, trial: Trial, name: str, level: str) -> tuple[Cell, ...]:
    outcome = f"{name}{SPLIT}{level}"
    cells = []
    for arm in trial.arms:
        count = results.first(outcome=outcome, window="baseline", contrast=arm, measure="count")
        share = results.first(outcome=outcome, window="baseline", contrast=arm, measure="percent")
        cells.append(cell(_count_and_share(count, share, trial), count, share))
    return (*cells, *_differences(results, trial, outcome))


def _count_and_share(count: Row | None, share: Row | None, trial: Trial) -> str:
    if count is None:
        return NOTHING
    if count.hides("estimate") or (share is not None and share.hides("estimate")):
        return HIDDEN
    of_all = share.estimate if share else None
    shown = whole(count.estimate, trial.style)
    return shown if of_all is None else f"{shown} ({percent(of_all, trial.style)})"


def _means(results: Results, trial: Trial, name: str) -> tuple[Cell, ...]:
    rows = {
        (arm, measure): results.first(outcome=name, window="baseline", contrast=arm, measure=measure)
        for arm in trial.arms
        for measure in ("mean", "sd")
    }
    digits = digits_for(*(row.estimate for row in rows.values() if row))
    cells = [_mean_and_sd(rows[arm, "mean"], rows[arm, "sd"], digits, trial) for arm in trial.arms]
    return (*cells, *_differences(results, trial, name))


def _mean_and_sd(mean: Row | None, sd: Row | None, digits: int, trial: Trial) -> Cell:
    if mean is None:
        return Cell(NOTHING)
    if mean.hides("estimate") or (sd is not None and sd.hides("estimate")):
        return cell(HIDDEN, mean, sd)
    spread = fixed(sd.estimate if sd else None, digits, trial.style)
    return cell(f"{fixed(mean.estimate, digits, trial.style)} ({spread})", mean, sd)


def _differences(results: Results, trial: Trial, outcome: str) -> tuple[Cell, ...]:
    """Return the difference of each arm, or of many the one that is largest in size."""
    parts = {"outcome": outcome, "window": "baseline", "measure": "standardized_difference"}
    rows = [results.first(contrast=contrast, **parts) for _, contrast in trial.contrasts]
    if len(rows) > MOST:
        known = [row for row in rows if row is not None and row.estimate is not None]
        rows = [max(known, key=lambda row: abs(row.estimate or 0.0), default=rows[0])]
    return tuple(cell(_difference(row, trial), row) for row in rows)


def _difference(row: Row | None, trial: Trial) -> str:
    if row is None:
        return ""
    return HIDDEN if row.hides("estimate") else fixed(row.estimate, 2, trial.style)


def _notes(trial: Trial) -> Iterator[str]:
    yield (
        "Counts are as counted. Means, SDs and percentages are weighted by the inverse of the "
        "probability of the "
        "arm assigned, so a percentage need not be its count over n."
        if not trial.is_participants
        else "Means, SDs and percentages carry the design weights, where the trial has any."
    )
    yield (
        f"Standardized difference: the arm minus {inside(trial.arm_label(trial.reference))}, over the "
        "pooled SD"
        + ("; the figure has that of each arm. " if len(trial.contrasts) > MOST else ". ")
        + "Randomization makes any difference a chance one, so there are no P values (CONSORT 2025)."
    )
