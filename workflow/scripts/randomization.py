"""Test every outcome of every window by drawing the arms again."""

import logging

from armwise.estimates.randomization import estimate

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, read, written = snakemake.params, snakemake.input, snakemake.output
estimate(
    read.cohort,
    dict(zip(given.analyses, read.outcomes, strict=True)),
    written.results,
    written.draws,
    given.design,
    given.analyses,
    given.precision,
    given.redraw,
)
