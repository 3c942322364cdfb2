"""What marks emergency care on a claim: published definitions that disagree, each chosen by its name."""

from functools import reduce
from operator import or_
from typing import NamedTuple

import ibis.expr.types as ir

from armwise.events.claims import bill
from armwise.events.codes import among, begins_with, expanded, rows, within

FILE = "ed_definitions.csv"


class Definition(NamedTuple):
    """One definition, as its row of codes/ed_definitions.csv declares it."""

    claims: list[str]
    not_bills: list[str]
    codes: dict[str, list[str]]  # {column of the claim lines: prefixes}
    professional: str
    one_per: str
    gap_days: int
    same_facility: bool


COLUMNS = {
    "revenue": "revenue_code",
    "procedure": "procedure_code",
    "place": "place_of_service",
    "admission_type": "admission_type",
}


def definition(name: str) -> Definition:
    """Return a definition by name."""
    (row,) = [row for row in rows(FILE) if row["definition"] == name]
    return Definition(
        claims=row["claims"].split(),
        not_bills=row["not_bills"].split(),
        codes={column: _listed(row[key]) for key, column in COLUMNS.items()},
        professional=row["professional"],
        one_per=row["one_per"],
        gap_days=int(row["gap_days"]),
        same_facility=row["facility"] == "same",
    )


def _listed(codes: str) -> list[str]:
    return [code for short in codes.split() for code in expanded(short)]


def may_be_emergency(lines: ir.Table, of: Definition) -> ir.BooleanValue:
    """Tell which lines have a code of emergency care, whatever the kind of claim."""
    marks = (within(lines[column], tuple(codes)) for column, codes in of.codes.items() if codes)
    return reduce(or_, marks)


def is_emergency(lines: ir.Table, of: Definition) -> ir.BooleanValue:
    """Tell which lines are emergency care by a definition."""
    kinds = {"professional": is_professional(lines), "inpatient": is_inpatient(lines)}
    kinds["outpatient"] = ~kinds["professional"] & ~kinds["inpatient"]
    by_kind = [kinds[kind] & _marked(lines, of, kind) for kind in of.claims]
    counted = reduce(or_, by_kind)
    return counted & ~begins_with(bill(lines.bill_type), of.not_bills) if of.not_bills else counted


def _marked(lines: ir.Table, of: Definition, kind: str) -> ir.BooleanValue:
    marks = {column: begins_with(lines[column], codes) for column, codes in of.codes.items() if codes}
    if kind != "professional":
        return reduce(or_, marks.values())
    marks.pop("admission_type", None)  # said by facilities alone
    if of.professional == "procedure_and_place":
        together = marks.pop("procedure_code") & marks.pop("place_of_service")
        return reduce(or_, marks.values(), together)
    return reduce(or_, marks.values())


def is_professional(lines: ir.Table) -> ir.BooleanValue:
    """Tell which lines are a clinician's: they have no type of bill."""
    return lines.bill_type.isnull()


def is_inpatient(lines: ir.Table) -> ir.BooleanValue:
    """Tell which lines are of an inpatient hospital claim."""
    return among(bill(lines.bill_type), "billing.csv", "acute_bill")
