"""Describe who was randomized to each arm."""

import logging

from armwise.estimates.characteristics import describe

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given = snakemake.params
describe(
    snakemake.input.cohort, snakemake.output[0], given.design["arms"], given.design["reference"], given.kinds
)
