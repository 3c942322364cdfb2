# A trial that arrives as one row per participant: its columns are the outcomes.


rule cohort_of_participants:
    input:
        participants=assigned("participants"),
        code=code("cohort_of_participants"),
    output:
        COHORT,
    log:
        f"{INTERIM}/logs/cohort_of_participants/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/cohort_of_participants/all.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        cohort=cohort_of_participants,
    script:
        "../scripts/cohort_of_participants.py"


rule measured_outcomes:
    input:
        participants=f"{INTERIM}/extracts/participants.parquet",
        code=code("measured_outcomes"),
    output:
        f"{INTERIM}/outcomes/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/measured_outcomes/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/measured_outcomes/{{window}}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        outcomes=measured_in,
        window=lambda wildcards: {"months": months_in(wildcards.window)},
    script:
        "../scripts/measured_outcomes.py"


rule times_in_columns:
    input:
        participants=f"{INTERIM}/extracts/participants.parquet",
        code=code("times_in_columns"),
    output:
        f"{INTERIM}/event_times.parquet",
    log:
        f"{INTERIM}/logs/times_in_columns/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/times_in_columns/all.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        outcomes={name: with_days(of) for name, of in TIMED.items()},
    script:
        "../scripts/times_in_columns.py"
