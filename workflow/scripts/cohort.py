"""Make the cohort: who was randomized, observed until when, with which baseline."""

from armwise.cohort.cohort import KEY, cohort
from armwise.extracts.engine import connect, read_named, write
from armwise.extracts.errors import said_plainly

given = snakemake.input
engine = connect(snakemake.threads, snakemake.resources.mem_mb, snakemake.params.temporary)
with said_plainly(snakemake.log[0]):
    coverage = engine.read_parquet(given.coverage) if given.get("coverage") else None
    events = read_named(engine, given.events)
    enrollment = engine.read_parquet(given.enrollment)
    write(
        engine,
        cohort(engine, enrollment, coverage, events, snakemake.params.cohort),
        snakemake.output[0],
        KEY,
    )
