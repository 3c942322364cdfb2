"""Turn the outcome columns of participants into one row per participant x outcome of a window."""

from armwise.extracts.engine import connect, write
from armwise.outcomes.measured import measured

engine = connect(snakemake.threads, snakemake.resources.mem_mb)
participants = engine.read_parquet(snakemake.input.participants)
given, window = snakemake.params, snakemake.wildcards.window
outcomes = measured(participants, given.outcomes, window, given.window["months"])
write(engine, outcomes, snakemake.output[0], ["enrollment_id", "outcome"])
