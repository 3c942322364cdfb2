"""Write the manifest of a results folder: the last step of every run."""

from armwise.provenance.manifest import write

write(
    snakemake.output.manifest,
    settings=snakemake.params.settings,
    data=list(snakemake.input.data),
    counts=list(snakemake.input.counts),
    outputs=list(snakemake.input.outputs),
    lock=snakemake.input.lock,
    benchmarks=snakemake.params.benchmarks,
)
