"""Put what was read from each source, and what the checks found, among the results."""

import logging

from armwise.estimates.checks import Files, describe

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read, written = snakemake.input, snakemake.output
files = Files(read.counts, read.read, read.across, read.analysis, read.tables)
describe(files, written.results, written.table)
