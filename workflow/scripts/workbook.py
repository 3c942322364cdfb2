"""Put all tables into one Excel workbook, a tab for each."""

import logging

from armwise.report.workbook import write_workbook

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
write_workbook(snakemake.input.tables, snakemake.output[0])
