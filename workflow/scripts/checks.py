"""Put what was read from each source among the results."""

import logging

from armwise.estimates.checks import describe

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read = snakemake.input
describe(list(read.counts), list(read.rejected), snakemake.output[0])
