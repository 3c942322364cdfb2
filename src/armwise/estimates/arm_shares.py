"""Arm sizes by stratum against the probabilities that were stated: did the lottery run as described?

Within a stratum an exact binomial test (with more than two arms Pearson's chi-square); over strata the sum of
Pearson's chi-squares of those where 5 or more are expected in every arm.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa
from scipy.stats import binomtest, chi2

from armwise.estimates.ard import Result

SHOWN = 5  # strata, those with the smallest P values
ALERT = 0.001
EXPECTED = 5
WINDOW = "randomization"


class Stratum(NamedTuple):
    """The units drawn in one stratum: how many in each arm, and the stated probability of each."""

    name: str
    counts: tuple[int, ...]
    probabilities: tuple[float, ...]

    @property
    def expected(self) -> list[float]:
        """The numbers that the probabilities lead one to expect."""
        return [sum(self.counts) * probability for probability in self.probabilities]

    @property
    def chi_square(self) -> float:
        """Pearson's statistic, on one degree of freedom fewer than there are arms."""
        return sum((n - e) ** 2 / e for n, e in zip(self.counts, self.expected, strict=True))

    @property
    def p_value(self) -> float:
        """How likely a split at least as uneven is by chance."""
        if len(self.counts) == 2:
            return float(binomtest(self.counts[0], sum(self.counts), self.probabilities[0]).pvalue)
        return float(chi2.sf(self.chi_square, len(self.counts) - 1))


def strata(people: pa.Table, arms: Sequence[str]) -> list[Stratum]:
    """Return the strata whose arms all have a stated probability; empty where none is stated.

    `people` is the cohort. The units are enrollments, or clusters where these hold several persons.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    stated: dict[str, dict[str, float]] = defaultdict(dict)
    for stratum, arm, probability in _units(people):
        counts[stratum][arm] += 1
        if probability is not None:
            stated[stratum][arm] = probability
    complete = {name: _completed(known, arms) for name, known in sorted(stated.items())}
    return [
        Stratum(name, tuple(counts[name][arm] for arm in arms), tuple(known[arm] for arm in arms))
        for name, known in complete.items()
        if known
    ]


def _units(people: pa.Table) -> list[tuple[str, str, float | None]]:
    columns = [people[name].to_pylist() for name in ("stratum", "arm", "assignment_probability")]
    clusters, persons = (people[name].to_pylist() for name in ("cluster", "person_id"))
    rows = list(zip(*columns, strict=True))
    if len(set(clusters)) >= len(set(persons)):
        return rows
    of_cluster = {(cluster, row[:2]): row for cluster, row in zip(clusters, rows, strict=True)}
    return list(of_cluster.values())


def _completed(known: dict[str, float], arms: Sequence[str]) -> dict[str, float]:
    """Return the probability of every arm, that of a single one that nobody is in as what is left."""
    absent = [arm for arm in arms if arm not in known]
    left = 1 - sum(known.values())
    if len(absent) == 1 and 0 < left < 1:
        return known | {absent[0]: left}
    return {} if absent else known


def together(found: Sequence[Stratum]) -> tuple[float, int, float] | None:
    """Return chi-square, degrees of freedom and P over all strata that are large enough; None without one."""
    large = [stratum for stratum in found if min(stratum.expected) >= EXPECTED]
    if not large:
        return None
    statistic, df = sum(each.chi_square for each in large), sum(len(each.counts) - 1 for each in large)
    return statistic, df, float(chi2.sf(statistic, df))


def alarms(found: Sequence[Stratum]) -> int:
    """Return the strata that disagree with their probabilities, all of them tested; one for the whole."""
    worst = sum(stratum.p_value * len(found) < ALERT for stratum in found)
    whole = together(found)
    return max(worst, int(whole is not None and whole[2] < ALERT))


def results(found: Sequence[Stratum], arms: Sequence[str]) -> Iterator[Result]:
    """Yield the test over all strata, the sizes of the arms, and the strata with the smallest P values.

    P values are estimates here: they judge the data, not an outcome, and have no role among the others.
    """
    if whole := together(found):
        yield _result("all", " vs ".join(arms), "chi_square", "pearson", whole[0], whole[1])
        yield _result("all", " vs ".join(arms), "p_value", "pearson", whole[2])
    if found:
        yield from _sizes(
            "all", arms, [sum(stratum.counts[i] for stratum in found) for i in range(len(arms))]
        )
    for stratum in sorted(found, key=lambda each: (each.p_value, each.name))[:SHOWN]:
        place = f"stratum={stratum.name}"
        yield from _sizes(place, arms, stratum.counts)
        yield _result(place, " vs ".join(arms), "p_value", "exact", stratum.p_value)
        for arm, probability in zip(arms, stratum.probabilities, strict=True):
            yield _result(place, arm, "stated_probability", "stated", probability)


def _sizes(place: str, arms: Sequence[str], counts: Sequence[int]) -> Iterator[Result]:
    for arm, count in zip(arms, counts, strict=True):
        yield _result(place, arm, "count", "count", float(count))
    yield _result(place, "all", "count", "count", float(sum(counts)))


def _result(
    subgroup: str,
    contrast: str,
    measure: str,
    method: str,
    estimate: float,
    df: float | None = None,
) -> Result:
    return Result(
        "arm_shares",
        WINDOW,
        contrast,
        measure,
        method,
        analysis_set="checks",
        subgroup=subgroup,
        estimate=estimate,
        df=df,
    )
