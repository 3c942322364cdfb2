"""Put tables, figures and words together on one page."""

import json
import logging
from pathlib import Path

from armwise.report.page.build import write_page

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
read = snakemake.input
write_page(
    snakemake.output[0],
    ard=read.ard,
    tables={Path(path).stem: path for path in read.tables},
    figures={Path(path).stem: path for path in read.figures},
    settings=snakemake.params.settings,
    provenance=json.loads(Path(read.provenance).read_text(encoding="utf-8")),
)
