"""Give the enrollments their assignments: the true ones, or shuffled ones while the trial is blinded."""

from tempfile import TemporaryDirectory

from armwise.cohort.assignment import assign
from armwise.extracts.contracts import contract_of
from armwise.extracts.crosswalk import of_source
from armwise.extracts.engine import connect
from armwise.extracts.errors import said_plainly
from armwise.extracts.ingest import Checking, Outputs, ingest
from armwise.extracts.layouts import laid_out

given, source = snakemake.params, snakemake.wildcards.source
with said_plainly(snakemake.log[0]), TemporaryDirectory() as folder:  # true arms lie nowhere else
    engine = connect(snakemake.threads, snakemake.resources.mem_mb, folder)
    files = laid_out(given.layouts, list(snakemake.input.files))
    contract = contract_of(given.reading["contract"], given.arms, given.extra, given.stated)
    parts = Outputs(*(f"{folder}/{name}" for name in Outputs._fields))
    checking = Checking(given.severities, of_source(engine, snakemake.input.get("crosswalk"), source))
    ingest(engine, source, files, given.reading["max_rejected_share"], contract, parts, checking)
    assign(
        parts.table, snakemake.input.kept, snakemake.output[0], contract.key[0], given.sealed, given.blinding
    )
