# What made the results: the fingerprint that the report shows, and the manifest, written last.

from armwise.provenance.keep import keep


# The results of the last whole run, for `armwise diff`.
onstart:
    keep(RESULTS, INTERIM)


rule fingerprint:
    input:
        data=every_file,
        code=every_line(),
        lock="requirements.lock",
    output:
        f"{INTERIM}/fingerprint.json",
    log:
        f"{INTERIM}/logs/fingerprint/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/fingerprint/all.tsv"
    conda:
        ENVIRONMENT
    params:
        settings=config,
    script:
        "../scripts/fingerprint.py"


rule manifest:
    input:
        data=every_file,
        counts=expand(
            f"{INTERIM}/extracts/{{source}}.counts.csv", source=config["data"]
        ),
        outputs=REPORT_OUTPUTS,
        lock="requirements.lock",
        code=code("manifest"),
    output:
        manifest=f"{RESULTS}/manifest.json",
    log:
        f"{INTERIM}/logs/manifest/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/manifest/all.tsv"
    conda:
        ENVIRONMENT
    params:
        settings=config,
        benchmarks=f"{INTERIM}/benchmarks",
    script:
        "../scripts/manifest.py"
