"""Avoidable admissions: the union of AHRQ's Prevention Quality Indicators v2024, composite 90.

By principal diagnosis and age at admission, without admissions that came from another hospital or facility.
Indicators 01, 03, 05, 07, 08, 11, 12, 14 and 15 are counted, with the exclusions that go by diagnosis (05,
15: respiratory anomalies; 11: sickle cell and immunocompromised states; 12: kidney disorders and
immunocompromised states). Not here, because a claim line carries no ICD-10-PCS: indicator 16 (amputation)
and the exclusions by procedure (cardiac procedures in 07 and 08, dialysis access in 07, transplants and the
like in 11 and 12).
"""

from functools import reduce
from operator import or_
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from armwise.events.codes import among, any_among

ADULT = 18


class Indicator(NamedTuple):
    """Sets of principal diagnoses, ages in completed years (inclusive), and sets of excluding diagnoses."""

    principal: tuple[str, ...]
    youngest: int = ADULT
    oldest: int = 200
    excluded: tuple[str, ...] = ()


INDICATORS = {
    "01": Indicator(("ACDIASD",)),
    "03": Indicator(("ACDIALD",)),
    "05": Indicator(("ACCOPDD", "ACSASTD"), youngest=40, excluded=("RESPAN",)),
    "07": Indicator(("ACSHYPD",)),
    "08": Indicator(("MRTCHFD",)),
    "11": Indicator(("ACSBACD",), excluded=("ACSBA2D", "IMMUNID")),
    "12": Indicator(("ACSUTID",), excluded=("IMMUNID", "KIDNEY")),
    "14": Indicator(("ACDIAUD",)),
    "15": Indicator(("ACSASTD",), oldest=39, excluded=("RESPAN",)),
}


def avoidable(stays: ir.Table) -> ir.BooleanValue:
    """Tell which stays an indicator counts; null for any stay of someone whose birth date is not known.

    `stays` has started_on, birth_date, principal_diagnosis, other_diagnoses (separated by semicolons) and
    point_of_origin.
    """
    age = completed_years(stays.birth_date, stays.started_on)
    here_first = ~among(stays.point_of_origin, "billing.csv", "transferred_in")
    counted = reduce(or_, (_counts(stays, age, indicator) for indicator in INDICATORS.values()))
    return ibis.ifelse(stays.birth_date.isnull(), ibis.null("boolean"), here_first & counted)


def _counts(stays: ir.Table, age: ir.IntegerValue, indicator: Indicator) -> ir.BooleanValue:
    counts = among(stays.principal_diagnosis, "pqi.csv", *indicator.principal)
    if indicator.excluded:
        counts = counts & ~among(stays.principal_diagnosis, "pqi.csv", *indicator.excluded)
        counts = counts & ~any_among(stays.other_diagnoses, "pqi.csv", *indicator.excluded)
    return counts & age.between(indicator.youngest, indicator.oldest)


def completed_years(born: ir.DateValue, on: ir.DateValue) -> ir.IntegerValue:
    """Return the age in completed years; someone born on February 29 is a year older from March 1."""
    not_yet = (on.month() < born.month()) | ((on.month() == born.month()) & (on.day() < born.day()))
    return (on.year() - born.year()).cast("int64") - not_yet.cast("int64")
