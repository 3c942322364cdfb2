"""Count the events of one window."""

import logging

from armwise.extracts.engine import connect, read_named, write
from armwise.extracts.errors import said_plainly
from armwise.outcomes.at_risk import known
from armwise.outcomes.counted import KEY, outcomes
from armwise.outcomes.windows import FollowUp

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
given, read = snakemake.params, snakemake.input
engine = connect(snakemake.threads, snakemake.resources.mem_mb, given.temporary)
follow_up = FollowUp(**given.follow_up["follow_up"])
with said_plainly(snakemake.log[0]):
    known_of = known(engine, read_named(engine, read.known), follow_up, given.follow_up["reference"])
    cohort, events = engine.read_parquet(read.cohort), read_named(engine, read.events)
    window = snakemake.wildcards.window
    counted = outcomes(engine, cohort, events, window, given.window, given.outcomes, follow_up, known_of)
    write(engine, counted, snakemake.output[0], KEY)
