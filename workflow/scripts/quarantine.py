"""Take the rows out of one source that do not agree with the others."""

from armwise.extracts.across import Kind, Others, divide, hold_against
from armwise.extracts.engine import connect

read, given, written = snakemake.input, snakemake.params, snakemake.output
engine = connect(snakemake.threads, snakemake.resources.mem_mb, given.temporary)
table, others = engine.read_parquet(read.table), Others.read(engine, read.enrollment, read.get("deaths"))
held = hold_against(engine, table, Kind(**given.kind), others, given.severities)
divide(engine, table, held, written.table, written.rejected)
