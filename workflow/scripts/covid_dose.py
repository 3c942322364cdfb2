"""Make COVID-19 vaccine doses of the registry's records."""

from armwise.events.account import KEY, write_account
from armwise.events.doses import covid_step
from armwise.extracts.engine import connect, write

engine = connect(snakemake.threads, snakemake.resources.mem_mb)
read, given = snakemake.input, snakemake.params.definitions
records, enrollment = (engine.read_parquet(path) for path in (read.vaccinations, read.enrollment))
found = covid_step(engine, records, enrollment, given["covid_dose"])
write(engine, found.events, snakemake.output.events, KEY)
write_account(found.account, snakemake.output.account)
