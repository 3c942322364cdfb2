"""Collect all results, check that their keys are unique, and settle P values by role."""

import logging

from armwise.estimates.multiplicity import adjust

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read = snakemake.input
pieces = [*read.estimates, *read.sensitivity, *read.specifications, *read.described, *read.tests]
given = snakemake.params
adjust(pieces, snakemake.output[0], given.roles, next(iter(read.draws), None), given.blinded["blinded"])
