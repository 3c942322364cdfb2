"""Estimate cumulative curves by arm."""

import logging

from armwise.estimates.curves import describe

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read, given = snakemake.input, snakemake.params
describe(read.cohort, read.event_times, snakemake.output[0], given.design, given.outcomes, given.precision)
