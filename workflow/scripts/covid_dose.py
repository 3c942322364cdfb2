"""Make vaccine doses of the registry's records."""

from armwise.events.doses import covid_doses
from armwise.events.encounters import KEY
from armwise.extracts.engine import connect, write

engine = connect(snakemake.threads, snakemake.resources.mem_mb)
write(engine, covid_doses(engine.read_parquet(snakemake.input.vaccinations)), snakemake.output[0], KEY)
