"""Estimate what assignment changed about the uptake of the offer in a window."""

import logging

from armwise.estimates.inputs import Inputs
from armwise.estimates.uptake import estimate

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, read, window = snakemake.params, snakemake.input, snakemake.wildcards.window
inputs = Inputs.read(read.cohort, read.outcomes, window, given.design, given.analyses, given.precision)
estimate(inputs, snakemake.output[0], read.engagement[0] if read.engagement else None)
