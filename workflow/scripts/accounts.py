"""Put what the steps from sources to events took in, left out and made among the results."""

import logging

from armwise.estimates.accounts import describe

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
steps = snakemake.params.steps
describe(dict(zip(steps, snakemake.input.accounts, strict=True)), steps, snakemake.output[0])
