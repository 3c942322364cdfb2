"""Copy a table or query of a database into a file."""

import logging

from armwise.extracts.database import copy
from armwise.extracts.errors import said_plainly

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
with said_plainly(snakemake.log[0]):
    copy(snakemake.wildcards.source, snakemake.params.database, snakemake.output[0])
