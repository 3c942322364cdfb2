"""Count the events of one window."""

import logging

from armwise.extracts.engine import connect, read_named, write
from armwise.extracts.errors import said_plainly
from armwise.outcomes.counted import KEY, outcomes

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
engine = connect(snakemake.threads, snakemake.resources.mem_mb, snakemake.params.temporary)
with said_plainly(snakemake.log[0]):
    counted = outcomes(
        engine,
        engine.read_parquet(snakemake.input.cohort),
        read_named(engine, snakemake.input.events),
        snakemake.wildcards.window,
        snakemake.params.window,
        snakemake.params.outcomes,
    )
    write(engine, counted, snakemake.output[0], KEY)
