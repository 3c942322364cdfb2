"""Make influenza vaccine doses of the registry's records."""

from armwise.events.account import KEY, write_account
from armwise.events.doses import influenza_step
from armwise.extracts.engine import connect, write

engine = connect(snakemake.threads, snakemake.resources.mem_mb)
read, given = snakemake.input, snakemake.params.definitions
records, enrollment = (engine.read_parquet(path) for path in (read.vaccinations, read.enrollment))
found = influenza_step(engine, records, enrollment, given["influenza_dose"])
write(engine, found.events, snakemake.output.events, KEY)
write_account(found.account, snakemake.output.account)
