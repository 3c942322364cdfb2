"""The gate that a blinded trial passes before anything is computed with its true assignments.

It stays closed when the arms differ at baseline more than a draw makes them differ (joint test, P < 0.001),
or when a check of severity `stop` is broken. A reason given in the settings opens it all the same, and the
report prints both.
"""

import csv
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from armwise.estimates import ard
from armwise.estimates.ard import Result
from armwise.estimates.balance import Balance, joint_test
from armwise.estimates.covariates import is_event_count
from armwise.estimates.design import declare
from armwise.estimates.errors import EstimationError
from armwise.extracts.errors import DataError

ANALYSIS_SET = "unblinding"
ALERT = 0.001


class GateClosed(DataError):
    """A trial cannot be unblinded yet."""


class Opened(NamedTuple):
    """Where the cohort goes that may be analysed, and what the gate found."""

    cohort: str
    results: str


def unblind(
    cohort: str | Path,
    checks: Sequence[str],
    opened: Opened,
    design: Mapping[str, Any],
    kinds: Mapping[str, Any],
    reason: str | None,
) -> None:
    """Let the cohort through and write what the gate found; raise GateClosed when it stays closed.

    `cohort` has the true assignments; `checks` are tables of checks made before any arm was known; `design`
    holds `arms` and `reference`, `kinds` the kind of each baseline characteristic.
    """
    people = pq.read_table(cohort)
    balance = _balance(people, design, kinds)
    objections = [*_of_balance(balance), *_of_checks(checks)]
    if objections and not reason:
        raise GateClosed(_closed(objections))
    ard.write(_results(balance, objections), opened.results)
    shutil.copyfile(cohort, opened.cohort)


def _balance(people: pa.Table, design: Mapping[str, Any], kinds: Mapping[str, Any]) -> Balance | str:
    """Return the joint test, or why there is none."""
    counts = [name for name in people.column_names if is_event_count(people, name) and name not in kinds]
    names = [*kinds, *counts]
    try:
        return joint_test(declare(people, design["arms"], design["reference"], names, kinds), names)
    except EstimationError as error:
        return str(error)


def _of_balance(balance: Balance | str) -> Iterator[str]:
    if not isinstance(balance, str) and balance.p_value < ALERT:
        yield (
            "the arms differ at baseline more than a draw makes them differ: joint test of all "
            f"characteristics, F({balance.df}, {balance.error_df}) = {balance.statistic:.2f}, P < {ALERT:g}"
        )


def _of_checks(checks: Sequence[str]) -> Iterator[str]:
    for path in checks:
        with Path(path).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["severity"] == "stop" and int(row["rows"]):
                    yield f"the check {row['check']} of {row['source']} is broken, which is to stop the run"


def _closed(objections: Sequence[str]) -> str:
    listed = "\n".join(f"  {text}" for text in objections)
    return (
        f"The trial stays blinded, because its gate does not open:\n{listed}\nCorrect what is wrong, or "
        "say why it is to be opened all the same: `trial: {blinding: {unblinded_because: ...}}`, which the "
        "report prints."
    )


def _results(balance: Balance | str, objections: Sequence[str]) -> Iterator[Result]:
    said = "; ".join(objections) or None
    if isinstance(balance, str):
        yield _result("p_value", error=balance)
        return
    yield _result("f_statistic", estimate=balance.statistic, df=float(balance.df))
    yield _result("p_value", estimate=balance.p_value, df=float(balance.error_df), warning=said)


def _result(measure: str, **found: Any) -> Result:
    estimand = "joint test that arms agree in all baseline characteristics, made at unblinding"
    return Result("balance", ANALYSIS_SET, "all", measure, "wald", ANALYSIS_SET, estimand=estimand, **found)
