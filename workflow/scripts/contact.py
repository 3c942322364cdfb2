"""Credit contacts to the enrollments that they served."""

from armwise.events.contacts import contacts
from armwise.events.encounters import KEY
from armwise.extracts.engine import connect, write

engine = connect(snakemake.threads, snakemake.resources.mem_mb)
records, enrollment = (
    engine.read_parquet(path) for path in (snakemake.input.contacts, snakemake.input.enrollment)
)
write(engine, contacts(records, enrollment), snakemake.output[0], KEY)
