"""What was read, kept and set aside from each source and file, and what the models said."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, whole
from armwise.report.results import Results, Row
from armwise.report.tables.levels import SPLIT
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, in_words, inside

ROWS = {
    "rows_read": "Rows read",
    "rows_kept": "Kept",
    "rows_set_aside": "Set aside",
    "rows_not_included": "Not included",
}


def data_checks(results: Results, trial: Trial) -> Table:
    """Return the table of rows read, kept and set aside by source, with the files of a source under it."""
    found = [row for row in results.rows if row.analysis_set == "extract" and SPLIT not in row.outcome]
    lines = tuple(_lines(found, trial))
    notes = (
        "Rows read = kept + set aside + not included. Set aside: rows that break a check, each kept with its "
        "reason beside the person-level data. Not included: rows that the settings leave out.",
    )
    return Table(
        "data_checks",
        "Rows read, kept and set aside by source",
        (Column("Source and file"), *(Column(label) for label in ROWS.values())),
        lines,
        (*notes, *hidden_note(lines, trial)),
    )


def _lines(rows: list[Row], trial: Trial) -> Iterator[Line]:
    for source in dict.fromkeys(row.outcome for row in rows):
        mine = [row for row in rows if row.outcome == source]
        for place in dict.fromkeys(
            row.subgroup for row in sorted(mine, key=lambda row: row.subgroup != "all")
        ):
            _, is_file, file = place.partition(SPLIT)
            of_place = [row for row in mine if row.subgroup == place]
            counts = tuple(_count(of_place, measure, trial) for measure in ROWS)
            yield Line(file if is_file else in_words(source), counts, "level" if is_file else "source")


def _count(rows: list[Row], measure: str, trial: Trial) -> Cell:
    row = next((row for row in rows if row.measure == measure), None)
    if row is None:
        return Cell(NOTHING)
    return cell(HIDDEN if row.hides("estimate") else whole(row.estimate, trial.style), row)


def model_notes(results: Results, trial: Trial) -> list[tuple[str, str]]:
    """Return where a model failed or warned, and what it said: each message once, with all its places."""
    places: dict[str, list[str]] = {}
    for row in results.rows:
        for text, kind in ((row.error, "Not estimated"), (row.warning, "Warning")):
            if text:
                places.setdefault(f"{kind}: {text}", []).append(_place(row, trial))
    return [("; ".join(dict.fromkeys(where)), text) for text, where in places.items()]


def _place(row: Row, trial: Trial) -> str:
    parts = [trial.outcome_label(row.outcome), trial.window_label(row.window)]
    if row.subgroup != "all":
        name, _, level = row.subgroup.partition(SPLIT)
        parts.append(f"{trial.characteristic_label(name)} {level}".strip())
    if row.analysis_set in trial.sensitivity:
        parts.append(inside(str(trial.sensitivity[row.analysis_set]["label"])))
    if row.analysis_set.startswith("curve"):
        return f"{parts[0]}, specification curve"
    if ".unadjusted." in row.method and trial.analysis == "adjusted":
        parts.append("unadjusted")
    return ", ".join(parts)
