"""Time at risk in a window, by arm: member-months, continuous coverage, and for whom the data end early."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from armwise.estimates import ard, tables
from armwise.estimates.ard import Result
from armwise.estimates.curves import DAYS_PER_MONTH
from armwise.estimates.design import Mask

Masks = dict[str, Mask]


def describe(
    cohort: str | Path,
    outcomes: str | Path,
    output: str | Path,
    window: str,
    arms: Sequence[str],
    sources: Mapping[str, str],
) -> None:
    """Write, for each source of the window's outcomes and each arm, how long it was observed.

    `sources` names one outcome of each source; those of one source are observed alike. Months are days /
    30.4375. Where the data end before the window does, the enrollments concerned are counted by the month in
    which they were randomized as well (subgroup randomized_in=YYYY-MM).
    """
    people, table = tables.read(cohort), tables.read(outcomes)
    ard.write(_results(people, table, window, arms, sources), output)


def _results(
    people: pa.Table, table: pa.Table, window: str, arms: Sequence[str], sources: Mapping[str, str]
) -> Iterator[Result]:
    arm = np.array(people["arm"].cast(pa.string()).to_pylist())
    for source, outcome in sources.items():
        mine = table.filter(pc.equal(table["outcome"], outcome))
        found = mine.take(pc.index_in(people["enrollment_id"], mine["enrollment_id"].combine_chunks()))
        days = pc.fill_null(found["days_observed"], 0).to_numpy()
        for name in arms:
            yield _member_months(source, window, name, days[arm == name])
            for measure, there in {**_unbroken(found, days > 0), **_flagged(people)}.items():
                yield _count(source, window, name, measure, int((there & (arm == name)).sum()))
        yield from _data_end_early(people, found, source, window, arms)


def _member_months(source: str, window: str, arm: str, days: np.ndarray) -> Result:
    return Result(
        source, window, arm, "member_months", "count", analysis_set="randomized",
        estimate=float(days.sum()) / DAYS_PER_MONTH,
    )  # fmt: skip


def _unbroken(found: pa.Table, some: Mask) -> Masks:
    """Mark whose every day was at risk, to the end of the window or to what ended it but coverage."""
    return {"covered_throughout": some & pc.fill_null(found["unbroken"], False).to_numpy().astype(bool)}


def _flagged(people: pa.Table) -> Masks:
    """Mark whose care the plan may not see; nobody, where the extract does not say."""
    if "partial_before" not in people.column_names or people["partial_before"].null_count == len(people):
        return {}
    before = pc.fill_null(people["partial_before"], False).to_numpy().astype(bool)
    return {"partial_benefits": before | people["partial_from"].is_valid().to_numpy().astype(bool)}


def _data_end_early(
    people: pa.Table, found: pa.Table, source: str, window: str, arms: Sequence[str]
) -> Iterator[Result]:
    late = pc.fill_null(found["data_end_early"], False).to_numpy().astype(bool)
    arm = np.array(people["arm"].cast(pa.string()).to_pylist())
    month = np.array(pc.strftime(people["randomized_on"], format="%Y-%m").to_pylist())
    for name in arms if late.any() else ():
        mine = late & (arm == name)
        yield _count(source, window, name, "data_end_early", int(mine.sum()))
        for each in sorted(set(month[late].tolist())):
            subgroup = f"randomized_in={each}"
            yield _count(
                source, window, name, "data_end_early", int((mine & (month == each)).sum()), subgroup
            )


def _count(source: str, window: str, arm: str, measure: str, count: int, subgroup: str = "all") -> Result:
    return Result(
        source, window, arm, measure, "count", analysis_set="randomized", subgroup=subgroup,
        estimate=float(count), n=count,
    )  # fmt: skip
