"""Numbers that the authors of published trials printed, beside those that armwise finds in their data.

Usage: python trials/printed.py [TRIAL ...]      (runs all trials and writes docs/published.md without names)
"""

import csv
import datetime
import hashlib
import math
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import yaml
from scipy.special import ndtr, stdtr
from westfall_young import FamilyWise, beside_printed

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "published.md"
TRIALS = sorted(path.parent.name for path in (ROOT / "trials").glob("*/expected.csv"))
WELLNESS, CLAIMS = "illinois_wellness", "ILLINOIS_CLAIMS"
BROUGHT = (CLAIMS, "RAND_PERSON_YEARS")  # where the data are that users bring, see the README of their trials

# How a printed number is made of ours, as the column `as` says.
MADE: dict[str, Callable[[float], float]] = {
    "": lambda x: x,
    "log": math.log,
    "1 - x": lambda x: 1 - x,
    "-x": lambda x: -x,
    "per 100,000": lambda x: 100_000 * x,
}


class Compared(NamedTuple):
    """One printed number and ours with as many digits; `differs` says why the two are not alike, if known."""

    key: str
    statistic: str
    printed: str
    ours: str
    source: str
    note: str
    differs: str

    @property
    def agrees(self) -> bool:
        return self.ours == self.printed


def settings(trial: str) -> dict[str, Any]:
    """Return the settings of a trial as they are written."""
    return yaml.safe_load((ROOT / "trials" / trial / "config.yaml").read_text(encoding="utf-8"))


def expected(trial: str) -> list[dict[str, str]]:
    """Return the printed numbers of a trial."""
    with (ROOT / "trials" / trial / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def results(folder: Path, trial: str) -> dict[str, dict[str, Any]]:
    """Return the results of a trial that was run in `folder`: by key, at full precision.

    P values are those before roles are given out: of many printed ones no analysis would be planned here.
    """
    interim = folder / "data" / "interim" / settings(trial)["trial"]["id"]
    found = {row["key"]: row for row in pq.read_table(interim / "ard.parquet").to_pylist()}
    before = [
        *sorted((interim / "estimates").rglob("*.parquet")),
        interim / "described/time_to_event.parquet",
    ]
    for path in filter(Path.is_file, before):
        for row in pq.read_table(path).to_pylist():
            if row["key"] in found:
                found[row["key"]]["p_value"] = row["p_value"]
    return found


def compared(trial: str, found: Mapping[str, Mapping[str, Any]]) -> list[Compared]:
    """Return every printed number beside ours. Raises KeyError where a result is missing."""
    normal = settings(trial).get("estimates", {}).get("limits") == "normal"
    return [_compared(row, found[row["key"]], normal) for row in expected(trial)]


def _compared(row: dict[str, str], result: Mapping[str, Any], normal: bool) -> Compared:
    value = MADE[row.get("as") or ""](statistic(result, row["statistic"], normal))
    ours = as_printed(value, row["printed"])
    told = (row["source"], row.get("note") or "", row.get("differs") or "")
    return Compared(row["key"], row["statistic"], row["printed"], ours, *told)


def statistic(result: Mapping[str, Any], name: str, normal: bool) -> float:
    """Return a number of a result; a P value that it does not have is that of its own standard error."""
    if name != "p_value" or result["p_value"] is not None:
        return float(result[name])
    estimate = math.log(result["estimate"]) if result["measure"].endswith("_ratio") else result["estimate"]
    size = -abs(estimate / result["std_error"])
    return float(2 * (ndtr(size) if normal else stdtr(result["df"], size)))


def as_printed(value: float, printed: str) -> str:
    """Return a value with the digits of `printed`, half rounded up, "34%" for 0.34."""
    percent, digits = printed.endswith("%"), printed.rstrip("%")
    snapped = Decimal(f"{value * (100 if percent else 1):.12g}")
    rounded = snapped.quantize(Decimal(1).scaleb(Decimal(digits).as_tuple().exponent), ROUND_HALF_UP)
    return f"{rounded + 0}" + ("%" if percent else "")


# -- the page -------------------------------------------------------------------------------------


def main(names: list[str]) -> int:
    """Run the trials named, or all, and compare; write the page when all were run."""
    lacking = [name for name in BROUGHT if name not in os.environ]
    if not names and lacking:
        sys.exit(f"Set {' and '.join(lacking)} first: the README of the trials that use them says to what.")
    by_trial = {trial: compared(trial, run(trial)) for trial in names or TRIALS}
    wrong = [row for rows in by_trial.values() for row in rows if row.agrees == bool(row.differs)]
    for row in wrong:
        print(f"{row.key} {row.statistic}: printed {row.printed}, ours {row.ours}")
    if not names:
        PAGE.write_text(page(by_trial), encoding="utf-8")
    return int(bool(wrong))


def run(trial: str) -> dict[str, dict[str, Any]]:
    """Run a trial as far as its results, here."""
    target = f"data/interim/{settings(trial)['trial']['id']}/ard.parquet"
    command = [sys.executable, "-m", "snakemake", "--cores", "all", "--quiet", "all"]
    subprocess.run(
        [*command, "--configfile", f"trials/{trial}/config.yaml", "--", target],
        cwd=ROOT, env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""}, check=True,
    )  # fmt: skip
    return results(ROOT, trial)


