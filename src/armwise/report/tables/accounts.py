"""From the records of each source to its events: what was taken in, left out, and why."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, whole
from armwise.report.results import Results, Row
from armwise.report.tables.levels import SPLIT
from armwise.report.tables.model import Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, in_words, inside

STEPS = {
    "encounters": "Hospital stays, ED visits and observation stays",
    "outpatient_visit": "Outpatient visits",
    "covid_dose": "COVID-19 vaccine doses",
    "influenza_dose": "Influenza vaccine doses",
    "contact": "Contacts of the program",
}


def accounts(results: Results, trial: Trial) -> Table:
    """Return what became of the records of each source on the way to its events."""
    lines = tuple(_lines([row for row in results.rows if row.measure == "rows_counted"], trial))
    notes = (
        "Lines are counts of the records, claims or events that they name, of everyone in the extracts and "
        "at any time. They need not add up: a line can be part of the one above it.",
    )
    return Table(
        "accounts",
        "What was left out of the events, and why",
        (Column("From records to events"), Column("Count")),
        lines,
        (*notes, *hidden_note(lines, trial)),
    )


def _lines(rows: list[Row], trial: Trial) -> Iterator[Line]:
    for step in dict.fromkeys(_split(row)[0] for row in rows):
        mine = sorted((row for row in rows if _split(row)[0] == step), key=lambda row: row.method)
        source = inside(in_words(mine[0].subgroup.partition(SPLIT)[2]))
        yield Line(f"{STEPS.get(step, in_words(step))}, from {source}", (), "group")
        for row in mine:
            count = HIDDEN if row.hides("estimate") else whole(row.estimate, trial.style)
            yield Line(_capital(_split(row)[1]), (cell(count, row),), "level")


def _split(row: Row) -> tuple[str, str]:
    step, _, what = row.outcome.partition(SPLIT)
    return step, what


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
