"""Stop where what was sent cannot be the extract that was meant, and say why."""

from pathlib import Path

from ibis.backends.duckdb import Backend

from armwise.extracts.dates import fitting_formats, said
from armwise.extracts.errors import ExtractError
from armwise.extracts.rejected import Aside, write_aside
from armwise.extracts.tally import Tally

SHOWN = 100_000  # rows of each reason that are kept to look at where the run stops


def refuse_nobody(tallies: list[Tally]) -> None:
    """Stop where the extract of those who were randomized holds nobody."""
    if not any(tally.read for tally in tallies):
        files = ", ".join(tally.file for tally in tallies)
        raise ExtractError(f"{files}: no row follows the names of the columns in line 1. Send it again.")


def refuse(
    engine: Backend, source: str, tally: Tally, aside: list[Aside], limit: float, rejected: str
) -> None:
    """Stop, and keep the rows that were set aside where they can be looked at."""
    kept_for = str(Path(rejected).with_suffix(".stopped.parquet"))
    write_aside(engine, aside, kept_for)
    raise ExtractError(
        f"{tally.file}: {tally.set_aside:,} of {tally.kept + tally.set_aside:,} rows "
        f"({tally.share_set_aside:.1%}) break the contract of {source}, more than max_rejected_share "
        f"({limit:.1%}):\n"
        + "\n".join(_reasons_told(tally, aside))
        + f"\nCorrect the file or its mapping (`columns`, `values`, `date_format` under data.{source}), "
        f"or raise data.{source}.max_rejected_share. Each row with its value: {kept_for}"
    )


def _reasons_told(tally: Tally, aside: list[Aside]) -> list[str]:
    """Say for each reason, the most frequent first, how many rows there are and where the first is."""
    rows: dict[tuple[str, str], list[Aside]] = {}
    for row in aside:
        if row.file == tally.file:
            rows.setdefault((row.column, row.reason), []).append(row)
    most_frequent_first = sorted(rows.items(), key=lambda item: -len(item[1]))
    return [
        f"  column {column}: {reason}: {_how_many(broken)} rows, the first on line {broken[0].line:,}"
        + (_format_told(broken) if 2 * len(broken) > tally.kept + tally.set_aside else "")
        for (column, reason), broken in most_frequent_first
    ]


def _format_told(broken: list[Aside]) -> str:
    """Name the date formats in which all of the many values that are no dates could be read."""
    if not broken[0].reason.startswith("not a date"):
        return ""
    fitting = fitting_formats([row.value or "" for row in broken])
    return f" (all of them could be {said(fitting)}: set `date_format`)" if fitting else ""


def _how_many(rows: list[Aside]) -> str:
    return f"{len(rows):,} or more" if len(rows) >= SHOWN else f"{len(rows):,}"
