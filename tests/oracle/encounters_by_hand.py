"""Claims in force, stays and ED visits by loops over lines and sets of days, written from the rules alone.

A line is a dict with the columns of the contract; days are `date.toordinal()`; `received` is its place in the
file. Only the default definitions.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

Line = dict[str, Any]
Sets = list[list[Any]]
GOES_ON = {"02", "05", "30", "43", "62", "63", "65", "66", "82", "85", "88", "90", "91", "93", "94"}
KINDS = ("acute", "psychiatric", "detoxification", "rehabilitation")
SPECIAL = {"4": "psychiatric", "6": "detoxification", "8": "rehabilitation"}


def grouped(rows: Iterable[Any], key: Callable[[Any], Hashable]) -> dict[Any, list[Any]]:
    """Return rows by a key."""
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def connected(things: list[Any], meet: Callable[[Any, Any], bool]) -> Sets:
    """Return the things in sets: those that meet, directly or through others."""
    sets: Sets = []
    for thing in things:
        near = [of for of in sets if any(meet(thing, other) or meet(other, thing) for other in of)]
        sets = [of for of in sets if of not in near] + [[thing, *(other for of in near for other in of)]]
    return sets


def is_void(line: Line) -> bool:
    return (line["bill_type"] or "").endswith("8") or line["claim_status"] == "reversed"


def in_force(lines: list[Line]) -> list[Line]:
    """Return the lines that count: of each chain the claim that stands last, without what was denied."""
    lines = [
        line | {"original_claim_id": None} if line["original_claim_id"] == line["claim_id"] else line
        for line in lines
    ]
    names = {line["claim_id"]: line["original_claim_id"] for line in lines}
    sent = [
        submission(name, version, void, of)
        for (name, version, void), of in grouped(
            lines, lambda line: (line["claim_id"], line["claim_version"], is_void(line))
        ).items()
    ]
    standing = []
    for chain in grouped(sent, lambda one: first_of(one["claim"], names)).values():
        in_circle = first_of(chain[0]["claim"], names) is None
        for contest in grouped(chain, lambda one: one["claim"]).values() if in_circle else [chain]:
            valid = [one for one in contest if not one["refused"]]
            if valid:
                last = max(valid, key=lambda one: place(one, valid))
                standing += [] if last["void"] else last["lines"]
    return [line for line in standing if line["claim_status"] != "denied"]


def submission(name: str, version: int, void: bool, of: list[Line]) -> dict[str, Any]:
    """Return one version of a claim, or its reversal."""
    original = of[0]["original_claim_id"]
    return {
        "claim": name,
        "version": version,
        "void": void,
        "lines": of,
        "original": original,
        "on": max((line["adjudicated_on"] or 0) for line in of),
        "received": max(line["received"] for line in of),
        "refused": bool(original) and all(line["claim_status"] == "denied" for line in of),
    }


def first_of(claim: str, names: dict[str, str | None]) -> str | None:
    """Return the first claim of a chain, sent or not; None in a circle."""
    met = []
    while claim not in met:
        met.append(claim)
        before = names.get(claim)
        if before is None:
            return claim
        claim = before
    return None


def place(one: dict[str, Any], chain: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Return what orders a chain: a void without a date comes right behind the last of what it cancels."""
    own = (one["on"], one["version"], one["received"], 0)
    if not one["void"] or one["on"]:
        return own
    named = one["original"] or one["claim"]
    cancelled = [
        place(other, chain)
        for other in chain
        if not (other["void"] and not other["on"])
        if other["received"] < one["received"]
        or (
            other["claim"] == named
            and not other["void"]
            and (one["original"] or other["version"] <= one["version"])
        )
    ]
    return (*max(cancelled)[:3], 1) if cancelled else own


def kind_of(line: Line) -> str | None:
    """Return the kind of inpatient care of a line of a hospital."""
    room = line["revenue_code"] or ""
    if (line["bill_type"] or "")[-3:][:2] != "11" or room[:2] not in {"01", "02"}:
        return None
    if room[:3] in {"011", "012", "013", "014", "015"} and room[3] in SPECIAL:
        return SPECIAL[room[3]]
    if room == "0204":
        return "psychiatric"
    return "acute" if room[:3] in {"010", "011", "012", "013", "014", "015", "016", "020", "021"} else None


