"""Hold the trial against the gate of unblinding, and let its cohort through."""

from armwise.estimates.unblinding import Opened, unblind
from armwise.extracts.errors import said_plainly

given, read, written = snakemake.params, snakemake.input, snakemake.output
with said_plainly(snakemake.log[0]):
    opened = Opened(written.cohort, written.results)
    unblind(read.cohort, list(read.checks), opened, given.design, given.kinds, given.reason)
