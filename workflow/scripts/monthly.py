"""Estimate effects month by month since randomization."""

import logging

from armwise.estimates.monthly import estimate

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read, given = snakemake.input, snakemake.params
estimate(read.cohort, read.event_times, snakemake.output[0], given.design, given.analyses, given.precision)
