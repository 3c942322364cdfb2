"""Describe the outcomes of a window that only those with enough visits can have."""

import logging

from armwise.estimates.selected import describe

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, read = snakemake.params, snakemake.input
window = snakemake.wildcards.window
describe(read.cohort, read.outcomes, snakemake.output[0], window, given.design, given.measures)
