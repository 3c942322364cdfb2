"""Code lists: short prefixes with their publisher and version, in the CSV files beside this module."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, reduce
from itertools import product
from operator import or_
from pathlib import Path

import ibis.expr.types as ir

DATA = [
    "codes/avoidable_ed.csv",
    "codes/billing.csv",
    "codes/covid_vaccines.csv",
    "codes/ed_definitions.csv",
    "codes/influenza_vaccines.csv",
    "codes/outpatient.csv",
    "codes/pqe.csv",
    "codes/pqi.csv",
]
FOLDER = Path(__file__).parent / "codes"


@cache
def rows(file: str) -> list[dict[str, str]]:
    """Return the rows of a code list; lines that begin with # name its publisher and version."""
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def prefixes(file: str, name: str) -> tuple[str, ...]:
    """Return the prefixes of one list of a file, without whole codes that have expired."""
    listed = (row["prefix"] for row in rows(file) if row["list"] == name and not row.get("until"))
    return tuple(prefix for short in listed for prefix in expanded(short))


@cache
def expired(file: str, name: str) -> dict[str, str]:
    """Return the whole codes of one list that have expired, each with its last day (YYYY-MM-DD)."""
    listed = [row for row in rows(file) if row["list"] == name and row.get("until")]
    return {code: row["until"] for row in listed for code in expanded(row["prefix"])}


def expanded(short: str) -> list[str]:
    """Return what a prefix with brackets stands for: `E1[03]1` is E101 and E131."""
    parts = re.findall(r"\[([^\]]+)\]|([^\[\]])", short)
    return ["".join(chosen) for chosen in product(*(several or one for several, one in parts))]


def among(code: ir.StringValue, file: str, *names: str) -> ir.BooleanValue:
    """Tell whether a code (text, no dot) begins with a prefix of the lists; false where there is none."""
    return begins_with(code, (prefix for name in names for prefix in prefixes(file, name)))


def any_among(codes: ir.StringValue, file: str, *names: str) -> ir.BooleanValue:
    """Tell whether one of several codes, separated by semicolons, begins with a prefix of the lists."""
    either = "|".join(re.escape(prefix) for name in names for prefix in prefixes(file, name))
    return codes.re_search(f"(^|; *)({either})").fill_null(False)


def begins_with(code: ir.StringValue, wanted: Iterable[str]) -> ir.BooleanValue:
    """Tell whether a text begins with one of some prefixes; false where it is missing."""
    by_length = defaultdict(list)
    for prefix in wanted:
        by_length[len(prefix)].append(prefix)
    found = (code.left(length).isin(of) for length, of in sorted(by_length.items()))
    return reduce(or_, found).fill_null(False)


def begins(code: ir.StringValue, file: str, *names: str) -> ir.BooleanValue:
    """Tell the same as `among`, but null where there is no code: for choosing among many lines."""
    return within(code, tuple(prefix for name in names for prefix in prefixes(file, name)))


def matches(code: ir.StringValue, file: str, *names: str) -> ir.BooleanValue:
    """Tell the same as `begins`, of a column with few values: a pattern is held against each but once."""
    either = "|".join(re.escape(prefix) for name in names for prefix in prefixes(file, name))
    return code.re_search(f"^({either})")


def within(code: ir.StringValue, wanted: tuple[str, ...]) -> ir.BooleanValue:
    """Tell the same as `begins_with`, but null where there is no code: for choosing among many lines.

    By comparing, not by a pattern or a list: the engine can then filter while it reads, before it joins.
    """
    return reduce(or_, ((code >= first) & (code < end) for first, end in ranges(wanted)))


@cache
def ranges(wanted: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the ranges, [first, end), of the codes that begin with one of some prefixes."""
    found: list[tuple[str, str]] = []
    for prefix in sorted(set(wanted)):
        first, end = prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
        if found and first <= found[-1][1]:  # it touches the range before it or lies in it
            first, end = found[-1][0], max(end, found[-1][1])
            found.pop()
        found.append((first, end))
    return tuple(found)
