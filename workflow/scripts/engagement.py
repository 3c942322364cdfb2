"""Count the contacts of those who took up what was offered in one window."""

from armwise.extracts.engine import connect, write
from armwise.extracts.errors import said_plainly
from armwise.outcomes.engagement import KEY, engagement

engine = connect(snakemake.threads, snakemake.resources.mem_mb)
read, given = snakemake.input, snakemake.params
with said_plainly(snakemake.log[0]):
    cohort, outcomes, events = (
        engine.read_parquet(path) for path in (read.cohort, read.outcomes, read.events[0])
    )
    found = engagement(cohort, outcomes, events, given.window, given.uptake["uptake"])
    write(engine, found, snakemake.output[0], KEY)
