"""Compare by arm who is found in each source and which rows have a value, for the checks of the data."""

from armwise.extracts.engine import connect, read_named
from armwise.outcomes.monitored.tables import write_delays, write_shares

read, given, written = snakemake.input, snakemake.params, snakemake.output
engine = connect(snakemake.threads, snakemake.resources.mem_mb, given.temporary)
cohort, events = engine.read_parquet(read.cohort), read_named(engine, read.events)
write_shares(engine, cohort, read_named(engine, read.sources), events, given.columns, written.shares)
write_delays(engine, cohort, [engine.read_parquet(path) for path in read.lines], written.delays)
