# From the full-precision dataset to what may be shown, and to the report.


include: "shown.smk"


rule disclose:
    input:
        ard=f"{INTERIM}/ard.parquet",
        earlier=earlier_releases(),
        code=code("disclose"),
    output:
        ard=f"{RESULTS}/ard.csv",
        log=f"{RESULTS}/disclosure_log.csv",
    log:
        f"{INTERIM}/logs/disclose/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/disclose/all.tsv"
    conda:
        ENVIRONMENT
    params:
        small_cell=lookup(within=config, dpath="report/small_cell"),
        public=lookup(within=config, dpath="report/data_are_public"),
        related=related_outcomes,
        importance=importance,
        blinded={"arms": list(config["trial"]["arms"]) if BLINDED else []},
    script:
        "../scripts/disclose.py"


rule table:
    input:
        ard=f"{RESULTS}/ard.csv",
        code=code("table"),
    output:
        csv=f"{RESULTS}/tables/{{table}}.csv",
        html=f"{RESULTS}/tables/{{table}}.html",
        stored=f"{INTERIM}/tables/{{table}}.json",
    log:
        f"{INTERIM}/logs/table/{{table}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/table/{{table}}.tsv"
    conda:
        ENVIRONMENT
    params:
        settings=shown_settings,
    script:
        "../scripts/table.py"


rule workbook:
    input:
        tables=expand(f"{INTERIM}/tables/{{table}}.json", table=TABLES),
        code=code("workbook"),
    output:
        f"{RESULTS}/tables.xlsx",
    log:
        f"{INTERIM}/logs/workbook/all.log",
    benchmark:
        f"{INTERIM}/benchmarks/workbook/all.tsv"
    conda:
        ENVIRONMENT
    script:
        "../scripts/workbook.py"


rule figure:
    input:
        ard=f"{RESULTS}/ard.csv",
        code=code("figure"),
    output:
        svg=f"{RESULTS}/figures/{{figure}}.svg",
        pdf=f"{RESULTS}/figures/{{figure}}.pdf",
        png=f"{RESULTS}/figures/{{figure}}.png",
        csv=f"{RESULTS}/figures/{{figure}}.csv",
    log:
        f"{INTERIM}/logs/figure/{{figure}}.log",
    benchmark:
        f"{INTERIM}/benchmarks/figure/{{figure}}.tsv"
    conda:
        ENVIRONMENT
    params:
        settings=shown_settings,
    script:
        "../scripts/figure.py"


rule report:
    input:
        ard=f"{RESULTS}/ard.csv",
        tables=expand(f"{RESULTS}/tables/{{table}}.html", table=TABLES),
        figures=expand(f"{RESULTS}/figures/{{figure}}.svg", figure=FIGURES),
        provenance=f"{INTERIM}/fingerprint.json",
        code=code("report"),
    output:
        f"{RESULTS}/report.html",
    log:
        f"{INTERIM}/logs/report/html.log",
    benchmark:
        f"{INTERIM}/benchmarks/report/html.tsv"
    conda:
        ENVIRONMENT
    params:
        settings=page_settings,
    script:
        "../scripts/report.py"
