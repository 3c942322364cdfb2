"""Compare by arm who is found in each source and which rows have a value, for the checks of the data."""

from armwise.extracts.engine import connect, read_named, rows_of
from armwise.extracts.made import write_csv
from armwise.outcomes.monitored import shares

read, given = snakemake.input, snakemake.params
engine = connect(snakemake.threads, snakemake.resources.mem_mb, given.temporary)
cohort = engine.read_parquet(read.cohort)
found = shares.of_sources(engine, cohort, read_named(engine, read.sources), given.columns)
found += shares.of_events(engine, cohort, read_named(engine, read.events))
write_csv(snakemake.output.shares, shares.COLUMNS, found)
delays = [shares.delays(cohort, engine.read_parquet(path)).order_by(["arm", "days"]) for path in read.lines]
told = [list(row.values()) for table in delays for row in rows_of(engine, table)]
write_csv(snakemake.output.delays, ("arm", "days", "lines"), told)
