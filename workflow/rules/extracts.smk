# From what the plan sent to typed tables, and every row that was set aside with its reason.


include: "wanted.smk"
include: "checked.smk"


wildcard_constraints:
    source="|".join(config["data"]),


rule receive:
    input:
        code=code("receive"),
    output:
        f"{RECEIVED}/{{source}}.csv.gz",
    log:
        f"{INTERIM}/logs/receive/{{source}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/receive/{{source}}.tsv"
    conda:
        ENVIRONMENT
    params:
        database=database_of,
        state=state_of,
    script:
        "../scripts/receive.py"


rule ingest:
    input:
        files=files_of,
        crosswalk=crosswalk_of,
        code=code("ingest"),
    output:
        table=f"{INTERIM}/extracts/{{source}}.parquet",
        counts=f"{INTERIM}/extracts/{{source}}.counts.csv",
        reasons=f"{INTERIM}/extracts/{{source}}.rejected.csv",
        rejected=f"{INTERIM}/rejected/{{source}}.parquet",
        checks=f"{INTERIM}/extracts/{{source}}.checks.csv",
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
        layouts=layouts_of,
        extra=extra_columns,
        stated=stated_columns,
        sealed=sealed_columns,
        arms=list(config["trial"]["arms"]),
        severities=severities("read", config["checks"]),
        temporary=f"{INTERIM}/temporary/ingest",
    script:
        "../scripts/ingest.py"


rule across:
    input:
        table=f"{INTERIM}/extracts/{{source}}.parquet",
        enrollment=f"{INTERIM}/extracts/enrollment.parquet",
        deaths=deaths_as_sent,
        code=code("across"),
    output:
        f"{INTERIM}/across/{{source}}.checks.csv",
    log:
        f"{INTERIM}/logs/across/{{source}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/across/{{source}}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        kind=kind_of_source,
        severities=severities_across,
        temporary=f"{INTERIM}/temporary/across",
    script:
        "../scripts/across.py"


rule quarantine:
    input:
        table=f"{INTERIM}/extracts/{{source}}.parquet",
        enrollment=f"{INTERIM}/extracts/enrollment.parquet",
        deaths=deaths_as_sent,
        code=code("quarantine"),
    output:
        table=f"{INTERIM}/kept/{{source}}.parquet",
        rejected=f"{INTERIM}/rejected/{{source}}.across.parquet",
    log:
        f"{INTERIM}/logs/quarantine/{{source}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/quarantine/{{source}}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        kind=kind_of_source,
        severities=severities_across,
        temporary=f"{INTERIM}/temporary/quarantine",
    script:
        "../scripts/quarantine.py"
