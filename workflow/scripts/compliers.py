"""Estimate what taking up the offer changed for compliers, for every outcome of a window."""

import logging

from armwise.estimates.compliers import estimate
from armwise.estimates.inputs import Inputs

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, read, window = snakemake.params, snakemake.input, snakemake.wildcards.window
inputs = Inputs.read(read.cohort, read.outcomes, window, given.design, given.analyses, given.precision)
estimate(inputs, snakemake.output[0])
