"""Test one outcome of the full-size example by 10,000 draws; print the CPU seconds that it took.

Usage: python benchmarks/models/redraw.py FOLDER WINDOW     (FOLDER holds the cohort and the outcomes)
"""

import sys
import tempfile
import time
from pathlib import Path

from armwise.estimates.randomization import estimate

folder, window = Path(sys.argv[1]), sys.argv[2]
covariates = ["age", "sex", "baseline_admissions", "baseline_ed_visits"]
analyses = {"outcomes": {"admissions": {"measure": "count"}}, "covariates": covariates}
with tempfile.TemporaryDirectory() as written:
    started = time.process_time()
    estimate(
        folder / "cohort.parquet",
        {window: folder / f"outcomes/{window}.parquet"},
        Path(written) / "tests.parquet",
        Path(written) / "draws.parquet",
        {"arms": ["control", "case_management"], "reference": "control"},
        {window: analyses},
        {"standard_error": "CR1S", "level": 0.95, "limits": "t"},
        {"draws": 10_000, "seed": 1, "unit": "enrollment", "analysis": "adjusted"},
    )
    print(time.process_time() - started)
