"""Designs and estimators: from the cohort and its outcomes to the analysis results dataset (ARD)."""

import os

# Sums by several BLAS threads differ in their last bits; results must not. Read by NumPy when it starts.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
