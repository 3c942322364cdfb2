"""The checks of the data: what each asks, what was found, and which results it endangers."""

from collections.abc import Iterator

from armwise.extracts.absences import ABSENCES
from armwise.extracts.catalogue import CATALOGUE, Check, Level
from armwise.report.numbers import HIDDEN, whole
from armwise.report.results import Results, Row
from armwise.report.tables.levels import SPLIT
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

LEVELS: dict[Level, str] = {
    "structural": "Structural: rows that cannot be read as agreed",
    "logical": "Logical: rows that contradict themselves or another source",
    "analytical": "Analytical: the data as a whole, by arm and over time",
}
PASSED = "Passed"
BECAME = {"set_aside": "set aside", "warn": "kept, warned", "ignore": "counted only", "stop": "stopped"}


def checks(results: Results, trial: Trial) -> Table:
    """Return every check that was made, by level: one line where it passed, else one per source."""
    lines = tuple(line for level in LEVELS for line in _level(results, trial, level)) + _absent(results)
    notes = ("Counts are of rows, unless said otherwise. The settings say what becomes of them.",)
    return Table(
        "checks",
        "Checks of the data",
        (
            Column("What is asked about"),
            Column("Source"),
            Column("Found"),
            Column("Results that it endangers"),
        ),
        lines,
        (*notes, *hidden_note(lines, trial)),
    )


def _level(results: Results, trial: Trial, level: Level) -> Iterator[Line]:
    lines = [
        line
        for name, check in CATALOGUE.items()
        if check.level == level
        for line in _lines(results, trial, name, check)
    ]
    if lines:
        yield Line(LEVELS[level], (), "group")
        yield from lines


def _absent(results: Results) -> tuple[Line, ...]:
    """Say what was not sent, and which results are the weaker for it."""
    rows = [row for row in results.find(window="absent") if row.outcome in ABSENCES]
    lines = []
    for row in rows:
        absence = ABSENCES[row.outcome]
        label = absence.words[:1].upper() + absence.words[1:]
        cells = (Cell(_listed([absence.source])), cell("Absent", row), Cell(absence.weakens))
        lines.append(Line(label, cells, "level"))
    heading = [Line("Absent: what was not sent, and what is the weaker for it", (), "group")]
    return tuple([*heading, *lines] if lines else [])


def made(results: Results, name: str) -> list[Row]:
    """Return the results of one check: one row per source, one more per column where it is broken."""
    return [row for row in results.find(window="extract") if row.outcome.partition(SPLIT)[2] == name]


def _lines(results: Results, trial: Trial, name: str, check: Check) -> Iterator[Line]:
    found = made(results, name)
    totals = [row for row in found if row.subgroup == "all"]
    broken = [row for row in totals if is_broken(row)]
    label = check.words[:1].upper() + check.words[1:]
    if totals and not broken:
        sources = _listed([_source(row) for row in totals])
        yield Line(label, (Cell(sources), cell(PASSED, *totals), Cell(check.endangers)), "level")
    for row in broken:
        columns = [each.subgroup.partition(SPLIT)[2] for each in found if _is_column_of(each, row)]
        where = _source(row) + (f" ({_listed(columns)})" if columns else "")
        yield Line(label, (Cell(where), cell(_found(row, check, trial), row), Cell(check.endangers)), "level")


def is_broken(row: Row) -> bool:
    """Say whether a check found something; a hidden count is of something."""
    return bool(row.estimate) or row.hides("estimate")


def _is_column_of(each: Row, row: Row) -> bool:
    named = each.subgroup.startswith(f"column{SPLIT}") and "(" not in each.subgroup
    return named and each.outcome == row.outcome and is_broken(each)


def _found(row: Row, check: Check, trial: Trial) -> str:
    count = HIDDEN if row.hides("estimate") else whole(row.estimate, trial.style)
    unit = "" if check.finds == "rows" else f" {check.finds}"
    return f"{count}{unit} {BECAME[row.method]}" if check.finds == "rows" else f"{count}{unit}: warned"


def _source(row: Row) -> str:
    return row.outcome.partition(SPLIT)[0]


def _listed(names: list[str]) -> str:
    return ", ".join(inside(name.replace("_", " ")) for name in dict.fromkeys(names))
