"""Put what the data look like by arm and over time among the results, and check it."""

import logging

from armwise.estimates.monitored import Files, describe

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read, given, written = snakemake.input, snakemake.params, snakemake.output
files = Files(read.monthly, read.uncovered, read.shares, read.delays)
describe(read.cohort, files, given.arms, given.severities, written.results, written.checks)
