"""The same cohort gives the same bytes, whatever the threads, the hash seed and the time zone."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SCRIPT = """
import sys
from armwise.estimates.effects import estimate
from armwise.estimates.inputs import Inputs
folder = sys.argv[1]
read = Inputs.read(
    f"{folder}/cohort.parquet", f"{folder}/outcomes.parquet", "w",
    {"arms": ["usual", "offer"], "reference": "usual"},
    {"outcomes": {"y": {"measure": "count"}, "z": {"measure": "binary"}}, "covariates": ["age", "site"]},
    {"standard_error": "CR1S", "level": 0.95, "limits": "t"},
)
estimate(read, sys.argv[2])
"""


def write_trial(folder: Path, n: int = 20_000) -> None:
    """Large enough for BLAS to share work among threads if it may."""
    rng = np.random.default_rng(11)
    ids = np.array([f"e{i:05d}" for i in range(n)])
    cohort = pa.table(
        {
            "enrollment_id": ids,
            "arm": np.where(rng.random(n) < 0.5, "usual", "offer"),
            "stratum": rng.choice(list("abcdef"), n),
            "cluster": rng.integers(0, n // 2, n).astype(str),
            "weight": rng.uniform(1, 3, n),
            "age": rng.normal(50, 12, n),
            "site": rng.choice(["north", "south", "east"], n),
        }
    )
    both = [
        pa.table({"enrollment_id": ids, "outcome": [name] * n, "value": value.astype(float)})
        for name, value in (("y", rng.poisson(1, n)), ("z", rng.integers(0, 2, n)))
    ]
    table = pa.concat_tables(both)
    table = table.append_column("days_observed", pa.array(rng.uniform(30, 365, 2 * n)))
    table = table.append_column("ended_by", pa.array(["end"] * (2 * n)))
    table = table.append_column("analysis_weight", pa.array(np.ones(2 * n)))
    folder.mkdir()
    pq.write_table(cohort.take(rng.permutation(n)), folder / "cohort.parquet")
    pq.write_table(table.take(rng.permutation(2 * n)), folder / "outcomes.parquet")


def estimated(folder: Path, **environment: str) -> bytes:
    output = folder / f"ard_{environment['PYTHONHASHSEED']}.parquet"
    command = [sys.executable, "-c", SCRIPT, str(folder), str(output)]
    subprocess.run(command, env=os.environ | environment, check=True)
    return output.read_bytes()


def test_threads_hash_seed_and_time_zone_change_nothing(tmp_path):
    write_trial(tmp_path / "trial")
    first = estimated(tmp_path / "trial", OPENBLAS_NUM_THREADS="1", PYTHONHASHSEED="1", TZ="UTC")
    again = estimated(tmp_path / "trial", OPENBLAS_NUM_THREADS="4", PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert first == again
