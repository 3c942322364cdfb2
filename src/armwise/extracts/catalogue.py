"""Every check that a run makes of its data, as one catalogue: what is wrong, and what it endangers."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Level = Literal["structural", "logical", "analytical"]
Severity = Literal["stop", "set_aside", "warn", "ignore"]
Place = Literal["read", "across", "analysis"]

ROW: tuple[Severity, ...] = ("stop", "set_aside")  # a row that cannot be kept as it is
DOUBT: tuple[Severity, ...] = ("stop", "set_aside", "warn", "ignore")
RESULT: tuple[Severity, ...] = ("stop", "warn", "ignore")  # nothing to set aside


class Check(NamedTuple):
    """One check.

    `severity` is the default and `may_be` what the settings can make of it: `stop` ends the run, `set_aside`
    takes the rows out, `warn` keeps them and says so, `ignore` counts them and makes nothing of it. `place`
    is where it is made: while one source is read, across sources, or in the analysis.
    """

    level: Level
    severity: Severity
    words: str  # what is wrong where it is broken
    endangers: str  # the results that it endangers
    may_be: tuple[Severity, ...] = DOUBT
    place: Place = "read"
    finds: str = "rows"  # what is counted where it is broken


def _structural(words: str, endangers: str) -> Check:
    return Check("structural", "set_aside", words, endangers, ROW)


def _read(severity: Severity, words: str, endangers: str) -> Check:
    return Check("logical", severity, words, endangers)


def _across(severity: Severity, words: str, endangers: str) -> Check:
    return Check("logical", severity, words, endangers, DOUBT, "across")


def _analytical(finds: str, words: str, endangers: str) -> Check:
    return Check("analytical", "warn", words, endangers, RESULT, "analysis", finds)


CATALOGUE: dict[str, Check] = {
    "line_unreadable": _structural("a line cannot be split into its columns", "whatever the source counts"),
    "value_missing": _structural("a needed value is missing", "whatever the source counts"),
    "value_untyped": _structural("a value is not of its type", "whatever the source counts"),
    "value_unknown": _structural("a value is none of those allowed", "whatever the source counts"),
    "value_malformed": _structural(
        "a code is not written as codes are; leading zeros may be lost", "events that go by codes"
    ),
    "date_implausible": _structural("a date is a slip of the pen", "whatever the source counts"),
    "row_repeated": _structural("a row repeats an earlier one", "counts of enrollments"),
    "key_repeated": _structural("rows with one key differ, so none is kept", "counts of enrollments"),
    "two_arms_for_one_enrollment": _read(
        "set_aside", "one enrollment has two arms, so no row of it is kept", "every comparison of arms"
    )._replace(may_be=ROW),
    "randomized_twice": _read(
        "set_aside", "rows of one enrollment differ, so none is kept", "every comparison of arms"
    )._replace(may_be=ROW),
    "two_arms_on_one_day": _read(
        "stop", "one person was randomized to two arms on one day", "every comparison of arms"
    ),
    "probability_outside": _read(
        "set_aside", "an assignment probability is not above 0 and below 1", "all weighted results"
    ),
    "birth_after_randomization": _read(
        "set_aside", "a birth comes after randomization", "age, and avoidable admissions, which go by age"
    ),
    "coverage_ends_before_start": _read(
        "set_aside", "coverage ends before it starts", "person-time of outcomes observed while covered"
    ),
    "through_before_from": _read("set_aside", "a service ends before it begins", "stays and visits"),
    "discharge_before_admission": _read("set_aside", "a discharge comes before the admission", "stays"),
    "amount_unreadable": _read(
        "warn", "an amount of money cannot be read and is left empty", "events that go by the amount"
    ),
    "ends_before_start": _read("set_aside", "an end comes before its start", "events of the source"),
    "person_not_in_crosswalk": _read(
        "set_aside", "an identifier has no match in the crosswalk", "whatever the source counts"
    )._replace(may_be=ROW),
    "two_matches_in_crosswalk": _read(
        "stop", "one identifier has two persons in the crosswalk", "whatever the source counts"
    )._replace(may_be=ROW),
    "never_randomized": _across(
        "ignore", "a row is of someone who was never randomized", "nothing: its events are not counted"
    ),
    "events_after_death": _across(
        "warn", "something happened after the person's death", "follow-up that ends by death, and its events"
    ),
    "events_before_birth": _across(
        "warn", "something happened before the person's birth", "events before randomization; linkage"
    ),
    "events_after_data": _across(
        "warn",
        "a date is after the day through which the source is complete",
        "the last months of every window",
    ),
    "events_long_before": _across(
        "warn", "a date is more than 20 years before the first lottery", "events before randomization"
    ),
    "randomized_after_death": _across(
        "warn", "someone was randomized after the recorded death", "person-time; linkage of deaths"
    ),
    "arm_shares": _analytical(
        "strata", "arm sizes disagree with the stated probabilities (P < 0.001)", "every comparison of arms"
    ),
    "events_without_coverage": _analytical(
        "rows",
        "stays or ED visits began on days without coverage",
        "rates of outcomes observed while covered",
    ),
    "rates_jump": _analytical(
        "months",
        "a month's rate is below half or above twice that of the usual month",
        "outcomes of claims in the windows that hold the month",
    ),
    "claims_lag": _analytical(
        "arms",
        "the last three months hold less than 80% of the claims of the twelve before",
        "outcomes of claims in windows that reach into the last months",
    ),
    "unclassified": _analytical(
        "kinds of events",
        "more than 5% of stays or ED visits have no diagnosis that can be classified",
        "avoidable admissions and avoidable ED visits",
    ),
    "linkage": _analytical(
        "sources",
        "the arms differ by more than 5 points in the share found in a source",
        "outcomes of the source",
    ),
    "completeness": _analytical(
        "columns",
        "the arms differ by more than 5 points in the share of rows that have a value",
        "outcomes that go by the column",
    ),
}

DEFAULTS: dict[str, Severity] = {name: check.severity for name, check in CATALOGUE.items()}


def severities(place: Place, changed: Mapping[str, str]) -> dict[str, str]:
    """Return the severity of every check made at `place`, as the settings changed it."""
    return {
        name: changed.get(name, check.severity) for name, check in CATALOGUE.items() if check.place == place
    }
