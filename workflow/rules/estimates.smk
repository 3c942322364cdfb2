# From outcomes to the analysis results dataset: one job per family of estimates and window.


include: "analyses.smk"
include: "unblinding.smk"


rule effects:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/outcomes/{{window}}.parquet",
        code=code("effects"),
    output:
        f"{INTERIM}/estimates/effects/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/effects/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/effects/{{window}}.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        analyses=analyses_in,
        precision=precision_of,
        analysis_set={"name": "itt", "said": None},
    script:
        "../scripts/effects.py"


use rule effects as sensitivity_effects with:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/sensitivity/{{analysis}}/outcomes/{{window}}.parquet",
        code=code("effects"),
    output:
        f"{INTERIM}/sensitivity/{{analysis}}/effects/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/sensitivity_effects/{{analysis}}_{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/sensitivity_effects/{{analysis}}_{{window}}.tsv"
    params:
        design=design_of,
        analyses=sensitivity_analyses_in,
        precision=precision_of,
        analysis_set=analysis_set_of,


rule subgroups:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/outcomes/{{window}}.parquet",
        code=code("subgroups"),
    output:
        f"{INTERIM}/estimates/subgroups/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/subgroups/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/subgroups/{{window}}.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        analyses=subgroups_in,
        precision=precision_of,
    script:
        "../scripts/subgroups.py"


rule other_models:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/outcomes/{{window}}.parquet",
        code=code("other_models"),
    output:
        f"{INTERIM}/estimates/other_models/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/other_models/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/other_models/{{window}}.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        analyses=other_models_in,
        precision=precision_of,
    script:
        "../scripts/other_models.py"


rule randomization:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=expand(f"{INTERIM}/outcomes/{{window}}.parquet", window=WINDOWS),
        code=code("randomization"),
    output:
        results=f"{INTERIM}/randomization/tests.parquet",
        draws=f"{INTERIM}/randomization/draws.parquet",
    log:
        f"{INTERIM}/logs/randomization/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/randomization/all.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        analyses=analyses_by_window,
        precision=precision_of,
        redraw=redraw_of,
    script:
        "../scripts/randomization.py"


rule uptake:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/outcomes/{{window}}.parquet",
        engagement=engagement_in,
        code=code("uptake"),
    output:
        f"{INTERIM}/estimates/uptake/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/uptake/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/uptake/{{window}}.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        analyses=uptake_in,
        precision=precision_of,
    script:
        "../scripts/uptake.py"


rule losses:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/outcomes/{{window}}.parquet",
        code=code("losses"),
    output:
        f"{INTERIM}/estimates/losses/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/losses/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/losses/{{window}}.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        analyses=subgroups_in,
        precision=precision_of,
    script:
        "../scripts/losses.py"


rule reweighted:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/outcomes/{{window}}.parquet",
        code=code("reweighted"),
    output:
        f"{INTERIM}/estimates/reweighted/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/reweighted/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/reweighted/{{window}}.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        analyses=reweighted_in,
        precision=precision_of,
    script:
        "../scripts/reweighted.py"


rule compliers:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/outcomes/{{window}}.parquet",
        code=code("compliers"),
    output:
        f"{INTERIM}/estimates/compliers/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/compliers/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/compliers/{{window}}.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        analyses=analyses_in,
        precision=precision_of,
    script:
        "../scripts/compliers.py"


rule specifications:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=outcomes_of_curve,
        fitted=fitted_for_curve,
        code=code("specifications"),
    output:
        f"{INTERIM}/specifications/{{outcome}}.parquet",
    log:
        f"{INTERIM}/logs/specifications/{{outcome}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/specifications/{{outcome}}.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        grid=grid_of,
        precision=precision_of,
    script:
        "../scripts/specifications.py"


rule characteristics:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        code=code("characteristics"),
    output:
        f"{INTERIM}/described/baseline.parquet",
    log:
        f"{INTERIM}/logs/characteristics/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/characteristics/all.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        kinds=characteristics_of,
    script:
        "../scripts/characteristics.py"


rule selected:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/outcomes/{{window}}.parquet",
        code=code("selected"),
    output:
        f"{INTERIM}/described/selected/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/selected/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/selected/{{window}}.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        measures=measures_of,
    script:
        "../scripts/selected.py"


rule flow:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        event_times=[] if BY_PARTICIPANT else f"{INTERIM}/event_times.parquet",
        left_out=[] if BY_PARTICIPANT else f"{INTERIM}/left_out.parquet",
        code=code("flow"),
    output:
        f"{INTERIM}/described/flow.parquet",
    log:
        f"{INTERIM}/logs/flow/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/flow/all.tsv"
    conda:
        ENVIRONMENT
    params:
        arms=list(config["trial"]["arms"]),
        outcome=outcome_of_flow,
    script:
        "../scripts/flow.py"


