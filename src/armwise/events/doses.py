"""COVID-19 vaccine doses: one per person and day, numbered, and the one that completes the primary series."""

import ibis
import ibis.expr.types as ir

from armwise.events.codes import rows

FILE = "covid_vaccines.csv"
MIXED = 24  # days between doses of two mRNA products, the four days of grace taken off


def covid_doses(vaccinations: ir.Table) -> ir.Table:
    """Return the events `covid_dose`: cvx, dose_number, completes_series.

    A record counts from the day its product was authorized; of several on one day the product of a series
    comes before one without. Only one dose of a person completes the series: the first that ends it.
    """
    doses = completing(numbered_doses(recorded(vaccinations)))
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
    )


def recorded(vaccinations: ir.Table) -> ir.Table:
    """Return the records of COVID-19 products, each from its own authorization on."""
    products = rows(FILE)
    known = vaccinations.filter(vaccinations.cvx.isin([product["cvx"] for product in products]))
    since = {p["cvx"]: p["authorized_on"] for p in products if p["authorized_on"]}
    authorized_on = known.cvx.cases(*since.items(), else_="0001-01-01").cast("date")
    return known.filter(known.given_on >= authorized_on)


def numbered_doses(records: ir.Table) -> ir.Table:
    """Return one dose per person and day, with `dose_number` from 1."""
    of_series = records.cvx.isin([*_series("1"), *_series("2")])
    placed = records.mutate(
        place=ibis.row_number().over(
            group_by=[records.person_id, records.given_on], order_by=[of_series.desc(), records.cvx]
        )
    )
    doses = placed.filter(placed.place == 0).drop("place")
    number = ibis.row_number().over(group_by=doses.person_id, order_by=doses.given_on)
    return doses.mutate(dose_number=(number + 1).cast("int32"))


def completing(doses: ir.Table) -> ir.Table:
    """Add `completes_series`: the first dose that ends the adult primary series of 2021.

    One dose of a one-dose product; or a dose of a two-dose product, long enough after an earlier one: as many
    days as the product asks after one of the same maker, and MIXED days after any.
    """
    days = {row["cvx"]: int(row["least_days"]) for row in rows(FILE) if row["least_days"]}
    least = doses.cvx.cases(*days.items(), else_=ibis.null("int64"))
    timed = doses.mutate(least=least)
    before = timed.given_on.min(where=timed.least.notnull())
    by_person = ibis.window(group_by=timed.person_id, order_by=timed.given_on, preceding=(None, 1))
    by_maker = ibis.window(
        group_by=[timed.person_id, timed.least], order_by=timed.given_on, preceding=(None, 1)
    )
    since_any = timed.given_on.delta(before.over(by_person), unit="day")
    since_same = timed.given_on.delta(before.over(by_maker), unit="day")
    second = timed.least.notnull() & ((since_any >= MIXED) | (since_same >= timed.least)).fill_null(False)
    ended = timed.mutate(ends=second | timed.cvx.isin(_series("1")))
    so_far = ibis.window(group_by=ended.person_id, order_by=ended.given_on, preceding=None, following=0)
    times = ended.ends.cast("int64").sum().over(so_far)
    return ended.mutate(completes_series=ended.ends & (times == 1)).drop("least", "ends")


def _series(doses: str) -> list[str]:
    return [row["cvx"] for row in rows(FILE) if row["series_doses"] == doses]
