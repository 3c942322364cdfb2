# A trial that is or was blinded: assignments apart from all else, and a gate before the true ones are used.


include: "blinded.smk"


if BLINDED is not None:

    rule assigned:
        input:
            files=files_of,
            crosswalk=crosswalk_of,
            kept=lambda wildcards: extract(wildcards.source),
            code=code("assigned"),
        output:
            f"{INTERIM}/assigned/{{source}}.parquet",
        log:
            f"{INTERIM}/logs/assigned/{{source}}.log",
        benchmark:
            f"{INTERIM}/benchmarks/assigned/{{source}}.tsv"
        conda:
            ENVIRONMENT
        resources:
            mem_mb=2000,
        params:
            reading=reading_of,
            layouts=layouts_of,
            extra=extra_columns,
            stated=stated_columns,
            sealed=sealed_columns,
            arms=list(config["trial"]["arms"]),
            severities=severities("read", config["checks"]),
            blinding=blinding_of,
        script:
            "../scripts/assigned.py"


if BLINDED is False:

    rule unblind:
        input:
            cohort=COHORT,
            checks=checks_before_unblinding(),
            code=code("unblind"),
        output:
            cohort=f"{INTERIM}/cohort.parquet",
            results=f"{INTERIM}/described/unblinding.parquet",
        log:
            f"{INTERIM}/logs/unblind/all.log",
        benchmark:
            f"{INTERIM}/benchmarks/unblind/all.tsv"
        priority: 50
        conda:
            ENVIRONMENT
        params:
            design=design_of,
            kinds=characteristics_of,
            reason=config["trial"]["blinding"]["unblinded_because"],
        script:
            "../scripts/unblind.py"
