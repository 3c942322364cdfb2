"""Read one extract against its contract."""

import logging

from armwise.extracts.contracts import contract_of
from armwise.extracts.crosswalk import of_source
from armwise.extracts.engine import connect
from armwise.extracts.errors import said_plainly
from armwise.extracts.ingest import Checking, Outputs, ingest
from armwise.extracts.layouts import laid_out

given, source = snakemake.params, snakemake.wildcards.source
logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
with said_plainly(snakemake.log[0]):
    engine = connect(snakemake.threads, snakemake.resources.mem_mb, given.temporary)
    ingest(
        engine,
        source,
        laid_out(given.layouts, list(snakemake.input.files)),
        given.reading["max_rejected_share"],
        contract_of(given.reading["contract"], given.arms, given.extra, given.stated),
        Outputs(*snakemake.output),
        Checking(given.severities, of_source(engine, snakemake.input.get("crosswalk"), source), given.sealed),
    )
