"""Know settings, data, code and versions by their content, for the report."""

import json
from pathlib import Path

from armwise.provenance.content import fingerprint

found = fingerprint(
    snakemake.params.settings, list(snakemake.input.data), list(snakemake.input.code), snakemake.input.lock
)
Path(snakemake.output[0]).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
