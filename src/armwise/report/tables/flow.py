"""The text version of the flow diagram: the same counts in the same words."""

from armwise.report.flow import Band, Box, Entry, bands
from armwise.report.results import Results
from armwise.report.tables.model import Cell, Column, Line, Table
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial


def flow(results: Results, trial: Trial) -> Table:
    """Return the flow as a table: a line per count, a column per arm, and one for everybody."""
    lines = tuple(line for band in bands(results, trial) for line in _band(band, trial))
    return Table(
        "flow",
        f"Flow of {trial.unit} through the trial",
        (Column("Stage"), Column("All"), *(Column(label) for label in trial.arms.values())),
        lines,
        tuple(hidden_note(lines, trial)),
    )


def _band(band: Band, trial: Trial) -> list[Line]:
    lines = [Line(band.name, (), "group")]
    everybody = len(band.boxes) == 1
    by_words: dict[str, dict[int, Entry]] = {}
    for column, box in enumerate(band.boxes):
        for entry in _entries(box, everybody):
            by_words.setdefault(entry.words, {})[column] = entry
    for words, entries in by_words.items():
        cells = [_cell(entries.get(column)) for column in range(len(band.boxes))]
        blank = [Cell()] * len(trial.arms)
        lines.append(Line(words, tuple([*cells, *blank] if everybody else [Cell(), *cells]), "level"))
    return lines


def _entries(box: Box, everybody: bool) -> list[Entry]:
    head = box.head
    if not everybody and head.words.startswith("randomized to"):
        head = Entry(head.count, "randomized", head.key)
    return [entry for entry in (head, *box.lines) if entry.count]


def _cell(entry: Entry | None) -> Cell:
    return Cell() if entry is None else Cell(entry.count, entry.key)
