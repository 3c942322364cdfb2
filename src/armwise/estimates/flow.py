"""The flow of enrollments through the trial: randomized, observed, and why observation ended."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from armwise.estimates import ard
from armwise.estimates.ard import Result

ENDS = {
    "end": "complete",
    "death": "ended_by_death",
    "coverage": "ended_by_coverage",
    "data": "ended_by_data",
    "later_lottery": "ended_by_later_lottery",
}


def describe(
    cohort: str | Path,
    event_times: str | Path | None,
    output: str | Path,
    arms: Sequence[str],
    outcome: str | None,
) -> None:
    """Write the stages of the flow diagram by arm and over all arms.

    Why observation ended is that of `outcome` in `event_times`, among enrollments with a covered day; without
    them (one row per participant) the flow ends with the numbers randomized.
    """
    people = pq.read_table(cohort)
    stages = _of_cohort(people)
    if event_times is not None and outcome is not None:
        times = pq.read_table(event_times, filters=[("outcome", "=", outcome), ("kind", "in", list(ENDS))])
        stages |= _of_follow_up(people, times)
    ard.write(_results(people, stages, arms), output)


Stages = dict[str, np.ndarray]


def _of_cohort(people: pa.Table) -> Stages:
    stages = {"randomized": np.ones(len(people), bool), "persons": _first_rows(people)}
    if "uptake" in people.column_names and people["uptake"].null_count < len(people):
        stages["uptake"] = pc.fill_null(pc.greater(people["uptake"].cast(pa.float64()), 0), False).to_numpy()
    if people["covered_until"].null_count < len(people):
        days = pc.days_between(people["randomized_on"], people["covered_until"])
        stages["covered"] = pc.fill_null(pc.greater(days, 0), False).to_numpy()
        stages["never_covered"] = ~stages["covered"]
    return stages


def _first_rows(people: pa.Table) -> np.ndarray:
    """Mark one row of each person within each arm."""
    pairs = pc.binary_join_element_wise(people["person_id"], people["arm"], "\t")
    first = np.zeros(len(people), bool)
    first[np.unique(np.array(pairs.to_pylist()), return_index=True)[1]] = True
    return first


def _of_follow_up(people: pa.Table, ends: pa.Table) -> Stages:
    """Mark why observation ended, among enrollments with a covered day."""
    place = pc.index_in(people["enrollment_id"], ends["enrollment_id"].combine_chunks())
    kind = np.array(pc.fill_null(ends["kind"].take(place), "").to_pylist())
    days = pc.fill_null(ends["day"].take(place), 0).to_numpy()
    return {stage: (kind == end) & (days > 0) for end, stage in ENDS.items()}


def _results(people: pa.Table, stages: Stages, arms: Sequence[str]) -> Iterator[Result]:
    arm = np.array(people["arm"].cast(pa.string()).to_pylist())
    people_in_all = {"persons": len(set(people["person_id"].to_pylist()))}
    for stage, there in stages.items():
        for name in arms:
            yield _stage(stage, name, int((there & (arm == name)).sum()))
        yield _stage(stage, "all", people_in_all.get(stage, int(there.sum())))


def _stage(stage: str, contrast: str, count: int) -> Result:
    return Result(
        stage, "flow", contrast, "count", "count", analysis_set="randomized", estimate=float(count), n=count
    )
