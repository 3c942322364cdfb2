# What made the results: the fingerprint that the report shows, and the manifest, written last.

import os
import sys

from armwise.provenance.keep import keep
from armwise.provenance.records import doubt, keep_records, trust, vouched

VOUCHED = not workflow.is_main_process or vouched(INTERIM)

# Nothing is believed of files of which no record is left; Snakemake takes that from its command line alone.
if not VOUCHED and "--forceall" not in sys.argv:
    print(
        "No record is left of what made the files of this trial: everything runs again.",
        file=sys.stderr,
    )
    again = ["-m", "snakemake", *sys.argv[1:], "--forceall"]
    os.execv(sys.executable, [sys.executable, *again])


onstart:
    keep(RESULTS, INTERIM)  # the last whole run, for `armwise diff`
    if not VOUCHED:
        doubt(INTERIM)


onsuccess:
    keep_records(INTERIM)
    trust(INTERIM, RESULTS)


onerror:
    keep_records(INTERIM)


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
        settings=declared,
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
        settings=declared,
        benchmarks=f"{INTERIM}/benchmarks",
    script:
        "../scripts/manifest.py"
