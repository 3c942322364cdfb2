"""Stop the run when a check is broken that the settings want it to stop for."""

from pathlib import Path

from armwise.estimates.gate import refuse_stopped
from armwise.extracts.errors import said_plainly

with said_plainly(snakemake.log[0]):
    refuse_stopped(snakemake.input.checks)
    Path(snakemake.output[0]).write_text("No check stops this run.\n", encoding="utf-8")
