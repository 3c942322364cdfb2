"""From claim lines to inpatient stays and ED visits, with an account of what became of the lines."""

import csv
from pathlib import Path
from typing import NamedTuple

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.events import claims, ed, stays
from armwise.events.codes import among
from armwise.extracts.engine import hold

KEY = ["person_id", "started_on", "event_id"]


class Encounters(NamedTuple):
    """Events of the claims, and how many rows each step took in or left out."""

    inpatient_stays: ir.Table
    ed_visits: ir.Table
    account: list[tuple[str, int]]


def encounters(engine: Backend, lines: ir.Table, enrollment: ir.Table) -> Encounters:
    """Return the stays and ED visits of the people who were randomized.

    `lines` and `enrollment` are the typed extracts. Lines of people who never were randomized are normal in
    an extract: counted and not kept.
    """
    ours = lines.semi_join(enrollment, "person_id")
    of_care = hold(engine, claims.lines_in_force(engine, ours, emergency_or_acute(ours)), "lines_of_care")
    acute = hold(engine, stays.acute_claims(of_care), "acute_claims")
    joined = hold(engine, stays.joined(stays.plausible(acute)), "stays")
    visits = hold(engine, ed.collapsed(hold(engine, ed.ed_claims(of_care), "ed_claims")), "visits")
    births = enrollment.group_by("person_id").agg(birth_date=enrollment.birth_date.min())
    account = _account(
        engine,
        {
            "claim lines of randomized people": ours,
            "claims and versions sent": engine.table("submissions"),
            "claims in force": engine.table("standing"),
            "lines of acute or emergency care in force": of_care,
            "acute inpatient claims": acute,
            "acute inpatient claims longer than a year, set aside": acute.anti_join(
                stays.plausible(acute), "claim_id"
            ),
            "inpatient stays": joined,
            "ED visits": visits,
        },
    )
    return Encounters(stays.inpatient_stays(joined, visits, births), ed.ed_visits(visits, joined), account)


def emergency_or_acute(lines: ir.Table) -> ir.Table:
    """Return the lines that can make a stay or an ED visit."""
    return lines.filter(
        among(lines.revenue_code, "billing.csv", "acute_room", "ed_room")
        | among(lines.procedure_code, "billing.csv", "ed_procedure")
        | among(lines.place_of_service, "billing.csv", "ed_place")
    )


def _account(engine: Backend, tables: dict[str, ir.Table]) -> list[tuple[str, int]]:
    return [(what, engine.to_pyarrow(table.count()).as_py()) for what, table in tables.items()]


def write_account(account: list[tuple[str, int]], path: str) -> None:
    """Write the account of the steps as CSV: what, rows."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("what", "rows"), *account])
