"""Estimate losses, their bounds and what was detectable, for every outcome of a window."""

import logging

from armwise.estimates.losses import estimate

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, read = snakemake.params, snakemake.input
estimate(
    read.cohort,
    read.outcomes,
    snakemake.output[0],
    snakemake.wildcards.window,
    given.design,
    given.analyses,
    given.precision,
)
