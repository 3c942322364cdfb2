"""Estimate one outcome under every combination of the choices of its specification curve."""

import logging

from armwise.estimates.specifications import estimate

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read, given = snakemake.input, snakemake.params
estimate(
    read.cohort,
    read.outcomes,
    read.fitted,
    snakemake.output[0],
    given.design,
    given.grid,
    given.precision,
)
