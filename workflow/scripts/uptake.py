"""Estimate what assignment changed about the uptake of the offer in a window."""

import logging

from armwise.estimates.uptake import estimate

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
    read.engagement[0] if read.engagement else None,
)
