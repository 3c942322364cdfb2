"""Code lists: short prefixes with their publisher and version, in the CSV files beside this module."""

import csv
import re
from functools import cache, reduce
from operator import or_
from pathlib import Path

import ibis.expr.types as ir

DATA = [
    "codes/avoidable_ed.csv",
    "codes/billing.csv",
    "codes/covid_vaccines.csv",
    "codes/influenza_vaccines.csv",
    "codes/outpatient.csv",
    "codes/pqi.csv",
]
FOLDER = Path(__file__).parent / "codes"


def rows(file: str) -> list[dict[str, str]]:
    """Return the rows of a code list; lines that begin with # name its publisher and version."""
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def prefixes(file: str, name: str) -> tuple[str, ...]:
    """Return the prefixes of one list of a file."""
    return tuple(row["prefix"] for row in rows(file) if row["list"] == name)


def among(code: ir.StringValue, file: str, *names: str) -> ir.BooleanValue:
    """Tell whether a code (text, no dot) begins with a prefix of the lists; false where there is none."""
    return code.re_search(f"^({_either(file, names)})").fill_null(False)


def begins(code: ir.StringValue, file: str, *names: str) -> ir.BooleanValue:
    """Tell the same as `among`, but null where there is no code: for choosing among many lines.

    By comparing, not by a pattern or a list: the engine can then filter while it reads, before it joins.
    """
    return reduce(or_, ((code >= first) & (code < end) for first, end in ranges(file, *names)))


@cache
def ranges(file: str, *names: str) -> tuple[tuple[str, str], ...]:
    """Return the ranges, [first, end), of the codes that begin with a prefix of the lists."""
    every = sorted({prefix for name in names for prefix in prefixes(file, name)})
    found: list[tuple[str, str]] = []
    for prefix in every:
        first, end = prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
        if found and first <= found[-1][1]:  # it touches the range before it or lies in it
            first, end = found[-1][0], max(end, found[-1][1])
            found.pop()
        found.append((first, end))
    return tuple(found)


def any_among(codes: ir.StringValue, file: str, *names: str) -> ir.BooleanValue:
    """Tell whether one of several codes, separated by semicolons, begins with a prefix of the lists."""
    return codes.re_search(f"(^|; *)({_either(file, names)})").fill_null(False)


def _either(file: str, names: tuple[str, ...]) -> str:
    return "|".join(re.escape(prefix) for name in names for prefix in prefixes(file, name))
