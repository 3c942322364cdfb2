"""Make the events that the settings declare of one source."""

from armwise.events.account import KEY, write_account
from armwise.events.declared import declared
from armwise.extracts.engine import connect, write
from armwise.extracts.errors import said_plainly

engine = connect(snakemake.threads, snakemake.resources.mem_mb, snakemake.params.temporary)
read, given = snakemake.input, snakemake.params.event
records, enrollment = (engine.read_parquet(path) for path in (read.records, read.enrollment))
with said_plainly(snakemake.log[0]):
    made = declared(engine, snakemake.wildcards.event, records, enrollment, given)
    write(engine, made.events, snakemake.output.events, KEY)
    write_account(made.account, snakemake.output.account)
