"""Notes that several tables share."""

from collections.abc import Iterable, Iterator

from armwise.report.numbers import HIDDEN
from armwise.report.tables.model import Line
from armwise.report.trial import Trial


def hidden_note(lines: Iterable[Line], trial: Trial) -> Iterator[str]:
    """Explain the mark of hidden cells, when a table has any."""
    if trial.small_cell and any(HIDDEN in cell.text for line in lines for cell in line.cells):
        yield hidden_words(trial.small_cell)


def hidden_words(small_cell: int) -> str:
    """Say what the mark of a hidden cell means."""
    return (
        f"{HIDDEN} confidential: a count from 1 to {small_cell - 1}, or a number from which such a count "
        "could be computed."
    )
