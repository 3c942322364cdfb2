"""Say when events happened and observation ended, of outcomes whose days stand in columns."""

from armwise.extracts.engine import connect, write
from armwise.extracts.errors import said_plainly
from armwise.outcomes.event_times import KEY
from armwise.outcomes.times_in_columns import times_in_columns

engine = connect(snakemake.threads, snakemake.resources.mem_mb)
with said_plainly(snakemake.log[0]):
    participants = engine.read_parquet(snakemake.input.participants)
    times = times_in_columns(engine, participants, snakemake.params.outcomes)
    write(engine, times, snakemake.output[0], KEY)
