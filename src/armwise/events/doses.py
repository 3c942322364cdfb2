"""Vaccine doses of the registry's records: COVID-19 with its primary series, influenza by season."""

from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.events.account import Account, counted
from armwise.events.codes import rows
from armwise.events.islands import numbered
from armwise.extracts.engine import days_after, days_between, hold

COVID, INFLUENZA = "covid_vaccines.csv", "influenza_vaccines.csv"
MIXED = 24  # days between doses of two mRNA products, the four days of grace taken off
SAME_DAY = 1
COVID_DOSE: dict[str, Any] = {
    "duplicate_days": SAME_DAY,
    "series": {},
    "booster_after_one_dose": 52,
    "booster_after_two_doses": 146,
}
INFLUENZA_DOSE = {"duplicate_days": SAME_DAY, "season_starts_in": 7}


class Doses(NamedTuple):
    """Doses, and how many records each step took in or left out."""

    events: ir.Table
    account: Account


class Series(NamedTuple):
    """What completes a primary series with a product: doses, least days between two, and the maker."""

    doses: int
    least_days: int | None
    maker: str


def series_of(declared: dict[str, dict[str, Any]] | None = None) -> dict[str, Series]:
    """Return the products (CVX) of primary series: the adult ones of 2021, and those that are declared."""
    own = {
        row["cvx"]: Series(
            int(row["series_doses"]), int(row["least_days"]) if row["least_days"] else None, row["maker"]
        )
        for row in rows(COVID)
        if row["series_doses"]
    }
    also = {cvx: Series(each["doses"], each.get("least_days"), cvx) for cvx, each in (declared or {}).items()}
    return own | also


def covid_step(
    engine: Backend, vaccinations: ir.Table, enrollment: ir.Table, definition: dict[str, Any] | None = None
) -> Doses:
    """Return the events `covid_dose` of people who were randomized, and what became of the records."""
    ours = vaccinations.semi_join(enrollment, "person_id")
    of_covid = hold(engine, of_products(ours), "covid_records")
    valid = authorized(of_covid)
    doses = hold(engine, covid_doses(of_covid, definition), "covid_doses")
    elsewhere = [row["cvx"] for row in rows(COVID) if not row["authorized_on"]]
    steps = {
        "records of vaccinations": vaccinations,
        "records of people who were never randomized, not kept": vaccinations.anti_join(
            enrollment, "person_id"
        ),
        "records of COVID-19 vaccines": of_covid,
        "of these dated before the product was authorized, rejected": of_covid.anti_join(
            valid, ["person_id", "given_on", "cvx"]
        ),
        "of these of a product that was never authorized here, counted as a dose": of_covid.filter(
            of_covid.cvx.isin(elsewhere)
        ),
        "COVID-19 doses": doses,
        "COVID-19 doses that complete a primary series": doses.filter(doses.completes_series),
        "COVID-19 doses that are boosters": doses.filter(doses.booster),
    }
    return Doses(doses, counted(engine, steps))


def covid_doses(vaccinations: ir.Table, definition: dict[str, Any] | None = None) -> ir.Table:
    """Return the events `covid_dose`: cvx, dose_number, completes_series, after_series, booster.

    A record counts from the day its product was authorized. Records that follow each other within fewer than
    `duplicate_days` are one dose of the first of them (1: those of one day); the product of a series comes
    before one without. Only one dose of a person completes the series: the first that ends it. A booster is a
    later dose, `booster_after_one_dose` or `booster_after_two_doses` days after it or more (ACIP, MMWR
    2021;70:1545, mm7044e2: two months, eight weeks, after Janssen; five months after two doses, as CDC had it
    from January 2022; four days of grace taken off). `series` are further products of a primary series.
    """
    how = COVID_DOSE | (definition or {})
    series = series_of(how["series"])
    doses = one_per_dose(authorized(of_products(vaccinations)), how["duplicate_days"], list(series))
    doses = boosting(completing(doses, series), series, how)
    return doses.select(
        person_id=doses.person_id,
        event=ibis.literal("covid_dose"),
        event_id=doses.dose_number.cast("string"),
        started_on=doses.given_on,
        ended_on=ibis.null("date"),
        source=ibis.literal("vaccinations"),
        cvx=doses.cvx,
        dose_number=doses.dose_number,
        completes_series=doses.completes_series,
        after_series=doses.after_series,
        booster=doses.booster,
    )


def of_products(vaccinations: ir.Table) -> ir.Table:
    """Return the records of COVID-19 products."""
    return vaccinations.filter(vaccinations.cvx.isin([product["cvx"] for product in rows(COVID)]))


def authorized(records: ir.Table) -> ir.Table:
    """Return the records of COVID-19 products, each from its own authorization on."""
    since = {p["cvx"]: p["authorized_on"] for p in rows(COVID) if p["authorized_on"]}
    authorized_on = records.cvx.cases(*since.items(), else_="0001-01-01").cast("date")
    return records.filter(records.given_on >= authorized_on)


