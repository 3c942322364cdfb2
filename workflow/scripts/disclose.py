"""Hide small cells and what would give them away, round, and write what may be shown."""

import logging

from armwise.disclosure.release import release

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, written = snakemake.params, snakemake.output
release(
    snakemake.input.ard,
    written.ard,
    written.log,
    given.small_cell,
    given.public,
    given.related["outcomes"],
    given.importance["order"],
    snakemake.input.earlier,
)
