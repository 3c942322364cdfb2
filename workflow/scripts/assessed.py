"""Count who was assessed for the trial and not randomized."""

from armwise.estimates.assessed import describe

(eligible,), (enrollment,) = snakemake.input.eligible, snakemake.input.enrollment
describe(eligible, enrollment, snakemake.output[0])
