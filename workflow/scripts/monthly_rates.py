"""Count events and claim lines by arm and calendar month, for the checks of the data."""

from datetime import date

from armwise.cohort.coverage import stretches
from armwise.extracts.engine import connect, hold, read_named, rows_of
from armwise.extracts.made import write_csv
from armwise.outcomes.monitored.monthly import BY, COLUMNS, monthly, without_coverage

read, given = snakemake.input, snakemake.params
engine = connect(snakemake.threads, snakemake.resources.mem_mb, given.temporary)
cohort, lines = engine.read_parquet(read.cohort), engine.read_parquet(read.lines)
covered = hold(engine, stretches(engine.read_parquet(read.coverage), given.gap_days), "covered")
events = read_named(engine, read.events)
through = date.fromisoformat(given.through) if given.through else None
found = monthly(engine, cohort, covered, events, lines, through).order_by(["event", *BY])
rows = [[row[name] for name in COLUMNS] for row in rows_of(engine, found)]
write_csv(snakemake.output.rates, COLUMNS, rows)
outside = [[name, without_coverage(engine, table, covered)] for name, table in events.items()]
write_csv(snakemake.output.uncovered, ("event", "events"), outside)
