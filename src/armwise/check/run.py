"""The whole check of one trial: settings, extracts, and how they agree."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from armwise.check.agreement import Agreement
from armwise.check.blinded import seal_rejected, shuffle_arms
from armwise.check.reads import Read, read_all
from armwise.check.rows import RowChecks
from armwise.check.whole import WholeChecks
from armwise.settings import wanted, while_blinded
from armwise.settings.loading import Placed
from armwise.settings.problems import Problem


@dataclass
class Findings:
    """What the check found: lines to show, and the problems that would stop the analysis."""

    lines: list[str]
    problems: list[Problem]


def check(placed: Placed) -> Findings:
    """Check the extracts of the trial that the settings declare.

    Typed rows are written below data/interim/ID/check and removed again; rows that break a contract stay
    there, each with its reason.
    """
    interim = Path("data/interim") / placed.config["trial"]["id"] / "check"
    interim.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=interim) as folder:
        placed = replace(placed, config=while_blinded(placed.config))
        reads = read_all(placed.config, Path(folder), interim)
        shuffle_arms(placed.config, reads)
        agreement = Agreement(placed, reads)
        rows, whole = RowChecks(placed.config, reads), WholeChecks(placed.config, reads, Path(folder))
        broken = [*rows.problems(placed), *whole.problems(placed)]
        problems = [*_stopped(placed, reads), *broken, *agreement.problems()] or [*whole.unmade(placed)]
        lines = [*_lines(reads, agreement, interim / "rejected"), *rows.lines(), *whole.lines()]
        seal_rejected(placed.config, reads)
        return Findings(lines, problems)


def _stopped(placed: Placed, reads: dict[str, Read]) -> list[Problem]:
    """Return what kept sources from being read: the first line says what is wrong, the rest what to do."""
    told = []
    for read in reads.values():
        if read.stopped:
            wrong, _, rest = read.stopped.partition("\n")
            path = (*wanted.path(placed.config, read.source), "path")
            told.append(placed.problem(path, wrong, rest.strip()))
    return told


def _lines(reads: dict[str, Read], agreement: Agreement, rejected: Path) -> list[str]:
    lines = [f"{'':14}{'rows read':>12}{'kept':>12}{'set aside':>12}{'not included':>14}"]
    for read in reads.values():
        lines += _of_source(read)
    if any(read.reasons for read in reads.values()):
        lines.append(f"Each row that is set aside, with its line and reason: {rejected}/")
    lines.append("")
    lines.append(f"arms: {_sizes(agreement)}")
    if between := agreement.randomized_between():
        lines.append(f"randomized: {between[0]} to {between[1]}")
    missing = agreement.outcomes_missing().items()
    return lines + [
        f"{column}: no value in {rows:,} rows, which its analysis leaves out" for column, rows in missing
    ]


def _sizes(agreement: Agreement) -> str:
    if agreement.config["trial"]["blinded"]:
        return "sizes are not shown while the trial is blinded"
    return ", ".join(f"{arm} {rows:,}" for arm, rows in agreement.arms().items())


def _of_source(read: Read) -> list[str]:
    if read.stopped:
        return [f"{read.source:14}could not be read; see below"]
    counted = [(tally.read, tally.kept, tally.set_aside, tally.not_included) for tally in read.tallies]
    totals = [sum(each) for each in zip(*counted, strict=True)]
    counts = "".join(f"{total:>{width},}" for total, width in zip(totals, (12, 12, 12, 14), strict=True))
    several = len(read.tallies) > 1
    return [f"{read.source:14}{counts}", *(_reason(row, several) for row in read.reasons)]


def _reason(row: dict[str, str], of_several: bool) -> str:
    """Say why rows are set aside, and in which file where the source has several."""
    file = f"{row['file']}: " if of_several else ""
    return f"    {int(row['rows']):,} set aside: {file}{row['column']}: {row['reason']}"
