"""What a blinded run hides beside small cells: sizes of arms, and what they could be computed from.

Arms are shuffled, their sizes are not: they, what is counted in them and the probabilities of the draw stay
out of sight until the trial is opened, and so do standard errors by arm, which shrink as arms grow.
"""

from collections.abc import Sequence
from typing import Any

from armwise.disclosure.cells import COUNTS, SIZES, Row

REASON = "blinded: sizes of arms are not shown"
COUNTED = (*SIZES, "events", "person_years")
OF_SIZE = ("std_error", "ci_low", "ci_high", "df")
STATED = "stated_probability"


def of_arms(row: Row, arms: Sequence[str]) -> list[str]:
    """Return the columns of a row that tell the size of an arm; `arms` are the names of all of them."""
    if row["contrast"] in arms:
        counts = row["measure"] in COUNTS or row["measure"] == STATED
        columns = (*(["estimate"] if counts else []), *OF_SIZE, *COUNTED)
    elif len(arms) > 2 and set(row["contrast"].split(" vs ")) < set(arms):
        columns = COUNTED
    else:
        columns = ()
    return [column for column in columns if row.get(column) is not None]


def without_sizes(
    published: list[dict[str, Any]], log: list[dict[str, str]], arms: Sequence[str]
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Return a published dataset and the log of what is hidden in it, sizes of arms hidden as well."""
    shown, more = [], []
    for row in published:
        blank = of_arms(row, arms)
        shown.append({**row, **dict.fromkeys(blank), "hidden": row["hidden"] or bool(blank)})
        if blank:
            more.append({"key": row["key"], "columns": " ".join(blank), "reason": REASON})
    return shown, sorted([*log, *more], key=lambda entry: entry["key"])
