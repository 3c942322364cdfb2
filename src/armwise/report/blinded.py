"""How everything that a blinded run shows says that it is no result."""

from dataclasses import replace

from armwise.report.tables.model import Column, Table
from armwise.report.trial import Trial

MARK = "BLINDED"
WORDS = (
    "Blinded: assignments are shuffled within strata, so that differences between arms are chance and no "
    "result. Sizes of arms, probabilities and uptake are not shown."
)


def said(table: Table, trial: Trial) -> Table:
    """Return a table whose title, first column and notes say that the trial is blinded, if it is."""
    if not trial.blinded:
        return table
    first = replace(table.columns[0], label=titled(table.columns[0].label, trial))
    columns: tuple[Column, ...] = (first, *table.columns[1:])
    return replace(table, title=titled(table.title, trial), columns=columns, notes=(WORDS, *table.notes))


def titled(title: str, trial: Trial) -> str:
    """Return a title that says that the trial is blinded, if it is."""
    return f"{MARK} {title}".strip() if trial.blinded else title
