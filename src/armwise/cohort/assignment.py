"""The assignments of a blinded trial: shuffled within strata, so that nothing made of them is a result.

What is shuffled is the arm together with its probability, between the units that were drawn (enrollments, or
clusters) of one stratum: sizes of arms, strata and weights stay as they are, and so does every number that
the design alone decides. The order hangs on a seed and on the true assignments both, so that nobody who has
the shuffled ones and the seed can turn them back.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from armwise.cohort.weights import CohortError

DRAWN = ("arm", "assignment_probability")


def assign(
    read: str | Path,
    kept: str | Path,
    output: str | Path,
    key: str,
    sealed: list[str],
    blinding: Mapping[str, Any],
) -> None:
    """Write the rows of `kept` with the `sealed` columns that `read` has of them.

    `read` and `kept` are Parquet files of one extract, `kept` without values in sealed columns; `key` names
    its rows. `blinding` holds `blinded`, `seed` and `unit`: while blinded, arms and probabilities are
    shuffled, and what else is sealed stays so. Raises CohortError, see `shuffled`.
    """
    known, rows = pq.read_table(read), pq.read_table(kept)
    known = known.take(pc.index_in(rows[key], known[key].combine_chunks()))
    if blinding["blinded"]:
        known, sealed = shuffled(known, key, blinding["unit"], blinding["seed"]), list(DRAWN)
    for name in sealed:
        place = rows.column_names.index(name)
        rows = rows.set_column(place, name, known[name])
    pq.write_table(rows, output)


def shuffled(table: pa.Table, key: str, unit: str, seed: int) -> pa.Table:
    """Return `table` with the arms (and their probabilities) of its units shuffled within strata.

    `table` has the `key`, stratum, cluster, arm, assignment_probability and, for clusters of one's own,
    person_id where it has one; `unit` is enrollment or cluster. Raises CohortError for a cluster with several
    arms or strata where clusters were drawn.
    """
    if "people" in table.column_names and table["people"].null_count < len(table):
        raise CohortError(
            "trial.blinded: rows stand for several people (column `people`), so their arms cannot be "
            "shuffled. A printed table has nothing left to blind: leave `blinded` out."
        )
    order = pc.sort_indices(table[key]).to_numpy()
    ordered = table.take(order)
    unit_of = _units(ordered, key) if unit == "cluster" else np.arange(len(ordered))
    first = np.unique(unit_of, return_index=True)[1]
    stratum = np.array(pc.fill_null(ordered["stratum"].cast(pa.string()), "").to_pylist(), dtype=object)
    _refuse_divided(ordered, stratum, unit_of, first)
    from_unit = _shuffle(stratum[first], _generator(ordered, key, seed))
    taken = first[from_unit][unit_of]
    back = np.argsort(order)
    for name in DRAWN:
        place = table.column_names.index(name)
        table = table.set_column(place, name, ordered[name].take(pa.array(taken)).take(pa.array(back)))
    return table


def _units(ordered: pa.Table, key: str) -> np.ndarray:
    """Return the code of the cluster of each row; who has none is one alone."""
    alone = ordered["person_id" if "person_id" in ordered.column_names else key].to_pylist()
    given = ordered["cluster"].to_pylist()
    names = [
        ("own", own) if cluster is None else ("given", cluster)
        for cluster, own in zip(given, alone, strict=True)
    ]
    place = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return np.array([place[name] for name in names], dtype=np.int64)


def _refuse_divided(ordered: pa.Table, stratum: np.ndarray, unit_of: np.ndarray, first: np.ndarray) -> None:
    arm = np.array(ordered["arm"].to_pylist(), dtype=object)
    if (arm != arm[first][unit_of]).any() or (stratum != stratum[first][unit_of]).any():
        raise CohortError(
            "trial.assignment.unit: a cluster has several arms or strata, so clusters were not what was "
            "randomized. Set `unit: enrollment`, or correct the column `cluster`."
        )


def _generator(ordered: pa.Table, key: str, seed: int) -> np.random.Generator:
    """Return a generator that the seed and the true assignments decide together."""
    digest = hashlib.sha256(str(seed).encode())
    for pair in zip(ordered[key].to_pylist(), ordered["arm"].to_pylist(), strict=True):
        digest.update(repr(pair).encode())
    return np.random.default_rng(int.from_bytes(digest.digest(), "big"))


def _shuffle(stratum: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return for each unit the one of its stratum whose assignment it gets."""
    taken = np.arange(len(stratum))
    for name in sorted(set(stratum)):
        mine = np.flatnonzero(stratum == name)
        taken[mine] = generator.permutation(mine)
    return taken
