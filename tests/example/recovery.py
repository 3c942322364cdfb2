"""Reads stays and ED visits back out of claim lines, by the plainest rules, in SQL of its own."""

from pathlib import Path

import duckdb
import pandas as pd

_PAID = """
create table line as
select *, coalesce(original_claim_id, claim_id) as chain from read_csv('{path}', all_varchar = true)
where person_id is not null and claim_status = 'paid'
  and try_cast(from_date as date) is not null and through_date >= from_date
  and coalesce(discharge_date, from_date) >= coalesce(admission_date, from_date)
"""
_FINAL = """
create table final as
select distinct * from line semi join (
    select chain, max((adjudicated_on, claim_version::int, claim_id)) as last from line group by chain
) latest on line.chain = latest.chain and line.claim_version::int = last[2] and line.claim_id = last[3]
where coalesce(bill_type, '') not like '%8'
"""
_STAYS = """
with claim as (
    select person_id, claim_id, from_date::date as start, through_date::date as stop,
           any_value(discharge_status) in ('02', '30') as goes_on,
           any_value(principal_diagnosis) as diagnosis,
           bool_or(claim_id in (select claim_id from final where revenue_code like '045%')) as via_ed
    from final
    where bill_type like '011%' and regexp_matches(revenue_code, '^0(1[0-6]|2[01])')
    group by all
),
reach as (
    select *, max(stop + case when goes_on then 1 else 0 end) over (
        partition by person_id order by start, stop, claim_id rows between unbounded preceding and 1 preceding
    ) as reached from claim
),
numbered as (
    select *, sum((reached is null or start > reached)::int) over (
        partition by person_id order by start, stop, claim_id
    ) as number from reach
)
select person_id, min(start) as day, max(stop) as discharged, arg_min(diagnosis, start) as diagnosis,
       count(distinct claim_id) as claims
from numbered group by person_id, number order by person_id, day
"""
_ED_VISITS = """
with line as (
    select person_id, from_date::date as day, principal_diagnosis, bill_type is null as professional
    from final
    where (bill_type like '013%' and revenue_code like '045%')
       or (place_of_service = '23' and procedure_code between '99281' and '99285')
)
select person_id, day, arg_min(principal_diagnosis, professional) as diagnosis from line
where not exists (
    from stay where stay.person_id = line.person_id and line.day between stay.day and stay.discharged
)
group by person_id, day order by person_id, day
"""


def recover(claim_lines: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Stays (person_id, day, discharged, diagnosis, claims) and ED visits (person_id, day, diagnosis)."""
    with duckdb.connect() as database:
        database.execute(_PAID.format(path=claim_lines))
        database.execute(_FINAL)
        database.execute(f"create table stay as {_STAYS}")
        return database.sql("from stay order by person_id, day").df(), database.sql(_ED_VISITS).df()
