"""Make deaths of the death records."""

from armwise.events.account import KEY
from armwise.events.deaths import deaths
from armwise.extracts.engine import connect, write

engine = connect(snakemake.threads, snakemake.resources.mem_mb)
write(engine, deaths(engine.read_parquet(snakemake.input.deaths)), snakemake.output[0], KEY)
