# What the data look like by arm and over time, for the checks of them.


rule monthly_rates:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        coverage=extract("coverage"),
        lines=extract("utilization"),
        events=events_of(ENCOUNTERS),
        code=code("monthly_rates"),
    output:
        rates=f"{INTERIM}/monitored/monthly_rates.csv",
        uncovered=f"{INTERIM}/monitored/without_coverage.csv",
    log:
        f"{INTERIM}/logs/monthly_rates/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/monthly_rates/all.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        gap_days=config["follow_up"]["gap_days"],
        through=config["data"].get("utilization", {}).get("complete_through"),
        temporary=f"{INTERIM}/temporary/monthly_rates",
    script:
        "../scripts/monthly_rates.py"


rule shares_by_arm:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        sources=[extract(source) for source in LINKED],
        events=events_of(ENCOUNTERS),
        lines=extracts_of("utilization"),
        code=code("shares_by_arm"),
    output:
        shares=f"{INTERIM}/monitored/shares.csv",
        delays=f"{INTERIM}/monitored/delays.csv",
    log:
        f"{INTERIM}/logs/shares_by_arm/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/shares_by_arm/all.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        columns=columns_that_may_miss,
        temporary=f"{INTERIM}/temporary/shares_by_arm",
    script:
        "../scripts/shares_by_arm.py"
