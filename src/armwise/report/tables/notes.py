"""Notes that several tables share."""

from collections.abc import Iterable, Iterator

from armwise.report.numbers import HIDDEN, whole
from armwise.report.results import Results, Row
from armwise.report.tables.model import Line
from armwise.report.trial import MONTHS, Trial, in_words, inside


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


def data_end_notes(results: Results, trial: Trial) -> Iterator[str]:
    """Say in which windows the data end before follow-up does, and for whom."""
    rows = [row for row in results.rows if row.measure == "data_end_early"]
    for source, window in dict.fromkeys((row.outcome, row.window) for row in rows):
        mine = [row for row in rows if (row.outcome, row.window) == (source, window)]
        months = sorted({row.subgroup.partition("=")[2] for row in mine if row.subgroup != "all"})
        counts = {row.contrast: row for row in mine if row.subgroup == "all"}
        arms = ", ".join(
            f"{_shown(counts[arm], trial)} {inside(label)}"
            for arm, label in trial.arms.items()
            if arm in counts
        )
        yield (
            f"{trial.window_label(window)}, {inside(in_words(source))}: the data end before the window does "
            f"for enrollments randomized in {_span(months)} ({arms}); their observation ends there."
        )


def _shown(row: Row, trial: Trial) -> str:
    return HIDDEN if row.hides("estimate") else whole(row.estimate, trial.style)


def _span(months: list[str]) -> str:
    """Return "November 2018" or "November 2018 to January 2019"."""
    words = [f"{MONTHS[int(month[5:]) - 1]} {month[:4]}" for month in months]
    return words[0] if len(words) == 1 else f"{words[0]} to {words[-1]}"
