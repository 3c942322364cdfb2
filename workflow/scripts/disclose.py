"""Hide small cells and what would give them away, round, and write what may be shown."""

import logging
import sys

from armwise.disclosure.release import release
from armwise.disclosure.suppress import LeftKnown

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, read, written = snakemake.params, snakemake.input, snakemake.output
shown = given.related["outcomes"], given.importance["order"], read.earlier, given.blinded["arms"]
try:
    release(read.ard, written.ard, written.log, given.small_cell, given.public, *shown)
except LeftKnown as error:
    sys.exit(f"Nothing was released: {error}.")
