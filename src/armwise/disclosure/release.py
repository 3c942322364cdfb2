"""Read the full-precision dataset, disclose it, and write what may leave the machine."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from armwise.disclosure.blinded import without_sizes
from armwise.disclosure.earlier import read_release
from armwise.disclosure.importance import Order
from armwise.disclosure.publish import LOG, disclose, write_rows

logger = logging.getLogger(__name__)


def release(
    ard: str | Path,
    published: str | Path,
    log: str | Path,
    small_cell: int,
    public: bool,
    related: Sequence[Sequence[str]] = (),
    order: Order = (),
    earlier: Sequence[str | Path] = (),
    blinded: Sequence[str] = (),
) -> None:
    """Write the published dataset and the log of what was hidden, both CSV, from the Parquet file `ard`.

    See `disclose` for what is hidden, and `without_sizes` for what is while a trial is blinded: `blinded`
    are the names of its arms. `earlier`: the published datasets of earlier releases.
    """
    table = pq.read_table(ard)
    rows, hidden = disclose(
        table.to_pylist(), small_cell, public, related, order, list(map(read_release, earlier))
    )
    if blinded:
        rows, hidden = without_sizes(rows, hidden, blinded)
    write_rows(rows, [*table.column_names, "hidden"], published)
    write_rows(hidden, LOG, log)
    logger.info("%d of %d results have hidden parts", len(hidden), len(rows))
