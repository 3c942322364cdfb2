"""Make inpatient stays and ED visits of the claim lines."""

import logging

from armwise.events.doubts import doubts
from armwise.events.encounters import KEY, encounters, write_account
from armwise.extracts.engine import connect, read_named, write
from armwise.extracts.errors import said_plainly

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
engine = connect(snakemake.threads, snakemake.resources.mem_mb, snakemake.params.temporary)
with said_plainly(snakemake.log[0]):
    sent = read_named(engine, snakemake.input.extracts)
    found = encounters(engine, sent["utilization"], sent["enrollment"], snakemake.params.definitions)
    write(engine, found.inpatient_stays, snakemake.output.inpatient_stay, KEY)
    write(engine, found.ed_visits, snakemake.output.ed_visit, KEY)
    doubtful = doubts(engine, found.events, sent.get("coverage"), sent.get("deaths"))
    write_account(found.account + doubtful, snakemake.output.account)