rule assessed:
    input:
        eligible=extracts_of("eligible"),
        enrollment=extracts_of("enrollment"),
        code=code("assessed"),
    output:
        f"{INTERIM}/described/assessed.parquet",
    log:
        f"{INTERIM}/logs/assessed/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/assessed/all.tsv"
    conda:
        ENVIRONMENT
    script:
        "../scripts/assessed.py"


rule time_at_risk:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        outcomes=f"{INTERIM}/outcomes/{{window}}.parquet",
        code=code("time_at_risk"),
    output:
        f"{INTERIM}/described/time_at_risk/{{window}}.parquet",
    log:
        f"{INTERIM}/logs/time_at_risk/{{window}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/time_at_risk/{{window}}.tsv"
    conda:
        ENVIRONMENT
    params:
        arms=list(config["trial"]["arms"]),
        sources=sources_in,
    script:
        "../scripts/time_at_risk.py"


rule curves:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        event_times=f"{INTERIM}/event_times.parquet",
        code=code("curves"),
    output:
        f"{INTERIM}/described/curves.parquet",
    log:
        f"{INTERIM}/logs/curves/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/curves/all.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        outcomes=curves_of,
        precision=precision_of,
    script:
        "../scripts/curves.py"


rule monitored:
    input:
        unpack(monitored_files),
        cohort=f"{INTERIM}/cohort.parquet",
        code=code("monitored"),
    output:
        results=f"{INTERIM}/described/monitored.parquet",
        checks=f"{INTERIM}/monitored/checks.csv",
    log:
        f"{INTERIM}/logs/monitored/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/monitored/all.tsv"
    priority: 50
    conda:
        ENVIRONMENT
    params:
        arms=list(config["trial"]["arms"]),
        severities=severities("analysis", config["checks"]),
    script:
        "../scripts/monitored.py"


rule time_to_event:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        event_times=f"{INTERIM}/event_times.parquet",
        code=code("time_to_event"),
    output:
        f"{INTERIM}/described/time_to_event.parquet",
    log:
        f"{INTERIM}/logs/time_to_event/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/time_to_event/all.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        analyses=times_of,
        precision=precision_of,
    script:
        "../scripts/time_to_event.py"


rule monthly:
    input:
        cohort=f"{INTERIM}/cohort.parquet",
        event_times=f"{INTERIM}/event_times.parquet",
        code=code("monthly"),
    output:
        f"{INTERIM}/described/monthly.parquet",
    log:
        f"{INTERIM}/logs/monthly/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/monthly/all.tsv"
    conda:
        ENVIRONMENT
    params:
        design=design_of,
        analyses=monthly_of,
        precision=precision_of,
    script:
        "../scripts/monthly.py"


rule checks:
    input:
        counts=expand(
            f"{INTERIM}/extracts/{{source}}.counts.csv", source=config["data"]
        ),
        read=expand(f"{INTERIM}/extracts/{{source}}.checks.csv", source=config["data"]),
        across=expand(f"{INTERIM}/across/{{source}}.checks.csv", source=HELD_AGAINST),
        analysis=[f"{INTERIM}/monitored/checks.csv"],
        tables=[] if BY_PARTICIPANT else typed_tables(),
        code=code("checks"),
    output:
        results=f"{INTERIM}/described/checks.parquet",
        table=f"{INTERIM}/checks.csv",
    log:
        f"{INTERIM}/logs/checks/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/checks/all.tsv"
    priority: 50
    conda:
        ENVIRONMENT
    script:
        "../scripts/checks.py"


rule accounts:
    input:
        accounts=expand(f"{INTERIM}/events/{{step}}.csv", step=ACCOUNTS),
        code=code("accounts"),
    output:
        f"{INTERIM}/described/accounts.parquet",
    log:
        f"{INTERIM}/logs/accounts/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/accounts/all.tsv"
    conda:
        ENVIRONMENT
    params:
        steps=ACCOUNTS,
    script:
        "../scripts/accounts.py"


rule gate:
    input:
        checks=f"{INTERIM}/checks.csv",
        code=code("gate"),
    output:
        f"{INTERIM}/gate.txt",
    log:
        f"{INTERIM}/logs/gate/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/gate/all.tsv"
    priority: 50
    conda:
        ENVIRONMENT
    script:
        "../scripts/gate.py"


rule adjust:
    input:
        estimates=expand(
            f"{INTERIM}/estimates/{{family}}/{{window}}.parquet",
            family=FAMILIES,
            window=WINDOWS,
        ),
        sensitivity=SENSITIVITY_PIECES,
        specifications=SPECIFICATIONS,
        described=expand(f"{INTERIM}/described/{{what}}.parquet", what=DESCRIBED),
        gate=f"{INTERIM}/gate.txt",
        tests=RANDOMIZATION[:1],
        draws=RANDOMIZATION[1:],
        code=code("adjust"),
    output:
        f"{INTERIM}/ard.parquet",
    log:
        f"{INTERIM}/logs/adjust/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/adjust/all.tsv"
    conda:
        ENVIRONMENT
    params:
        roles=roles_of,
        blinded={"blinded": bool(BLINDED)},
    script:
        "../scripts/adjust.py"
