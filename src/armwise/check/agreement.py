"""What the rows of the extracts must agree on with the settings."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from armwise.check.calendar import last_day
from armwise.check.reads import Read
from armwise.cohort.weights import CohortError, refuse_wrong_probabilities
from armwise.extracts.engine import connect
from armwise.extracts.identifiers import knows_anybody, written
from armwise.settings import wanted
from armwise.settings.known import MADE_CHARACTERISTICS
from armwise.settings.loading import Placed
from armwise.settings.problems import Problem

FEW = 10  # values of a column that are shown at most, and rows that must share one
WRITTEN_ALIKE = (
    "are identifiers written alike in both files (leading zeros, prefixes)? If they are other numbers, "
    "translate them by a `crosswalk`"
)


class Agreement:
    """The rows that were read, held against the settings."""

    def __init__(self, placed: Placed, reads: dict[str, Read]) -> None:
        self.placed, self.config, self.reads = placed, placed.config, reads
        self.engine = connect()
        self.randomized = "participants" if "participants" in reads else "enrollment"

    def problems(self) -> Iterator[Problem]:
        """Yield every disagreement; sources that could not be read are left to their own message."""
        yield from self._undeclared_arms()
        enrolled = self._table(self.randomized)
        if enrolled is None:
            return
        yield from self._arms_without_rows()
        yield from self._characteristics_without_values(enrolled)
        if self.randomized == "enrollment":
            yield from self._probabilities(enrolled)
            yield from self._strangers(enrolled)
            yield from self._late_windows(enrolled)

    def arms(self) -> dict[str, int]:
        """Return the rows of each declared arm."""
        enrolled = self._table(self.randomized)
        counted = self._counts(enrolled.arm) if enrolled is not None else {}
        return {arm: counted.get(arm, 0) for arm in self.config["trial"]["arms"]}

    def randomized_between(self) -> tuple[date, date] | None:
        """Return the first and the last day of randomization; None when there is none."""
        enrolled = self._table("enrollment")
        if enrolled is None:
            return None
        days = self._one(enrolled.agg(first=enrolled.randomized_on.min(), last=enrolled.randomized_on.max()))
        return (days["first"], days["last"]) if days["first"] else None

    def outcomes_missing(self) -> dict[str, int]:
        """Return the participants without a value by column of an outcome, where there are any."""
        persons = self._table("participants")
        if persons is None:
            return {}
        columns = [name for name in wanted.outcome_columns(self.config) if name in persons.columns]
        counted = self._one(persons.agg(**{name: persons[name].isnull().sum() for name in columns}))
        return {name: rows for name, rows in counted.items() if rows}

    def _undeclared_arms(self) -> Iterator[Problem]:
        """Values of the arm column that no arm has; shown only when they look like arms, not like persons."""
        read = self.reads[self.randomized]
        path = next((p for p in (_stopped(read.rejected), Path(read.rejected)) if p.is_file()), None)
        if path is None:
            return
        rows = self.engine.read_parquet(path)
        counted = self._counts(rows.filter((rows.column == "arm") & (rows.check == "value_unknown")).value)
        if counted:
            are_arms = len(counted) <= FEW and min(counted.values()) > FEW
            shown = (
                ", ".join(f"`{arm}`" for arm in sorted(counted)) if are_arms else f"{len(counted):,} values"
            )
            wrong = f"`{self.randomized}` has rows of arms that are not declared: {shown}"
            fix = "declare them here, or translate them under `values: {arm: {theirs: ours}}` of the source"
            yield self.placed.problem(("trial", "arms"), wrong, fix)

    def _arms_without_rows(self) -> Iterator[Problem]:
        for arm, rows in self.arms().items():
            if not rows:
                wrong = f"no row of `{self.randomized}` has the arm `{arm}`"
                yield self.placed.problem(
                    ("trial", "arms", arm), wrong, "is it written otherwise in the file?"
                )

    def _characteristics_without_values(self, enrolled: ir.Table) -> Iterator[Problem]:
        """A characteristic that no row has: its column is not in the file, or empty."""
        names = [name for name in self.config["baseline"] if name in enrolled.columns]
        given = self._one(enrolled.agg(**{name: enrolled[name].count() for name in names})) if names else {}
        derived = MADE_CHARACTERISTICS | ({"age"} if "birth_date" in enrolled.columns else set())
        for name in names:
            if not given[name] and name not in derived:
                column = self.config["baseline"][name]["column"]
                wrong = f"no row of `{self.randomized}` has a value of `{name}`"
                fix = f"is there a column `{column}` in the file? Name its own under `column`"
                yield self.placed.problem(("baseline", name), wrong, fix)

    def _probabilities(self, enrolled: ir.Table) -> Iterator[Problem]:
        """The probabilities of the arms of a stratum, which must sum to 1."""
        try:
            refuse_wrong_probabilities(self.engine, enrolled, len(self.config["trial"]["arms"]))
        except CohortError as error:
            yield self.placed.problem(("data", "enrollment"), str(error))

    def _strangers(self, enrolled: ir.Table) -> Iterator[Problem]:
        """A source that knows none of the persons who were randomized."""
        for source in self.reads:
            table = self._table(source)
            if source == "enrollment" or table is None:
                continue
            theirs, ours = written(self.engine, table), written(self.engine, enrolled)
            path = wanted.path(self.config, source)
            if not theirs:
                wrong = f"`{source}` has no row: nothing follows the names of the columns"
                yield self.placed.problem(path, wrong, "send the file again")
            elif not knows_anybody(self.engine, table, enrolled):
                wrong = f"`{source}` has no row of anybody in `enrollment`"
                ways = f" (there {ours}; here {theirs})" if ours != theirs else ""
                yield self.placed.problem(path, wrong + ways, WRITTEN_ALIKE)

    def _late_windows(self, enrolled: ir.Table) -> Iterator[Problem]:
        """A window that ends, for those randomized last, after its source is complete."""
        between = self.randomized_between()
        if between is None or self.config["follow_up"]["incomplete"] == "censor":
            return
        told = set()
        for window, source in self._counted_in():
            last = last_day(self.config["follow_up"]["windows"].get(window, {}), between[1])
            complete = self.config["data"][source]["complete_through"]
            if complete and last and str(last) > complete and (window, source) not in told:
                told.add((window, source))
                yield self._late(window, source, last, between[1], complete)

    def _late(self, window: str, source: str, last: date, randomized: date, complete: str) -> Problem:
        wrong = (
            f"window `{window}` ends on {last} for those randomized last ({randomized}), and `{source}` is "
            f"complete through {complete} only"
        )
        fix = "shorten it, or set `follow_up.incomplete: censor` to end their observation there"
        return self.placed.problem(("follow_up", "windows", window), wrong, fix)

    def _counted_in(self) -> Iterator[tuple[str, str]]:
        """Yield the windows of every outcome, each with the sources that the outcome rests on."""
        for name, outcome in self.config["outcomes"].items():
            source = wanted.source_of(self.config, outcome["event"])
            covered = self.config["data"][source]["observed_while"] == "covered"
            for window in wanted.windows(self.config, name):
                yield window, source
                if covered:
                    yield window, "coverage"
        yield from self._uptake_in()

    def _uptake_in(self) -> Iterator[tuple[str, str]]:
        """Yield the windows in which uptake is counted, each with its source."""
        uptake = self.config["estimates"]["uptake"]
        if uptake:
            for window in self.config["follow_up"]["windows"]:
                yield window, wanted.source_of(self.config, uptake["event"])

    def _table(self, source: str) -> ir.Table | None:
        read = self.reads.get(source)
        return None if read is None or read.stopped else self.engine.read_parquet(read.table)

    def _counts(self, column: ir.Column) -> dict[str, int]:
        rows = self.engine.to_pyarrow(column.name("value").value_counts(name="rows")).to_pylist()
        return {row["value"]: row["rows"] for row in rows}

    def _one(self, table: ir.Table) -> dict[str, Any]:
        return self.engine.to_pyarrow(table).to_pylist()[0]


def _stopped(rejected: str) -> Path:
    """Return where the rows are kept when a source had too many bad ones."""
    return Path(rejected).with_suffix(".stopped.parquet")
