"""The structural and logical checks of one trial, told in a few lines."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from armwise.check.reads import Read
from armwise.extracts.across import Kind, Others, hold_against, made
from armwise.extracts.catalogue import CATALOGUE, severities
from armwise.extracts.engine import connect
from armwise.extracts.held import checks_of
from armwise.extracts.made import Made
from armwise.settings import wanted
from armwise.settings.loading import Placed
from armwise.settings.problems import Problem

BECOMES = {"stop": "stops", "set_aside": "set aside", "warn": "warned", "ignore": "counted"}
Broken = tuple[str, str, str]  # source, check, severity


class RowChecks:
    """What every check of rows found, in every source that could be read."""

    def __init__(self, config: dict[str, Any], reads: dict[str, Read]) -> None:
        self.rows: dict[Broken, int] = defaultdict(int)
        for source, each in [*_while_reading(reads), *_across(config, reads)]:
            self.rows[source, each.check, each.severity] += each.rows

    def lines(self) -> list[str]:
        """Say how many checks were made, and each that is broken."""
        broken = {place: rows for place, rows in self.rows.items() if rows}
        head = f"checks of rows: {len(self.rows):,} made, "
        return [f"{head}{len(broken):,} broken:" if broken else f"{head}all passed"] + [
            f"    {BECOMES[severity]:10}{source}: {CATALOGUE[check].words}: {rows:,} rows ({check})"
            for (source, check, severity), rows in broken.items()
        ]

    def problems(self, placed: Placed) -> Iterator[Problem]:
        """Yield what would stop the analysis."""
        for (source, check, severity), rows in self.rows.items():
            if severity == "stop" and rows:
                milder = "set_aside" if "set_aside" in CATALOGUE[check].may_be else "warn"
                wrong = f"`{source}`: {CATALOGUE[check].words}: {rows:,} rows"
                fix = f"correct the data, or say what becomes of such rows: `checks: {{{check}: {milder}}}`"
                yield placed.problem(wanted.path(placed.config, source), wrong, fix)


def _while_reading(reads: dict[str, Read]) -> Iterator[tuple[str, Made]]:
    for read in reads.values():
        yield from ((read.source, each) for each in read.made)


def _across(config: dict[str, Any], reads: dict[str, Read]) -> Iterator[tuple[str, Made]]:
    """Hold every source that was read against enrollment and deaths."""
    read = {source: each.table for source, each in reads.items() if not each.stopped}
    if "enrollment" not in read:
        return
    engine, known = connect(), severities("across", config["checks"])
    others = Others.read(engine, read["enrollment"], read.get("deaths"))
    for source, table in read.items():
        settings = config["data"][source]
        if checks_of(settings["contract"], read):
            kind = Kind(settings["contract"], settings["complete_through"])
            held = hold_against(engine, engine.read_parquet(table), kind, others, known)
            yield from ((source, each) for each in made(engine, held, known))
