"""Draw one figure and write it as SVG, PDF and PNG, with the numbers behind it."""

import logging

from armwise.report.figures.write import write_figure

logging.basicConfig(filename=snakemake.log[0], level=logging.WARNING)
written = snakemake.output
write_figure(
    snakemake.wildcards.figure,
    snakemake.input.ard,
    written.svg,
    written.pdf,
    written.png,
    written.csv,
    snakemake.params.settings,
)
