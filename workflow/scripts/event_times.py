"""Say when events happened, and when and why observation ended."""

from armwise.extracts.engine import connect, read_named, write
from armwise.extracts.errors import said_plainly
from armwise.outcomes.at_risk import known
from armwise.outcomes.event_times import KEY, event_times
from armwise.outcomes.windows import FollowUp

given, read = snakemake.params, snakemake.input
engine = connect(snakemake.threads, snakemake.resources.mem_mb, given.temporary)
follow_up = FollowUp(**given.follow_up["follow_up"])
with said_plainly(snakemake.log[0]):
    known_of = known(engine, read_named(engine, read.known), follow_up, given.follow_up["reference"])
    cohort, events = engine.read_parquet(read.cohort), read_named(engine, read.events)
    times = event_times(engine, cohort, events, given.horizons, given.outcomes, follow_up, known_of)
    write(engine, times, snakemake.output[0], KEY)
