"""Credit contacts to the enrollments that they served."""

from armwise.events.account import KEY, write_account
from armwise.events.contacts import contact_step
from armwise.extracts.engine import connect, write

engine = connect(snakemake.threads, snakemake.resources.mem_mb)
records, enrollment = (
    engine.read_parquet(path) for path in (snakemake.input.contacts, snakemake.input.enrollment)
)
found = contact_step(engine, records, enrollment)
write(engine, found.events, snakemake.output.events, KEY)
write_account(found.account, snakemake.output.account)
