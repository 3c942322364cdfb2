"""The flow of enrollments through the trial: randomized, observed, and why observation ended."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from armwise.estimates import ard, tables
from armwise.estimates.ard import Result

ENDS = {
    "end": "complete",
    "death": "ended_by_death",
    "coverage": "ended_by_coverage",
    "data": "ended_by_data",
    "later_lottery": "ended_by_later_lottery",
}
# Why an enrollment has no day at risk.
NO_DAY = {
    "coverage": "not_covered",  # on the day of randomization, beyond the gap that is bridged
    "death": "died_before",
    "data": "after_the_data",
    "end": "after_the_window",
}
# Why an enrollment that was randomized is not in the cohort.
LEFT_OUT = ("later_enrollment", "baseline_not_covered")


def describe(
    cohort: str | Path,
    event_times: str | Path | None,
    left_out: str | Path | None,
    output: str | Path,
    arms: Sequence[str],
    outcome: str | None,
) -> None:
    """Write the stages of the flow diagram by arm and over all arms.

    `left_out` holds those randomized who are not in the cohort, with the reason. Why observation ended is
    that of `outcome` in `event_times`, among enrollments with a day at risk; without them (one row per
    participant) the flow ends with the numbers randomized.
    """
    people = tables.read(cohort)
    gone = tables.read(left_out) if left_out is not None else people.slice(0, 0)
    everyone = pa.concat_tables([part.select(["person_id", "arm"]) for part in (people, gone)])
    stages = {"randomized": np.ones(len(everyone), bool), "persons": _first_rows(everyone)}
    stages |= _left_out(gone, len(people)) if len(gone) else {}
    within = _uptake(people)
    if event_times is not None and outcome is not None:
        times = pq.read_table(event_times, filters=[("outcome", "=", outcome), ("kind", "in", list(ENDS))])
        within |= _of_follow_up(people, times)
    stages |= {stage: np.append(there, np.zeros(len(gone), bool)) for stage, there in within.items()}
    ard.write(_results(everyone, stages, arms), output)


Stages = dict[str, np.ndarray]


def _left_out(gone: pa.Table, in_cohort: int) -> Stages:
    """Mark who is in the cohort, and why the others are not."""
    reason = np.array(["", *gone["reason"].to_pylist()])[1:]
    mine = np.ones(in_cohort, bool)
    stages = {"in_cohort": np.append(mine, np.zeros(len(gone), bool))}
    return stages | {name: np.append(~mine, reason == name) for name in LEFT_OUT}


def _uptake(people: pa.Table) -> Stages:
    if "uptake" not in people.column_names or people["uptake"].null_count == len(people):
        return {}
    return {"uptake": pc.fill_null(pc.greater(people["uptake"].cast(pa.float64()), 0), False).to_numpy()}


def _first_rows(people: pa.Table) -> np.ndarray:
    """Mark one row of each person within each arm."""
    pairs = pc.binary_join_element_wise(people["person_id"], people["arm"], "\t")
    first = np.zeros(len(people), bool)
    first[np.unique(np.array(pairs.to_pylist()), return_index=True)[1]] = True
    return first


def _of_follow_up(people: pa.Table, ends: pa.Table) -> Stages:
    """Mark who has a day at risk and why observation ended, and why the others have none."""
    place = pc.index_in(people["enrollment_id"], ends["enrollment_id"].combine_chunks())
    kind = np.array(pc.fill_null(ends["kind"].take(place), "").to_pylist())
    some = pc.fill_null(ends["day"].take(place), 0).to_numpy() > 0
    stages = {"covered": some} | {stage: ~some & (kind == end) for end, stage in NO_DAY.items()}
    return stages | {stage: some & (kind == end) for end, stage in ENDS.items()}


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
