"""Make outpatient visits of the claim lines."""

from armwise.events.account import KEY, write_account
from armwise.events.outpatient import outpatient_visits
from armwise.extracts.engine import connect, write
from armwise.extracts.errors import said_plainly

engine = connect(snakemake.threads, snakemake.resources.mem_mb, snakemake.params.temporary)
read, given = snakemake.input, snakemake.params.definitions
lines, enrollment = (engine.read_parquet(path) for path in (read.utilization, read.enrollment))
with said_plainly(snakemake.log[0]):
    found = outpatient_visits(engine, lines, enrollment, given["outpatient_visit"])
    write(engine, found.events, snakemake.output.events, KEY)
    write_account(found.account, snakemake.output.account)
