"""Describe how long each arm was observed in a window, and to what end."""

import logging

from armwise.estimates.time_at_risk import describe

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read, given = snakemake.input, snakemake.params
describe(
    read.cohort, read.outcomes, snakemake.output[0], snakemake.wildcards.window, given.arms, given.sources
)
