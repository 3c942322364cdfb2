"""From claim lines to inpatient stays and ED visits, with an account of what became of the lines."""

import csv
from pathlib import Path
from typing import Any, NamedTuple

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.events import claims, ed, stays
from armwise.events.codes import begins
from armwise.extracts.engine import count_of, hold

DEFINITIONS: dict[str, dict[str, Any]] = {"inpatient_stay": stays.DEFINITION}
KEY = ["person_id", "started_on", "event_id"]
# Columns of claim lines that no stay and no visit is made of: not read, because each costs time.
UNREAD = ["provider_id", "paid_amount", "original_claim_id", "adjudicated_on"]


class Encounters(NamedTuple):
    """Events of the claims, and how many rows each step took in or left out."""

    inpatient_stays: ir.Table
    ed_visits: ir.Table
    account: list[tuple[str, int]]

    @property
    def events(self) -> ir.Table:
        """Return all events, in the columns that both kinds have."""
        columns = ["person_id", "event", "event_id", "started_on"]
        return self.inpatient_stays.select(columns).union(self.ed_visits.select(columns))


def encounters(
    engine: Backend, lines: ir.Table, enrollment: ir.Table, definitions: dict[str, Any] | None = None
) -> Encounters:
    """Return the stays and ED visits of the people who were randomized.

    `lines` and `enrollment` are the typed extracts; `definitions` is the block `events` of
    the settings as far as it is about these (default: DEFINITIONS). Lines of people who never were
    randomized are normal in an extract: counted and not kept.
    """
    of_stay = DEFINITIONS["inpatient_stay"] | (definitions or {}).get("inpatient_stay", {})
    ours = lines.semi_join(enrollment, "person_id")
    of_care = hold(engine, emergency_or_acute(ours.select(read_of(lines))), "lines_of_care")
    in_force = hold(engine, claims.lines_in_force(engine, lines, of_care), "lines_in_force")
    acute = hold(engine, stays.acute_claims(in_force, of_stay["next_day"]), "acute_claims")
    short = stays.plausible(acute, of_stay["longest_claim"])
    joined = hold(engine, stays.joined(short, of_stay["across_facilities"]), "stays")
    visits = hold(engine, ed.collapsed(hold(engine, ed.ed_claims(in_force), "ed_claims")), "visits")
    births = enrollment.group_by("person_id").agg(birth_date=enrollment.birth_date.min())
    strangers = lines.anti_join(enrollment, "person_id")
    made = {
        "strangers": strangers,
        "care": of_care,
        "acute": acute,
        "short": short,
        "joined": joined,
        "visits": visits,
    }
    account = _account(engine, lines, made)
    return Encounters(stays.inpatient_stays(joined, visits, births), ed.ed_visits(visits, joined), account)


def read_of(lines: ir.Table) -> list[str]:
    """Return the columns of claim lines that stays and visits are made of."""
    return [column for column in lines.columns if column not in UNREAD]


def emergency_or_acute(lines: ir.Table) -> ir.Table:
    """Return the lines that can make a stay or an ED visit."""
    return lines.filter(
        begins(lines.revenue_code, "billing.csv", "acute_room", "ed_room")
        | begins(lines.procedure_code, "billing.csv", "ed_procedure")
        | begins(lines.place_of_service, "billing.csv", "ed_place")
    )


def _account(engine: Backend, lines: ir.Table, found: dict[str, ir.Table]) -> list[tuple[str, int]]:
    """Count what each step took in, left out and made."""
    sent = engine.table("submissions")
    once = claims.sent_once(found["care"], sent)
    originals = sent.select(original_claim_id="claim_id").distinct()
    voids = sent.filter(sent.void)
    long = found["acute"].anti_join(found["short"], "claim_id")
    tables = {
        "claim lines": lines,
        "claim lines of people who were never randomized, not kept": found["strangers"],
        "claims and versions of acute or emergency care": once.union(sent.select(once.columns)),
        "of these in force": once.union(engine.table("standing").select(once.columns)),
        "voids of acute or emergency care": voids,
        "voids of claims that were never sent, set aside": voids.anti_join(originals, "original_claim_id"),
        "acute inpatient claims": found["acute"],
        "acute inpatient claims that are implausibly long, set aside": long,
        "inpatient stays": found["joined"],
        "ED visits": found["visits"],
    }
    return [(what, count_of(engine, table)) for what, table in tables.items()]


def write_account(account: list[tuple[str, int]], path: str) -> None:
    """Write the account of the steps as CSV: what, rows."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("what", "rows"), *account])
