"""Every event that truly happened can be read out of the claim lines, by plain rules in SQL of their own."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from armwise.example.calendar import date_of
from armwise.example.chunk import chunks
from armwise.example.code_tables import AVOIDABLE_ED
from armwise.example.generate import generate

ENROLLMENTS, SEED = 1500, 11
STRANGER = "P6"  # ids of people who were never randomized start so

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


def what_happened() -> pd.DataFrame:
    """The generator's own events: person_id, day, is_stay, avoidable, nights."""
    tables = []
    for chunk in chunks(ENROLLMENTS, SEED):
        events = chunk.events
        person_id = [f"P{number:07d}" for number in events.person + chunk.first_person]
        day = pd.to_datetime([date_of(number) for number in events.day])
        columns = {name: getattr(events, name) for name in ("is_stay", "avoidable", "nights")}
        tables.append(pd.DataFrame({"person_id": person_id, "day": day, **columns}))
    return pd.concat(tables)


@pytest.fixture(scope="module")
def stays_and_visits(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    out = generate(ENROLLMENTS, SEED, tmp_path_factory.mktemp("raw"))
    stays, visits = recover(out / "claim_lines.csv.gz")
    return tuple(found[~found.person_id.str.startswith(STRANGER)] for found in (stays, visits))


def test_stays_are_exactly_those_that_happened(stays_and_visits):
    happened = what_happened().query("is_stay")
    found = stays_and_visits[0].merge(happened, on=["person_id", "day"], how="outer", indicator=True)
    assert len(happened) > 500
    assert (found._merge == "both").all()
    assert ((found.discharged - found.day).dt.days == found.nights).all()


def test_some_stays_are_spread_over_several_claims(stays_and_visits):
    assert 0.1 < (stays_and_visits[0].claims > 1).mean() < 0.4


def test_ed_visits_are_exactly_those_that_happened(stays_and_visits):
    happened = what_happened().query("not is_stay")
    found = stays_and_visits[1].merge(happened, on=["person_id", "day"], how="outer", indicator=True)
    assert len(happened) > 3000
    assert (found._merge == "both").all()
    assert found.avoidable.equals(found.diagnosis.isin([code for code, _ in AVOIDABLE_ED]))
