"""Avoidable admissions: AHRQ's Prevention Quality Indicators, version 2024 (July 2024), area level.

An indicator counts a stay by its principal diagnosis (16: by a procedure with a diagnosis) and the age at
admission in completed years, unless a diagnosis or procedure of the stay excludes it. Stays that came from
another hospital or facility (point of origin 4, 5, 6) never count, nor do those without a principal
diagnosis, or of someone whose age or sex is missing.

Differences from AHRQ's software: there is no exclusion of ungroupable stays (DRG 999), and minors count in
no indicator (AHRQ keeps obstetric stays of minors in its denominators alone).
"""

from collections.abc import Callable
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.events.codes import among
from armwise.events.sets import EVENT, Belongings, belongings
from armwise.extracts.engine import hold

FILE = "pqi.csv"
ADULT, OLDER_ADULT = 18, 40
DIABETES = ("ACDIASD", "ACDIALD", "ACDIAUD")


def _pneumonia(of: Belongings) -> ir.BooleanValue:
    excluded = of.any_diagnosis("ACSBA2D", "IMMUNID") | of.procedure("IMMUNIP")
    return of.principal("ACSBACD") & ~excluded


def _urinary_infection(of: Belongings) -> ir.BooleanValue:
    excluded = of.any_diagnosis("IMMUNID", "KIDNEY") | of.procedure("IMMUNIP")
    return of.principal("ACSUTID") & ~excluded


def _hypertension(of: Belongings) -> ir.BooleanValue:
    dialysis_access = of.any_diagnosis("ACSHY2D") & of.procedure("DIALY2P")
    return of.principal("ACSHYPD") & ~dialysis_access & ~of.procedure("ACSCARP")


def _amputation(of: Belongings) -> ir.BooleanValue:
    diabetic = of.procedure("ACSLEAP") & of.any_diagnosis("ACSLEAD")
    return diabetic & ~of.principal("MDC14PRINDX") & ~of.any_diagnosis("ACLEA2D")


# By codes alone; ages are below.
INDICATORS: dict[str, Callable[[Belongings], ir.BooleanValue]] = {
    "01": lambda of: of.principal("ACDIASD"),
    "03": lambda of: of.principal("ACDIALD"),
    "05": lambda of: of.principal("ACCOPDD", "ACSASTD") & ~of.any_diagnosis("RESPAN"),
    "07": _hypertension,
    "08": lambda of: of.principal("MRTCHFD") & ~of.procedure("ACSCARP"),
    "11": _pneumonia,
    "12": _urinary_infection,
    "14": lambda of: of.principal("ACDIAUD"),
    "15": lambda of: of.principal("ACSASTD") & ~of.any_diagnosis("RESPAN"),
    "16": _amputation,
}
AGES = {"05": (OLDER_ADULT, None), "15": (ADULT, OLDER_ADULT)}  # from, to (not included)
COMPOSITES = {
    "90": tuple(INDICATORS),
    "91": ("11", "12"),
    "92": ("01", "03", "05", "07", "08", "14", "15", "16"),
    "93": ("01", "03", "14", "16"),
}
ATTRIBUTES = tuple(f"pqi_{number}" for number in (*INDICATORS, *COMPOSITES))


def with_pqi(engine: Backend, stays: ir.Table) -> ir.Table:
    """Add `pqi_01` to `pqi_16` and the composites `pqi_90` to `pqi_93`: unions within a stay.

    They are null for someone whose birth date is not known. `stays` has person_id, event_id, started_on,
    birth_date, sex, principal_diagnosis, other_diagnoses, procedures (both separated by semicolons) and
    point_of_origin.
    """
    belong = belongings(engine, stays, FILE)
    by_codes = {f"codes_{number}": counts(belong) for number, counts in INDICATORS.items()}
    coded = hold(engine, belong.table.group_by(EVENT).agg(**by_codes), "pqi_by_codes")
    of = stays.left_join(coded, EVENT)
    of = of.select(*stays.columns, *by_codes)
    single = {f"pqi_{number}": _counts(of, number) for number in INDICATORS}
    made = of.mutate(**single).drop(*by_codes)
    return made.mutate(
        **{
            f"pqi_{number}": reduce(or_, (made[f"pqi_{each}"] for each in parts))
            for number, parts in COMPOSITES.items()
        }
    )


def _counts(of: ir.Table, number: str) -> ir.BooleanValue:
    age = completed_years(of.birth_date, of.started_on)
    youngest, end = AGES.get(number, (ADULT, None))
    old_enough = (age >= youngest) & (age < end) if end else age >= youngest
    here_first = ~among(of.point_of_origin, "billing.csv", "transferred_in")
    known = of.principal_diagnosis.notnull() & of.sex.notnull()
    counts = of[f"codes_{number}"].fill_null(False) & here_first & known & old_enough
    return ibis.ifelse(of.birth_date.isnull(), ibis.null("boolean"), counts)


def completed_years(born: ir.DateValue, on: ir.DateValue) -> ir.IntegerValue:
    """Return the age in completed years; someone born on February 29 is a year older from March 1."""
    return completed_months(born, on) // 12


def completed_months(born: ir.DateValue, on: ir.DateValue) -> ir.IntegerValue:
    """Return the age in completed months."""
    months = (on.year() - born.year()).cast("int64") * 12 + (on.month() - born.month()).cast("int64")
    return months - (on.day() < born.day()).cast("int64")
