"""The analytical checks of one trial: what its data look like as a whole, by arm and over time."""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.check.reads import Read
from armwise.check.rows import BECOMES, Broken
from armwise.cohort.cohort import KEY, cohort
from armwise.cohort.coverage import stretches
from armwise.cohort.participants import participants_cohort
from armwise.estimates.monitored import Files, describe
from armwise.events.encounters import encounters
from armwise.extracts.across import Kind, Others, hold_against, kept
from armwise.extracts.catalogue import CATALOGUE, severities
from armwise.extracts.contracts import may_miss
from armwise.extracts.engine import connect, hold, write
from armwise.extracts.errors import DataError
from armwise.extracts.held import DAYS, checks_of
from armwise.extracts.made import read_made
from armwise.outcomes.monitored.tables import write_delays, write_rates, write_shares
from armwise.settings import wanted
from armwise.settings.loading import Placed
from armwise.settings.problems import Problem

Tables = dict[str, ir.Table]
MONITORED = ("inpatient_stay", "ed_visit")


class WholeChecks:
    """What every check of the data as a whole found, or why none could be made."""

    def __init__(self, config: dict[str, Any], reads: dict[str, Read], folder: Path) -> None:
        self.found: dict[Broken, int] = defaultdict(int)
        self.why_not = ""
        if any(read.stopped for read in reads.values()):
            self.why_not = "first every source must be readable"
            return
        try:
            for source, each in read_made(_made(config, reads, folder)):
                self.found[source, each.check, each.severity] += each.rows
        except DataError as error:
            self.why_not = str(error)

    def lines(self) -> list[str]:
        """Say how many checks were made, and each that is broken."""
        head = "checks of the data as a whole: "
        if self.why_not:
            return [f"{head}not made: {self.why_not}"]
        broken = {place: findings for place, findings in self.found.items() if findings}
        head += f"{len(self.found):,} made, "
        told = (
            f"    {BECOMES[severity]:10}{source}: {_said(check, findings)} ({check})"
            for (source, check, severity), findings in broken.items()
        )
        return [f"{head}{len(broken):,} broken:" if broken else f"{head}all passed", *told]

    def unmade(self, placed: Placed) -> Iterator[Problem]:
        """Yield what kept the checks from being made, and would keep the analysis from it."""
        if self.why_not:
            yield placed.problem(("data",), self.why_not)

    def problems(self, placed: Placed) -> Iterator[Problem]:
        """Yield what would stop the analysis, where the settings say that it should."""
        for (source, check, severity), findings in self.found.items():
            if severity == "stop" and findings:
                wrong = f"`{source}`: {_said(check, findings)}"
                fix = f"ask the plan, or let the run go on: `checks: {{{check}: warn}}`"
                yield placed.problem(("checks", check), wrong, fix)


def _said(check: str, findings: int) -> str:
    return f"{CATALOGUE[check].words}: {findings:,} {CATALOGUE[check].finds}"


def _made(config: dict[str, Any], reads: dict[str, Read], folder: Path) -> str:
    """Make the checks in `folder` as a run would, and return the file of what they found."""
    engine = connect(threads=os.cpu_count() or 1, temporary=str(folder / "temporary"))
    tables, made = _kept(engine, config, reads), str(folder / "whole.checks.csv")
    people = _cohort(engine, config, tables)
    path = str(folder / "cohort.parquet")
    write(engine, people, path, KEY)
    files = Files() if "participants" in tables else _monitored(engine, config, tables, people, folder)
    arms, known = list(config["trial"]["arms"]), severities("analysis", config["checks"])
    describe(path, files, arms, known, str(folder / "whole.parquet"), made)
    return made


def _kept(engine: Backend, config: dict[str, Any], reads: dict[str, Read]) -> Tables:
    """Return the typed rows of every source, without those that are set aside for what others say."""
    tables = {source: engine.read_parquet(read.table) for source, read in reads.items()}
    if "enrollment" not in tables:
        return tables
    known = severities("across", config["checks"])
    others = Others(tables["enrollment"], tables.get("deaths"))
    for source, table in tables.items():
        settings = config["data"][source]
        checks = checks_of(settings["contract"], tables)
        if "set_aside" in {known[name] for name in checks}:
            kind = Kind(settings["contract"], settings["complete_through"])
            stay = kept(hold_against(engine, table, kind, others, known), list(table.columns))
            tables[source] = hold(engine, stay, f"kept_{source}")
    return tables


def _cohort(engine: Backend, config: dict[str, Any], tables: Tables) -> ir.Table:
    """Return who was randomized, without what only the analysis needs."""
    if "participants" in tables:
        return participants_cohort(tables["participants"], [])
    follow_up, period = config["follow_up"], config["follow_up"]["baseline"]
    settings = {
        "reference": config["trial"]["reference"],
        "arms": len(config["trial"]["arms"]),
        "months": period["months"],
        "asks": {key: period[key] for key in ("covered", "min_days")},
        "outside": period["outside"],
        **{key: follow_up[key] for key in ("gap_days", "partial_benefits", "later_lottery")},
        **{"baseline": [], "counts": {}, "uptake": None},
    }
    return hold(engine, cohort(engine, tables["enrollment"], tables.get("coverage"), {}, settings), "cohort")


def _monitored(
    engine: Backend, config: dict[str, Any], tables: Tables, people: ir.Table, folder: Path
) -> Files:
    """Write what is looked at by arm and over time, and return its files."""
    rates, uncovered, shares, delays = (
        str(folder / f"{name}.csv") for name in ("monthly_rates", "without_coverage", "shares", "delays")
    )
    linked = {source: of for source, of in tables.items() if config["data"][source]["contract"] in DAYS}
    events = _events(engine, config, tables)
    columns = {source: may_miss(config["data"][source]["contract"]) for source in linked}
    write_shares(engine, people, linked, events, columns, shares)
    write_delays(engine, people, [tables[each] for each in ("utilization",) if each in tables], delays)
    if not events:
        return Files((), (), [shares], [delays])
    lines, through = tables["utilization"], config["data"]["utilization"]["complete_through"]
    covered = hold(engine, stretches(tables["coverage"], config["follow_up"]["gap_days"]), "seen")
    write_rates(engine, people, covered, events, lines, through, (rates, uncovered))
    return Files([rates], [uncovered], [shares], [delays])


def _events(engine: Backend, config: dict[str, Any], tables: Tables) -> Tables:
    if not {"utilization", "coverage"} <= tables.keys():
        return {}
    definitions = wanted.definitions(config, *MONITORED)
    found = encounters(engine, tables["utilization"], tables["enrollment"], definitions).by_event
    return {name: hold(engine, found[name], f"checked_{name}") for name in MONITORED}
