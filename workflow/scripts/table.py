"""Compute one table and write it as CSV and HTML."""

import logging

from armwise.report.tables.catalogue import write_table

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
written = snakemake.output
write_table(
    snakemake.wildcards.table,
    snakemake.input.ard,
    written.csv,
    written.html,
    snakemake.params.settings,
    written.stored,
)
