"""Make inpatient stays and ED visits of the claim lines."""

from armwise.events.encounters import KEY, encounters, write_account
from armwise.extracts.engine import connect, write
from armwise.extracts.errors import said_plainly

given = snakemake.input
engine = connect(snakemake.threads, snakemake.resources.mem_mb, snakemake.params.temporary)
with said_plainly(snakemake.log[0]):
    found = encounters(engine, engine.read_parquet(given.utilization), engine.read_parquet(given.enrollment))
    write(engine, found.inpatient_stays, snakemake.output.inpatient_stay, KEY)
    write(engine, found.ed_visits, snakemake.output.ed_visit, KEY)
    write_account(found.account, snakemake.output.account)
