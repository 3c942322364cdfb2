# The trial as a graph: extracts -> events -> cohort -> outcomes -> estimates -> disclosure -> report.

import sys

from armwise.settings import SettingsError, load, while_blinded

if workflow.config_settings.config:
    sys.exit(
        "armwise reads its settings from files: put them into one and name it with --configfile."
    )

try:
    declared = load(workflow.overwrite_configfiles or ["config.yaml"])
except SettingsError as error:
    sys.exit(str(error))
config = while_blinded(declared)


include: "workflow/rules/common.smk"
include: "workflow/rules/extracts.smk"
include: "workflow/rules/cohort.smk"
include: "workflow/rules/estimates.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/every.smk"
include: "workflow/rules/provenance.smk"


rule all:
    default_target: True
    input:
        f"{RESULTS}/manifest.json",