def page(by_trial: Mapping[str, list[Compared]]) -> str:
    """Return the page: a summary, then each trial with its numbers."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    today = datetime.date.today().isoformat()
    told = f"Commit {commit}, {today}, Python {platform.python_version()}, {platform.machine()}."
    parts = [HEAD.format(told=told), *_summary(by_trial)]
    for trial, rows in by_trial.items():
        parts += _of_trial(trial, rows)
    return "\n".join([*parts, *_family_wise()]) + "\n"


HEAD = """# Published trials, printed beside ours

Written by `make published`; do not edit. Each trial in `trials/` is run from its data, and each number that
its authors, a textbook or another program printed stands beside ours with as many digits, half rounded up.
Where the two differ the reason is given; a test holds all others to their printed digits, and that these
do differ. A fingerprint is that of a trial's settings and printed numbers: a test fails when they have
changed since.

{told}
"""


def fingerprint(trial: str) -> str:
    """Return the first digits of the SHA-256 of a trial's settings and printed numbers."""
    folder = ROOT / "trials" / trial
    texts = [(folder / name).read_bytes() for name in ("config.yaml", "expected.csv")]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]


def _summary(by_trial: Mapping[str, list[Compared]]) -> Iterator[str]:
    yield "| trial | printed numbers | agree | differ | fingerprint |"
    yield "|---|---|---|---|---|"
    for trial, rows in by_trial.items():
        agree = sum(row.agrees for row in rows)
        title = settings(trial)["trial"]["title"]
        line = f"{len(rows)} | {agree} | {len(rows) - agree} | `{fingerprint(trial)}`"
        yield f"| [{title}](#{trial.replace('_', '-')}) | {line} |"
    yield ""


def _of_trial(trial: str, rows: list[Compared]) -> Iterator[str]:
    yield f'<a id="{trial.replace("_", "-")}"></a>'
    yield f"\n## {settings(trial)['trial']['title']}\n"
    yield f"Settings and sources: [`trials/{trial}`](../trials/{trial}/README.md).\n"
    for source in dict.fromkeys(row.source for row in rows):
        yield f"**{source}**\n"
        yield "| result | | printed | ours | |"
        yield "|---|---|---|---|---|"
        yield from (_line(row) for row in rows if row.source == source)
        yield ""


def family_wise() -> list[FamilyWise]:
    """Return the family-wise P values of the wellness study, printed beside ours."""
    folder = ROOT / "trials" / WELLNESS
    return beside_printed(os.environ[CLAIMS], settings(WELLNESS), folder / "westfall_young.csv")


def _family_wise() -> Iterator[str]:
    yield f"\n## Family-wise P values: {settings(WELLNESS)['trial']['title']}\n"
    yield FAMILY_WISE
    yield "| outcome | window | effect | printed | ours | |"
    yield "|---|---|---|---|---|---|"
    for row in family_wise():
        verdict = "agrees" if row.agrees else "**differs**"
        ours = as_printed(row.ours, "0.000")
        yield f"| {row.outcome} | {row.window} | {row.effect} | {row.printed} | {ours} | {verdict} |"


FAMILY_WISE = """Westfall and Young's step-down P values, printed in Table 4 and eTable 6, by the authors'
algorithm: 1,000 bootstraps of employees within strata, two families of six tests each
(`trials/westfall_young.py`; the step-down is armwise's own). They agree when they differ by no more than 3.5
Monte Carlo standard errors of both and the rounding. With `roles.multiplicity: westfall_young` armwise itself
draws the arms again, as they were drawn, in place of people.
"""


def _line(row: Compared) -> str:
    what = row.key.removeprefix("itt/").replace("/all/", "/").replace("|", " ")
    said = f"{row.statistic}{': ' + row.note if row.note else ''}"
    verdict = "agrees" if row.agrees else f"**differs**: {row.differs or 'not yet known why'}"
    return f"| `{what}` | {said} | {row.printed} | {row.ours} | {verdict} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