def one_per_dose(records: ir.Table, duplicate_days: int, of_series: list[str]) -> ir.Table:
    """Return one row per dose, on its first day, with `dose_number` from 1.

    Records join while each follows the one before within fewer than `duplicate_days`.
    """
    reaching = records.mutate(reach=days_after(records.given_on, duplicate_days - 1))
    parts = numbered(reaching, ["person_id"], "given_on", "reach", ["cvx"])
    by = [parts.person_id, parts.island]
    placed = parts.mutate(
        place=ibis.row_number().over(
            group_by=by, order_by=[parts.cvx.isin(of_series).desc(), parts.given_on, parts.cvx]
        ),
        first=parts.given_on.min().over(group_by=by),
    )
    kept = placed.filter(placed.place == 0)
    return kept.select(
        person_id=kept.person_id,
        given_on=kept["first"],
        cvx=kept.cvx,
        dose_number=(kept.island + 1).cast("int32"),
    )


def completing(doses: ir.Table, series: dict[str, Series]) -> ir.Table:
    """Add `completes_series`: the first dose that ends a primary series.

    One dose of a one-dose product; or a dose of a two-dose product, long enough after an earlier one: as many
    days as the product asks after one of the same maker, and MIXED days after any.
    """
    of_two = {cvx: each for cvx, each in series.items() if each.doses == 2}
    timed = doses.mutate(
        least=doses.cvx.cases(*((cvx, each.least_days) for cvx, each in of_two.items()), else_=None),
        maker=doses.cvx.cases(*((cvx, each.maker) for cvx, each in of_two.items()), else_=None),
    )
    before = timed.given_on.min(where=timed.least.notnull())
    by_person = ibis.window(group_by=timed.person_id, order_by=timed.given_on, preceding=(None, 1))
    by_maker = ibis.window(
        group_by=[timed.person_id, timed.maker], order_by=timed.given_on, preceding=(None, 1)
    )
    since_any = days_between(before.over(by_person), timed.given_on)
    since_same = days_between(before.over(by_maker), timed.given_on)
    second = timed.least.notnull() & ((since_any >= MIXED) | (since_same >= timed.least)).fill_null(False)
    of_one = [cvx for cvx, each in series.items() if each.doses == 1]
    ended = timed.mutate(ends=second | timed.cvx.isin(of_one))
    so_far = ibis.window(group_by=ended.person_id, order_by=ended.given_on, preceding=None, following=0)
    times = ended.ends.cast("int64").sum().over(so_far)
    return ended.mutate(completes_series=ended.ends & (times == 1)).drop("least", "maker", "ends")


def boosting(doses: ir.Table, series: dict[str, Series], how: dict[str, Any]) -> ir.Table:
    """Add `after_series`, whether a dose came after the one that completed the series, and `booster`."""
    of_one = [cvx for cvx, each in series.items() if each.doses == 1]
    completed = doses.completes_series
    by = {"group_by": doses.person_id}
    dated = doses.mutate(
        completed_on=doses.given_on.min(where=completed).over(**by),
        by_one=(completed & doses.cvx.isin(of_one)).max().over(**by),
    )
    since = days_between(dated.completed_on, dated.given_on)
    least = ibis.ifelse(dated.by_one, how["booster_after_one_dose"], how["booster_after_two_doses"])
    after = (since > 0).fill_null(False)
    return dated.mutate(after_series=after, booster=after & (since >= least)).drop("completed_on", "by_one")


def influenza_step(
    engine: Backend, vaccinations: ir.Table, enrollment: ir.Table, definition: dict[str, Any] | None = None
) -> Doses:
    """Return the events `influenza_dose` of people who were randomized, and what became of the records."""
    ours = vaccinations.semi_join(enrollment, "person_id")
    doses = hold(engine, influenza_doses(ours, definition), "influenza_doses")
    steps = {
        "records of influenza vaccines": of_influenza(ours),
        "influenza doses": doses,
        "influenza doses that are the first of a season": doses.filter(doses.dose_of_season == 1),
    }
    return Doses(doses, counted(engine, steps))


def influenza_doses(vaccinations: ir.Table, definition: dict[str, Any] | None = None) -> ir.Table:
    """Return the events `influenza_dose`: cvx, season (as 2018-19) and dose_of_season from 1.

    A season begins with the month `season_starts_in`: July, as CDC counts vaccinations and CDSi begins a
    season. Records that follow each other within fewer than `duplicate_days` are one dose.
    """
    how = INFLUENZA_DOSE | (definition or {})
    doses = one_per_dose(of_influenza(vaccinations), how["duplicate_days"], [])
    begun = doses.given_on.year() - (doses.given_on.month() < how["season_starts_in"]).cast("int64")
    ends = ((begun + 1) % 100).cast("string").lpad(2, "0")
    seasonal = doses.mutate(season=begun.cast("string") + "-" + ends)
    place = ibis.row_number().over(
        group_by=[seasonal.person_id, seasonal.season], order_by=seasonal.dose_number
    )
    return seasonal.select(
        person_id=seasonal.person_id,
        event=ibis.literal("influenza_dose"),
        event_id=seasonal.dose_number.cast("string"),
        started_on=seasonal.given_on,
        ended_on=ibis.null("date"),
        source=ibis.literal("vaccinations"),
        cvx=seasonal.cvx,
        season=seasonal.season,
        dose_of_season=(place + 1).cast("int32"),
    )


def of_influenza(vaccinations: ir.Table) -> ir.Table:
    """Return the records of influenza vaccines."""
    return vaccinations.filter(vaccinations.cvx.isin([product["cvx"] for product in rows(INFLUENZA)]))
