"""Estimate the effects on every outcome of a window by other models than the planned one."""

import logging

from armwise.estimates.other_models import estimate

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