def stays(lines: list[Line], longest: int) -> list[dict[str, Any]]:
    """Return the stays of one person, of lines in force."""
    claims = [
        claim for of in grouped(lines, lambda line: line["claim_id"]).values() if (claim := hospital(of))
    ]
    short = [claim for claim in claims if claim["last"] - claim["first"] <= longest]

    def meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
        shared = one["first"] <= other["first"] <= one["last"]
        return shared or (one["goes_on"] and other["first"] == one["last"] + 1)

    found = []
    for of in connected(short, meet):
        kind = min((claim["kind"] for claim in of), key=KINDS.index)
        alike = [claim for claim in of if claim["kind"] == kind]
        began = min(claim["first"] for claim in alike)
        found.append(
            {
                "names": {claim["name"] for claim in alike if claim["first"] == began},
                "kind": kind,
                "started_on": min(claim["first"] for claim in of),
                "ended_on": max(claim["last"] for claim in of),
                "n_claims": len(of),
            }
        )
    return found


def hospital(of: list[Line]) -> dict[str, Any] | None:
    """Return a claim of inpatient care, or nothing where its lines pay for no room."""
    care = [line for line in of if (line["bill_type"] or "")[-3:][:2] == "11"]
    kinds = {kind for line in care if (kind := kind_of(line))}
    if not kinds:
        return None
    kind = min(kinds, key=KINDS.index)
    if kind == "acute" and any(line["revenue_code"] == "0024" for line in care):
        kind = "rehabilitation"
    admitted = [line["admission_date"] for line in care if line["admission_date"]]
    discharged = [line["discharge_date"] for line in care if line["discharge_date"]]
    return {
        "name": care[0]["claim_id"],
        "kind": kind,
        "first": min(admitted or [line["from_date"] for line in care]),
        "last": max(discharged or [line["through_date"] for line in care]),
        "goes_on": max(line["discharge_status"] or "" for line in care) in GOES_ON,
    }


def emergency(line: Line) -> bool:
    room, procedure = line["revenue_code"] or "", line["procedure_code"] or ""
    return room[:3] == "045" or room == "0981" or procedure in EMERGENCY or line["place_of_service"] == "23"


EMERGENCY = {"99281", "99282", "99283", "99284", "99285"}


def ed_claim(of: list[Line]) -> dict[str, Any]:
    """Return the days of emergency care of a claim: up to the admission on that of a stay."""
    inpatient = (of[0]["bill_type"] or "")[-3:][:2] == "11"
    last = [
        (line["admission_date"] or line["from_date"]) if inpatient else line["through_date"] for line in of
    ]
    first = [min(line["from_date"], end) for line, end in zip(of, last, strict=True)]
    return {
        "name": of[0]["claim_id"],
        "days": set(range(min(first), max(last) + 1)),
        "bill": of[0]["bill_type"],
    }


def ed_visits(lines: list[Line], of_stays: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the ED visits of one person, of lines in force."""
    of_claim = grouped(filter(emergency, lines), lambda line: line["claim_id"])
    claims = [ed_claim(of) for of in of_claim.values()]
    facility = connected([c for c in claims if c["bill"]], lambda a, b: bool(a["days"] & b["days"]))
    spans = [set().union(*(claim["days"] for claim in of)) for of in facility]
    outside = []
    for claim in (c for c in claims if not c["bill"]):
        around = [of for of, days in zip(facility, spans, strict=True) if min(claim["days"]) in days]
        (around[0] if around else outside).append(claim)
    return [
        visit(of, of_stays) for of in facility + connected(outside, lambda a, b: bool(a["days"] & b["days"]))
    ]


def visit(of: list[dict[str, Any]], of_stays: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a visit of its claims; it is admitted if a day of it is one of a stay, discharge apart."""
    days = set().union(*(claim["days"] for claim in of))
    in_hospital = {
        day
        for stay in of_stays
        for day in range(stay["started_on"], max(stay["ended_on"], stay["started_on"] + 1))
    }
    return {
        "names": {claim["name"] for claim in of},
        "started_on": min(days),
        "ended_on": max(days) + 1,
        "admitted": bool(days & in_hospital),
        "n_claims": len(of),
    }
