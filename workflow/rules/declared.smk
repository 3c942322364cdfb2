# Events that the settings declare, one job each.


rule declared_event:
    input:
        records=source_of_declared,
        enrollment=extract("enrollment"),
        code=code("declared_event"),
    output:
        events=f"{INTERIM}/events/{{event}}.parquet",
        account=f"{INTERIM}/events/{{event}}.csv",
    log:
        f"{INTERIM}/logs/declared_event/{{event}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/declared_event/{{event}}.tsv"
    wildcard_constraints:
        event="|".join(config["events"]["declared"]),
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=2000,
    params:
        event=declared_event,
        temporary=f"{INTERIM}/temporary/declared_event",
    script:
        "../scripts/declared_event.py"
