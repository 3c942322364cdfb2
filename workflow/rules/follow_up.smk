# From typed extracts to what happened, who was followed until when, and what falls into each window.

if config["events"]["declared"]:

    include: "declared.smk"


rule encounters:
    input:
        extracts=extracts_of("utilization", "enrollment"),
        nyu=nyu_file(),
        code=code("encounters"),
    output:
        inpatient_stay=f"{INTERIM}/events/inpatient_stay.parquet",
        ed_visit=f"{INTERIM}/events/ed_visit.parquet",
        observation_stay=f"{INTERIM}/events/observation_stay.parquet",
        account=f"{INTERIM}/events/encounters.csv",
    log:
        f"{INTERIM}/logs/encounters/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/encounters/all.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=2000,
    params:
        definitions=definitions_of("inpatient_stay", "ed_visit"),
        temporary=f"{INTERIM}/temporary/encounters",
    script:
        "../scripts/encounters.py"


rule outpatient_visit:
    input:
        utilization=extract("utilization"),
        enrollment=extract("enrollment"),
        code=code("outpatient_visit"),
    output:
        events=f"{INTERIM}/events/outpatient_visit.parquet",
        account=f"{INTERIM}/events/outpatient_visit.csv",
    log:
        f"{INTERIM}/logs/outpatient_visit/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/outpatient_visit/all.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=2000,
    params:
        definitions=definitions_of("outpatient_visit"),
        temporary=f"{INTERIM}/temporary/outpatient_visit",
    script:
        "../scripts/outpatient_visit.py"


rule covid_dose:
    input:
        vaccinations=extract("vaccinations"),
        enrollment=extract("enrollment"),
        code=code("covid_dose"),
    output:
        events=f"{INTERIM}/events/covid_dose.parquet",
        account=f"{INTERIM}/events/covid_dose.csv",
    log:
        f"{INTERIM}/logs/covid_dose/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/covid_dose/all.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        definitions=definitions_of("covid_dose"),
    script:
        "../scripts/covid_dose.py"


rule influenza_dose:
    input:
        vaccinations=extract("vaccinations"),
        enrollment=extract("enrollment"),
        code=code("influenza_dose"),
    output:
        events=f"{INTERIM}/events/influenza_dose.parquet",
        account=f"{INTERIM}/events/influenza_dose.csv",
    log:
        f"{INTERIM}/logs/influenza_dose/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/influenza_dose/all.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        definitions=definitions_of("influenza_dose"),
    script:
        "../scripts/influenza_dose.py"


rule contact:
    input:
        contacts=extract("contacts"),
        enrollment=extract("enrollment"),
        code=code("contact"),
    output:
        events=f"{INTERIM}/events/contact.parquet",
        account=f"{INTERIM}/events/contact.csv",
    log:
        f"{INTERIM}/logs/contact/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/contact/all.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    script:
        "../scripts/contact.py"


rule death:
    input:
        deaths=extract("deaths"),
        code=code("death"),
    output:
        f"{INTERIM}/events/death.parquet",
    log:
        f"{INTERIM}/logs/death/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/death/all.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    script:
        "../scripts/death.py"


rule cohort:
    input:
        enrollment=assigned("enrollment"),
        coverage=(extract("coverage") if "coverage" in config["data"] else []),
        events=events_of_cohort,
        code=code("cohort"),
    output:
        cohort=COHORT,
        left_out=f"{INTERIM}/left_out.parquet",
    log:
        f"{INTERIM}/logs/cohort/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/cohort/all.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=2000,
    params:
        cohort=cohort_settings,
        temporary=f"{INTERIM}/temporary/cohort",
    script:
        "../scripts/cohort.py"


rule outcomes:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        events=events_in,
        known=known_by(follow_up_of()),
        code=code("outcomes"),
    output:
        f"{INTERIM}/outcomes/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/outcomes/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/outcomes/{{window}}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        window=window_of,
        outcomes=counted_in,
        follow_up=of_follow_up(),
        temporary=f"{INTERIM}/temporary/outcomes",
    script:
        "../scripts/outcomes.py"


use rule outcomes as sensitivity_outcomes with:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        events=sensitivity_events_in,
        known=lambda wildcards: known_by(follow_up_of(wildcards.analysis)),
        code=code("outcomes"),
    output:
        f"{INTERIM}/sensitivity/{{analysis}}/outcomes/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/sensitivity_outcomes/{{analysis}}_{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/sensitivity_outcomes/{{analysis}}_{{window}}.tsv"
    params:
        window=window_of,
        outcomes=sensitivity_counted_in,
        follow_up=lambda wildcards: of_follow_up(wildcards.analysis),
        temporary=f"{INTERIM}/temporary/sensitivity_outcomes",


rule engagement:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/outcomes/{{window}}.parquet",
        events=events_of_uptake,
        code=code("engagement"),
    output:
        f"{INTERIM}/engagement/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/engagement/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/engagement/{{window}}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        window=window_of,
        uptake=lambda wildcards: {"uptake": declared_uptake()},
    script:
        "../scripts/engagement.py"


rule event_times:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        events=events_of(of["event"] for of in drawn_over_time().values()),
        known=known_by(follow_up_of()),
        code=code("event_times"),
    output:
        f"{INTERIM}/event_times.parquet",
    log:
        f"{INTERIM}/logs/event_times/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/event_times/all.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        horizons=horizons,
        outcomes={name: followed(of) for name, of in drawn_over_time().items()},
        follow_up=of_follow_up(),
        temporary=f"{INTERIM}/temporary/event_times",
    script:
        "../scripts/event_times.py"
