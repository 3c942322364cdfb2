"""A check of a blinded trial: what it looks at by arm it looks at by shuffled arms, and it shows no size."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from armwise.check.reads import Read
from armwise.cohort.assignment import shuffled
from armwise.extracts.contracts import CONTRACTS
from armwise.extracts.rejected import WHOLE_LINE
from armwise.settings import wanted

SHUT = [*("arm", "assignment_probability"), WHOLE_LINE]


def shuffle_arms(config: dict[str, Any], reads: dict[str, Read]) -> None:
    """Write the typed rows of who was randomized again with shuffled arms, while the trial is blinded."""
    for source in wanted.ASSIGNING if config["trial"]["blinded"] else ():
        if source in reads and not reads[source].stopped:
            table, trial = pq.read_table(reads[source].table), config["trial"]
            key, unit = CONTRACTS[source].key[0], trial["assignment"]["unit"]
            pq.write_table(shuffled(table, key, unit, trial["blinding"]["seed"]), reads[source].table)


def seal_rejected(config: dict[str, Any], reads: dict[str, Read]) -> None:
    """Leave no true arm of a blinded trial among the rows that were set aside."""
    for source in wanted.ASSIGNING if config["trial"]["blinded"] is not None else ():
        if source in reads and Path(reads[source].rejected).exists():
            rows = pq.read_table(reads[source].rejected)
            shut = pc.is_in(rows["column"], pa.array(SHUT))
            value = pc.if_else(shut, pa.scalar(None, pa.string()), rows["value"])
            place = rows.column_names.index("value")
            pq.write_table(rows.set_column(place, "value", value), reads[source].rejected)
