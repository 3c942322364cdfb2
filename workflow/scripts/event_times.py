"""Say when events happened, and when and why observation ended."""

from armwise.extracts.engine import connect, read_named, write
from armwise.extracts.errors import said_plainly
from armwise.outcomes.event_times import KEY, event_times

engine = connect(snakemake.threads, snakemake.resources.mem_mb, snakemake.params.temporary)
with said_plainly(snakemake.log[0]):
    times = event_times(
        engine,
        engine.read_parquet(snakemake.input.cohort),
        read_named(engine, snakemake.input.events),
        snakemake.params.horizons,
        snakemake.params.outcomes,
    )
    write(engine, times, snakemake.output[0], KEY)
