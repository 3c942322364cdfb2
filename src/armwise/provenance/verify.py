"""Whether results computed again are those that were published: counts and printed strings exactly, estimates
to the published precision, bytes where the versions are the same."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isclose
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from armwise.provenance.compare import NUMBERS
from armwise.provenance.release import Release

PASS, DIFFERS, MISSING, BEYOND = "pass", "differs", "missing", "not published"
EXACT = ("n", "n_informative", "clusters", "events", "hidden")
FULL_PRECISION = 1e-8
DIGITS = 6  # significant ones that `ard.csv` has of estimates; trailing zeros are not written


@dataclass(frozen=True)
class Verdict:
    """How one kind of thing compares: how many of each verdict, and which are not as published."""

    what: str
    passed: int
    differs: tuple[str, ...]
    missing: tuple[str, ...]
    beyond: tuple[str, ...] = ()  # computed, and not published

    @property
    def holds(self) -> bool:
        """Whether everything published was found again."""
        return not self.differs and not self.missing


def verify(published: Release, again: Release) -> list[Verdict]:
    """Hold results computed `again` against those `published`: numbers, printed strings, and bytes.

    Bytes are held against each other where lock file and Python minor version are the same, as they promise
    nothing elsewhere.
    """
    found = [
        _verdict("counts", published.results, again.results, counts_agree),
        _verdict("estimates", published.results, again.results, estimates_agree),
        _verdict("printed strings", _strings(published), _strings(again), lambda a, b: a == b),
    ]
    if same_versions(published.manifest, again.manifest):
        bytes_of = (published.manifest["outputs"], again.manifest["outputs"])
        found.append(_verdict("bytes of files", *bytes_of, lambda a, b: a == b))
    return found


def verify_datasets(published: str | Path, again: str | Path) -> list[Verdict]:
    """Hold two full-precision datasets (Parquet) against each other, to 1e-8 relative."""
    before, after = (
        {row["key"]: row for row in pq.read_table(path).to_pylist()} for path in (published, again)
    )
    return [_verdict("results at full precision", before, after, fully_agree)]


def same_versions(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether two manifests have the same lock file and Python minor version."""
    minors = {".".join(of.get("python", "?").split(".")[:2]) for of in (one, other)}
    return one.get("lock_sha256") == other.get("lock_sha256") and len(minors) == 1


def counts_agree(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Say whether everything counted is the same, and the same is hidden."""
    return all(before.get(name, "") == after.get(name, "") for name in EXACT)


def estimates_agree(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Say whether all other numbers agree to one unit of the last published digit, the sixth significant."""
    numbers = (name for name in NUMBERS if name not in EXACT)
    same = all(_to_last_digit(before.get(name, ""), after.get(name, "")) for name in numbers)
    return same and bool(before.get("error")) == bool(after.get("error"))


def _to_last_digit(before: str, after: str) -> bool:
    if not before or not after or not Decimal(before):
        return before == after
    unit = Decimal(1).scaleb(Decimal(before).adjusted() - DIGITS + 1)
    return abs(Decimal(before) - Decimal(after)) <= unit


def fully_agree(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether two rows of a full-precision dataset agree to 1e-8 relative."""
    return all(_close(before.get(name), after.get(name)) for name in NUMBERS if name != "hidden")


def _close(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is after
    return before == after or isclose(before, after, rel_tol=FULL_PRECISION, abs_tol=FULL_PRECISION**2)


def _verdict(what: str, before: Mapping[str, Any], after: Mapping[str, Any], agree: Any) -> Verdict:
    both = sorted(before.keys() & after.keys())
    differs = tuple(key for key in both if not agree(before[key], after[key]))
    missing = tuple(sorted(before.keys() - after.keys()))
    return Verdict(
        what, len(both) - len(differs), differs, missing, tuple(sorted(after.keys() - before.keys()))
    )


def _strings(release: Release) -> dict[str, str]:
    """Return the text of every cell of every table, by table, line and column."""
    return dict(
        cell for path in sorted((release.folder / "tables").glob("*.csv")) for cell in _strings_of(path)
    )


def _strings_of(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        for number, line in enumerate(csv.reader(stream), 1):
            for column, text in enumerate(line, 1):
                yield f"tables/{path.name}, line {number}, column {column}", text


def as_table(verdicts: list[Verdict]) -> Iterator[str]:
    """Yield the table of pass, differs and missing, then the first of what is not as published."""
    head = ("", PASS, DIFFERS, MISSING, BEYOND)
    rows = [(v.what, *map(str, (v.passed, len(v.differs), len(v.missing), len(v.beyond)))) for v in verdicts]
    width = max(len(row[0]) for row in rows)
    for row in [head, *rows]:
        yield f"{row[0]:<{width}}" + "".join(f"  {text:>13}" for text in row[1:])
    for verdict in verdicts:
        for word, names in ((DIFFERS, verdict.differs), (MISSING, verdict.missing)):
            yield from (f"{word}: {name}" for name in names[:10])
            if len(names) > 10:
                yield f"... and {len(names) - 10} more of {verdict.what} that are {word}"
