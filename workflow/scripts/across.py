"""Hold one source against the others, and count the rows that do not agree with them."""

from armwise.extracts.across import Kind, Others, hold_against, made
from armwise.extracts.engine import connect
from armwise.extracts.errors import said_plainly
from armwise.extracts.identifiers import refuse_other_identifiers
from armwise.extracts.made import write_made

read, given = snakemake.input, snakemake.params
engine = connect(snakemake.threads, snakemake.resources.mem_mb, given.temporary)
others = Others.read(engine, read.enrollment, read.get("deaths"))
table = engine.read_parquet(read.table)
with said_plainly(snakemake.log[0]):
    refuse_other_identifiers(engine, snakemake.wildcards.source, table, others.enrollment)
held = hold_against(engine, table, Kind(**given.kind), others, given.severities)
write_made(snakemake.wildcards.source, made(engine, held, given.severities), snakemake.output[0])
