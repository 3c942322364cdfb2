"""Who was assessed for the trial and not randomized, for the first box of the flow diagram (CONSORT)."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from armwise.estimates import ard, tables
from armwise.estimates.ard import Result


def describe(eligible: str | Path, enrollment: str | Path, output: str | Path) -> None:
    """Write how many persons were assessed, how many of them were not randomized, and why.

    Of a person with several rows the last reason counts. Randomized persons whom the list does not hold are
    counted apart.
    """
    listed = tables.read(eligible, columns=["person_id", "eligible_on", "reason"])
    rows = sorted(zip(*(column.to_pylist() for column in listed.columns), strict=True))
    reasons = {person: reason for person, _, reason in rows}
    randomized = set(tables.read(enrollment, columns=["person_id"])["person_id"].to_pylist())
    ard.write(_results(reasons, randomized), output)


def _results(reasons: dict[str, str], randomized: set[str]) -> Iterator[Result]:
    absent = {person: reason for person, reason in reasons.items() if person not in randomized}
    yield _stage("assessed", len(reasons))
    yield _stage("assessed_randomized", len(reasons) - len(absent))
    yield _stage("not_assessed", len(randomized - reasons.keys()))
    yield _stage("not_randomized", len(absent))
    for reason, persons in sorted(Counter(absent.values()).items()):
        yield _stage(f"not_randomized={reason}", persons)


def _stage(stage: str, persons: int) -> Result:
    return Result(
        stage, "flow", "all", "count", "count", analysis_set="randomized", estimate=float(persons), n=persons
    )
