"""Make the cohort: who was randomized, observed until when, with which baseline."""

from armwise.cohort.cohort import KEY, cohort, left_out
from armwise.extracts.engine import connect, hold, read_named, write
from armwise.extracts.errors import said_plainly

given, written, settings = snakemake.input, snakemake.output, snakemake.params.cohort
engine = connect(snakemake.threads, snakemake.resources.mem_mb, snakemake.params.temporary)
with said_plainly(snakemake.log[0]):
    coverage = engine.read_parquet(given.coverage) if given.get("coverage") else None
    events = read_named(engine, given.events)
    enrollment = engine.read_parquet(given.enrollment)
    made = hold(engine, cohort(engine, enrollment, coverage, events, settings), "cohort")
    write(engine, made, written.cohort, KEY)
    write(engine, left_out(enrollment, made, settings["later_lottery"]), written.left_out, KEY)
