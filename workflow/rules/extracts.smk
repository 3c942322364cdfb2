# From what the plan sent to typed tables, and every row that was set aside with its reason.


include: "wanted.smk"


wildcard_constraints:
    source="|".join(config["data"]),


rule ingest:
    input:
        files=files_of,
        code=code("ingest"),
    output:
        table=f"{INTERIM}/extracts/{{source}}.parquet",
        counts=f"{INTERIM}/extracts/{{source}}.counts.csv",
        reasons=f"{INTERIM}/extracts/{{source}}.rejected.csv",
        rejected=f"{INTERIM}/rejected/{{source}}.parquet",
    log:
        f"{INTERIM}/logs/ingest/{{source}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/ingest/{{source}}.tsv"
    conda:
        ENVIRONMENT
    threads: lambda wildcards: 2 if wildcards.source == "utilization" else 1
    resources:
        mem_mb=2000,
    params:
        reading=reading_of,
        extra=extra_columns,
        arms=list(config["trial"]["arms"]),
        temporary=f"{INTERIM}/temporary/ingest",
    script:
        "../scripts/ingest.py"
