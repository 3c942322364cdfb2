"""Estimate the effects on every outcome of a window."""

import logging

from armwise.estimates.effects import ITT, AnalysisSet, estimate
from armwise.estimates.inputs import Inputs

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, read, window = snakemake.params, snakemake.input, snakemake.wildcards.window
analysis_set = AnalysisSet(**given.analysis_set)
inputs = Inputs.read(
    read.cohort,
    read.outcomes,
    window,
    given.design,
    given.analyses,
    given.precision,
    some=analysis_set != ITT,
)
estimate(inputs, snakemake.output[0], analysis_set)
