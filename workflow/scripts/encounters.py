"""Make stays and ED visits of the claim lines."""

import logging

from armwise.events.account import KEY, write_account
from armwise.events.encounters import encounters
from armwise.extracts.engine import connect, read_named, write
from armwise.extracts.errors import said_plainly

logging.basicConfig(filename=snakemake.log[0], level=logging.INFO)
engine = connect(snakemake.threads, snakemake.resources.mem_mb, snakemake.params.temporary)
with said_plainly(snakemake.log[0]):
    sent = read_named(engine, snakemake.input.extracts)
    found = encounters(engine, sent["utilization"], sent["enrollment"], snakemake.params.definitions)
    for event, table in found.by_event.items():
        write(engine, table, snakemake.output[event], KEY)
    write_account(found.account, snakemake.output.account)
