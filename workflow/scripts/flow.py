"""Count the stages of the flow diagram."""

import logging

from armwise.estimates.flow import describe

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read, given = snakemake.input, snakemake.params
describe(
    read.cohort,
    read.event_times or None,
    read.left_out or None,
    snakemake.output[0],
    given.arms,
    given.outcome,
)
