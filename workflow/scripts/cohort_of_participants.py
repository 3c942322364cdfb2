"""Turn one row per participant into the cohort."""

from armwise.cohort.participants import participants_cohort
from armwise.cohort.weights import refuse_wrong_probabilities
from armwise.extracts.engine import connect, write
from armwise.extracts.errors import said_plainly

engine = connect(snakemake.threads, snakemake.resources.mem_mb)
given = snakemake.params.cohort
with said_plainly(snakemake.log[0]):
    cohort = participants_cohort(
        engine.read_parquet(snakemake.input.participants), given["baseline"], given["uptake"]
    )
    refuse_wrong_probabilities(engine, cohort, given["arms"])
    write(engine, cohort, snakemake.output[0], ["enrollment_id"])
