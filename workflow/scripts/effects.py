"""Estimate the effects on every outcome of a window."""

import logging

from armwise.estimates.effects import AnalysisSet, estimate

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, read = snakemake.params, snakemake.input
estimate(
    read.cohort,
    read.outcomes,
    snakemake.output[0],
    snakemake.wildcards.window,
    given.design,
    given.analyses,
    given.precision,
    AnalysisSet(**given.analysis_set),
)
