"""Estimate effects with the lost represented, and with each person counted once, in a window."""

import logging

from armwise.estimates.inputs import Inputs
from armwise.estimates.reweighted import estimate

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, read, window = snakemake.params, snakemake.input, snakemake.wildcards.window
inputs = Inputs.read(read.cohort, read.outcomes, window, given.design, given.analyses, given.precision)
estimate(inputs, snakemake.output[0])
