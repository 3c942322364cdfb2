"""What the data look like by arm and over time, as results, and the checks of it."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import sqrt
from pathlib import Path
from statistics import median
from typing import NamedTuple

from armwise.estimates import ard, arm_shares, tables
from armwise.estimates.ard import Result
from armwise.extracts.made import Made, write_all

PER = 1000
LAST, BEFORE = 3, 12  # months whose claims are compared
APART, ERRORS = 0.05, 3  # how far arms may differ: in the share, and in its standard errors
JUMP, ENOUGH = 2, 30  # times the usual rate, of events that the usual rate leads one to expect
LAGGING, UNKNOWN, FEW = 0.8, 0.05, 20
OFFERED = "contacts"  # a source that the arms are meant to differ in
TOPICS = {"linkage": "linkage", "completeness": "completeness", "classified": "unclassified"}


class Files(NamedTuple):
    """The CSV files of the steps before; empty where the trial has no such data."""

    monthly: Sequence[str] = ()
    uncovered: Sequence[str] = ()
    shares: Sequence[str] = ()
    delays: Sequence[str] = ()


class Share(NamedTuple):
    """A share in one arm, as designed (weighted), and the numbers behind it."""

    n: int
    found: int
    share: float


class Rate(NamedTuple):
    """Events of one arm in one month: per member-month as designed (weighted), and the numbers behind it."""

    events: int
    member_months: float
    rate: float


Shares = dict[tuple[str, str, str], dict[str, Share]]  # (topic, source, column): by arm
Rates = dict[str, dict[str, dict[str, Rate]]]  # event: month: by arm


def describe(
    cohort: str | Path,
    files: Files,
    arms: Sequence[str],
    severities: Mapping[str, str],
    output: str | Path,
    checks: str,
) -> None:
    """Write what the data look like as results, and the checks that were made of it."""
    strata = arm_shares.strata(tables.read(cohort), arms)
    shares, rates = shares_of(files.shares), rates_of(files.monthly)
    found = [*arm_shares.results(strata, arms), *_shares(shares), *_rates(rates), *_delays(files.delays)]
    ard.write([*found, *_lags(rates)], output)
    made = [("enrollment", "arm_shares", "", arm_shares.alarms(strata))] if strata else []
    made += [*_apart(shares), *_jumps(rates), *_lagging(rates), *_uncovered(files.uncovered)]
    write_all([(source, Made(name, severities[name], what, n)) for source, name, what, n in made], checks)


def _read(paths: Sequence[str]) -> Iterator[dict[str, str]]:
    for path in paths:
        with Path(path).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def shares_of(paths: Sequence[str]) -> Shares:
    """Return the shares by arm; of columns without any value, none."""
    sums: dict[tuple[str, str, str], dict[str, list[float]]] = defaultdict(
        lambda: defaultdict(lambda: [0.0] * 4)
    )
    for row in _read(paths):
        n, count, weight = int(row["n"]), int(row["count"]), float(row["weight"])
        of_arm = sums[row["topic"], row["source"], row["what"]][row["arm"]]
        for place, value in enumerate((float(n), float(count), n * weight, count * weight)):
            of_arm[place] += value
    shares = {
        place: {arm: Share(int(s[0]), int(s[1]), s[3] / s[2]) for arm, s in by_arm.items() if s[2]}
        for place, by_arm in sums.items()
    }
    return {
        place: by_arm
        for place, by_arm in shares.items()
        if place[0] != "completeness" or any(share.found for share in by_arm.values())
    }


def rates_of(paths: Sequence[str]) -> Rates:
    """Return the rates by event, month (YYYY-MM) and arm."""
    sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0] * 4)
    for row in _read(paths):
        events, time, weight = float(row["events"]), float(row["member_months"]), float(row["weight"])
        of_arm = sums[row["event"], row["month"][:7], row["arm"]]
        for place, value in enumerate((events, time, events * weight, time * weight)):
            of_arm[place] += value
    rates: Rates = defaultdict(lambda: defaultdict(dict))
    for (event, month, arm), (counted, time, weighted, weighted_time) in sorted(sums.items()):
        rates[event][month][arm] = Rate(int(counted), time, weighted / weighted_time)
    return rates


def _shares(shares: Shares) -> Iterator[Result]:
    for (topic, source, what), by_arm in shares.items():
        for arm, share in by_arm.items():
            yield _result(
                source,
                topic,
                arm,
                "percent",
                "weighted",
                share.share,
                subgroup=f"column={what}" if what else "all",
                n=share.n,
                events=float(share.found),
            )


def _rates(rates: Rates) -> Iterator[Result]:
    for event, months in rates.items():
        for month, by_arm in months.items():
            for arm, rate in by_arm.items():
                n, events = round(rate.member_months), float(rate.events)
                yield _result(
                    event, month, arm, "monthly_rate", "weighted", PER * rate.rate, n=n, events=events
                )


def _delays(paths: Sequence[str]) -> Iterator[Result]:
    """Give the median and the 90th percentile of the days from service to adjudication."""
    lines: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in _read(paths):
        lines[row["arm"]].append((int(row["days"]), int(row["lines"])))
    for arm, counted in lines.items():
        for name, share in (("days_median", 0.5), ("days_p90", 0.9)):
            yield _result("utilization", "lag", arm, name, "quantile", float(_quantile(counted, share)))


def _quantile(counted: Sequence[tuple[int, int]], share: float) -> int:
    """Return the smallest number of days by which a share of all lines was adjudicated."""
    needed, lines = share * sum(lines for _, lines in counted), 0
    for days, more in sorted(counted):
        lines += more
        if lines >= needed:
            return days
    raise ValueError("a quantile of nothing")


def lag_of(rates: Rates) -> dict[str, float]:
    """Return by arm the mean rate of claim lines in the last months over that of the months before."""
    months = rates.get("claim_lines", {})
    if len(months) < LAST + BEFORE:
        return {}
    recent, earlier = list(months)[-LAST:], list(months)[-LAST - BEFORE : -LAST]
    arms = set.intersection(*(set(months[month]) for month in [*recent, *earlier]))
    means = {arm: (_mean(months, recent, arm), _mean(months, earlier, arm)) for arm in sorted(arms)}
    return {arm: late / usual for arm, (late, usual) in means.items() if usual}


def _mean(months: Mapping[str, Mapping[str, Rate]], of: Sequence[str], arm: str) -> float:
    return sum(months[month][arm].rate for month in of) / len(of)


def _lags(rates: Rates) -> Iterator[Result]:
    for arm, ratio in lag_of(rates).items():
        yield _result("utilization", "lag", arm, "volume_ratio", "weighted", ratio)


Broken = tuple[str, str, str, int]  # source, check, column, findings


def _apart(shares: Shares) -> Iterator[Broken]:
    """Tell in which shares the arms differ, and where too many events cannot be classified."""
    for (topic, source, what), by_arm in shares.items():
        if topic == "classified":
            unknown = [each for each in by_arm.values() if each.n >= FEW and 1 - each.share > UNKNOWN]
            yield source, TOPICS[topic], "", int(bool(unknown))
        elif source != OFFERED:
            yield (
                source,
                TOPICS[topic],
                what,
                int(any(_differ(*pair) for pair in combinations(by_arm.values(), 2))),
            )


def _differ(one: Share, other: Share) -> bool:
    pooled = (one.found + other.found) / (one.n + other.n)
    error = sqrt(pooled * (1 - pooled) * (1 / one.n + 1 / other.n))
    gap = abs(one.share - other.share)
    return gap > APART and gap > ERRORS * error


def _jumps(rates: Rates) -> Iterator[Broken]:
    """Count the months of each event whose rate is far from the usual one."""
    for event, months in rates.items():
        usual = {
            arm: median(m[arm].rate for m in months.values() if arm in m)
            for m in months.values()
            for arm in m
        }
        jumped = [
            month
            for month, by_arm in months.items()
            if any(_jumps_from(usual[arm], rate) for arm, rate in by_arm.items())
        ]
        yield event, "rates_jump", "", len(jumped)


def _jumps_from(usual: float, rate: Rate) -> bool:
    expected = usual * rate.member_months
    return expected >= ENOUGH and not usual / JUMP <= rate.rate <= usual * JUMP


def _lagging(rates: Rates) -> Iterator[Broken]:
    lags = lag_of(rates)
    if lags:
        yield "utilization", "claims_lag", "", sum(ratio < LAGGING for ratio in lags.values())


def _uncovered(paths: Sequence[str]) -> Iterator[Broken]:
    for row in _read(paths):
        yield row["event"], "events_without_coverage", "", int(row["events"])


def _result(
    outcome: str,
    window: str,
    contrast: str,
    measure: str,
    method: str,
    estimate: float,
    subgroup: str = "all",
    n: int | None = None,
    events: float | None = None,
) -> Result:
    return Result(
        outcome,
        window,
        contrast,
        measure,
        method,
        analysis_set="checks",
        subgroup=subgroup,
        estimate=estimate,
        n=n,
        events=events,
    )
