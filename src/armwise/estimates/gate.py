"""The gate before any result is put together: checks that are to stop the run."""

import csv
from pathlib import Path

from armwise.extracts.catalogue import CATALOGUE
from armwise.extracts.errors import DataError


class CheckFailed(DataError):
    """A check is broken that the settings want the run to stop for."""


def refuse_stopped(checks: str | Path) -> None:
    """Raise CheckFailed when a check of severity `stop` is broken in the table of checks at `checks`."""
    with Path(checks).open(encoding="utf-8", newline="") as file:
        broken = [row for row in csv.DictReader(file) if row["severity"] == "stop" and int(row["rows"])]
    if broken:
        raise CheckFailed(
            "The run stops, because the data break checks that are to stop it:\n"
            + "\n".join(map(_told, broken))
            + "\nCorrect the data, or say what is to become of such rows: `checks: "
            + "{"
            + f"{broken[0]['check']}: {_milder(broken[0]['check'])}"
            + "}`. "
            + f"All checks: {checks}"
        )


def _told(row: dict[str, str]) -> str:
    check = CATALOGUE[row["check"]]
    column = f", column {row['column']}" if row["column"] else ""
    return f"  {row['source']}{column}: {check.words}: {int(row['rows']):,} {check.finds} ({row['check']})"


def _milder(check: str) -> str:
    return "set_aside" if "set_aside" in CATALOGUE[check].may_be else "warn"
