"""Count events and claim lines by arm and calendar month, for the checks of the data."""

from armwise.cohort.coverage import stretches
from armwise.extracts.engine import connect, hold, read_named
from armwise.outcomes.monitored.tables import write_rates

read, given, written = snakemake.input, snakemake.params, snakemake.output
engine = connect(snakemake.threads, snakemake.resources.mem_mb, given.temporary)
cohort, lines = engine.read_parquet(read.cohort), engine.read_parquet(read.lines)
covered = hold(engine, stretches(engine.read_parquet(read.coverage), given.gap_days), "covered")
events, outputs = read_named(engine, read.events), (written.rates, written.uncovered)
write_rates(engine, cohort, covered, events, lines, given.through, outputs)
