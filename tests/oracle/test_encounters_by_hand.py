"""Stays and ED visits of many people with claims of all sorts agree with those that loops over days find."""

import random
from datetime import date
from typing import Any

import pytest
from definition_steps import typed
from ibis.backends.duckdb import Backend
from oracle import encounters_by_hand as by_hand

from armwise.events.encounters import encounters
from armwise.extracts.contracts import CONTRACTS
from armwise.extracts.engine import connect, rows_of

START = date(2018, 1, 1).toordinal()
DAYS = {"from_date", "through_date", "admission_date", "discharge_date", "adjudicated_on"}
BILLS = ("0111", "0112", "0114", "0117", "0131", "0137", "111", "0211", None, None)
ROOMS = ("0120", "0206", "0124", "0116", "0128", "0450", "0981", "0171", "0250")


def claim(of: random.Random, name: str, earlier: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the lines of a claim, which may be sent in place of one before."""
    before = of.choice(earlier)[0] if earlier and of.random() < 0.4 else None
    again = before is not None and of.random() < 0.3
    bill = of.choice(BILLS)
    named = (
        before["claim_id"]
        if before
        else of.choice((None, None, None, None, name, name.split("-")[0] + "-not sent"))
    )
    if before is not None and of.random() < 0.3:
        bill = "0118" if (before["bill_type"] or "").find("11") >= 0 else "0138"
    newest = max(
        (one[0]["claim_version"] for one in earlier if before and one[0]["claim_id"] == before["claim_id"]),
        default=0,
    )
    first = START + of.randint(0, 14)
    last = first + of.choice((0, 0, 1, 2, 5, 12))
    of_whole = {
        "claim_id": before["claim_id"] if again and before else name,
        "claim_version": newest + 1 if again else 1,
        "original_claim_id": before["original_claim_id"] if again and before else named,
        "bill_type": bill,
        "claim_status": of.choice(("paid", "paid", "paid", "denied", "reversed" if before else "paid")),
        "adjudicated_on": START + of.randint(30, 34) if of.random() < 0.7 else None,
        "from_date": first,
        "through_date": last,
        "admission_date": of.randint(first, last) if of.random() < 0.3 else None,
        "discharge_date": last if of.random() < 0.3 else None,
        "discharge_status": of.choice(("01", "02", "30", None)),
    }
    return [
        of_whole
        | {
            "line_number": number,
            "claim_status": "denied" if of.random() < 0.1 else of_whole["claim_status"],
            "revenue_code": None if bill is None else of.choice(ROOMS),
            "procedure_code": of.choice((None, None, "99283", "99213")),
            "place_of_service": of.choice(("23", "11")) if bill is None else None,
        }
        for number in range(of.choice((1, 1, 2)))
    ]


def circle(of: random.Random, name: str) -> list[list[dict[str, Any]]]:
    """Return claims of which each names the next, and the last the first."""
    claims = [claim(of, f"{name}{number}", []) for number in range(of.randint(2, 3))]
    names = [one[0]["claim_id"] for one in claims]
    originals = dict(zip(names, names[1:] + names[:1], strict=True))
    return [[line | {"original_claim_id": originals[line["claim_id"]]} for line in one] for one in claims]


def people(of: random.Random, count: int) -> list[dict[str, Any]]:
    """Return lines of claims of some people in the order in which they arrived."""
    lines = []
    for person in range(count):
        claims: list[list[dict[str, Any]]] = []
        for number in range(of.randint(1, 7)):
            claims.append(claim(of, f"{person}-{number}", claims))
        claims += [of.choice(claims)] * (of.random() < 0.2)  # sent twice
        claims += circle(of, f"{person}-c") if of.random() < 0.1 else []
        if of.random() < 0.5:
            of.shuffle(claims)
        lines += [line | {"person_id": f"P{person}"} for one in claims for line in one]
    return [line | {"received": place} for place, line in enumerate(lines)]


def told(engine: Backend, lines: list[dict[str, Any]], longest: int) -> dict[str, dict[str, list[Any]]]:
    """Return the stays and visits that the package finds, by person."""
    said = [
        {
            name: None
            if value is None
            else date.fromordinal(value).isoformat()
            if name in DAYS
            else str(value)
            for name, value in line.items()
            if name != "received"
        }
        for line in lines
    ]
    enrolled = [{"person_id": name} for name in sorted({line["person_id"] for line in lines})]
    settings = {"inpatient_stay": {"longest_claim": longest}}
    sources = [
        typed(engine, name, CONTRACTS[name], of)
        for name, of in (("utilization", said), ("enrollment", enrolled))
    ]
    found = encounters(engine, *sources, settings).by_event
    return {
        event: by_hand.grouped(rows_of(engine, found[event]), lambda row: row["person_id"])
        for event in ("inpatient_stay", "ed_visit")
    }


def alike(expected: list[dict[str, Any]], rows: list[dict[str, Any]]) -> bool:
    """Tell whether rows are the expected ones, each named by a claim that may name it."""
    days = lambda row: (row["started_on"].toordinal(), row["ended_on"].toordinal())  # noqa: E731
    if len(expected) != len(rows):
        return False
    named = {row["event_id"]: row for row in rows}
    for of in expected:
        row = next((named[name] for name in of["names"] if name in named), None)
        if row is None or days(row) != (of["started_on"], of["ended_on"]):
            return False
        if any(row[name] != of[name] for name in ("kind", "n_claims", "admitted") if name in of):
            return False
    return True


def differences(lines: list[dict[str, Any]], found: dict[str, Any], longest: int) -> list[Any]:
    """Return what the two tell otherwise, person by person."""
    wrong = []
    for person, of in by_hand.grouped(lines, lambda line: line["person_id"]).items():
        valid = by_hand.in_force(of)
        stays = by_hand.stays(valid, longest)
        expected = {"inpatient_stay": stays, "ed_visit": by_hand.ed_visits(valid, stays)}
        wrong += [
            (of, event, expected[event], found[event].get(person, []))
            for event in expected
            if not alike(expected[event], found[event].get(person, []))
        ]
    return wrong


@pytest.mark.parametrize("longest", [365, 9])
def test_stays_and_visits_are_those_found_day_by_day(longest: int):
    lines = people(random.Random(longest), 1000)
    assert not differences(lines, told(connect(threads=1), lines, longest), longest)[:1]
