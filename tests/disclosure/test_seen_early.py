"""Numbers lost and analysed of a level must not tell how few were seen for a while."""

from typing import Any

import pytest
from made_up import record

from armwise.disclosure.publish import disclose

LEVEL = "language=Spanish"


def level(randomized: int, analysed: int, lost: int) -> list[dict[str, Any]]:
    """Make a level of one arm: in the baseline table, in the analysis, and among the losses."""
    of = {"n": 3000, "estimate": float(randomized), "analysis_set": "randomized"}
    kept = {"n": analysed, "events": 120.0, "estimate": 0.5, "subgroup": LEVEL, "analysis_set": "itt"}
    gone = {"n": randomized, "events": float(lost), "estimate": lost / randomized, "subgroup": LEVEL}
    return [
        record(LEVEL, "baseline", "offer", "count", "count", **of),
        record("stays", "12mo", "offer", "rate", "standardized", **kept),
        record("stays", "12mo", "offer", "share_lost", "weighted", analysis_set="losses", **gone),
    ]


@pytest.mark.parametrize(
    ("lost", "shown"),
    [
        (
            25,
            False,
        ),  # 400 have the level, 380 were analysed: 20 were not, so 5 of the 25 lost were seen early
        (20, True),  # none was
        (35, True),  # 15 were
    ],
)
def test_a_number_lost_that_tells_how_few_were_seen_early_is_hidden(lost: int, shown: bool) -> None:
    rows, _ = disclose(level(400, 380, lost), 11, False)
    (row,) = (row for row in rows if row["measure"] == "share_lost")
    assert (row["events"] is not None) is shown
    assert (row["estimate"] is not None) is shown
