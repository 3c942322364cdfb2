"""Estimate incidence, restricted means, hazard and rate ratios of events over time."""

import logging

from armwise.estimates.time_to_event import estimate

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read, given = snakemake.input, snakemake.params
estimate(read.cohort, read.event_times, snakemake.output[0], given.design, given.analyses, given.precision)
