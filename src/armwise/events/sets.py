"""Which published sets of codes the codes of each event belong to, on the day of the event."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from armwise.events.codes import expired, prefixes, rows
from armwise.extracts.engine import hold, put

EVENT = ["person_id", "event_id"]  # sources may number the claims of each person anew
PRINCIPAL, OTHER, PROCEDURE = "principal", "other", "procedure"


class Belongings:
    """The sets that the codes of each event belong to: one row per event, role and list."""

    def __init__(self, table: ir.Table) -> None:
        self.table = table

    def has(self, lists: Iterable[str], *roles: str) -> ir.BooleanScalar:
        """Tell, within an event, whether a code of these roles is in one of the lists."""
        of = self.table
        return (of["list"].isin(list(lists)) & of.role.isin(roles)).any()

    def principal(self, *lists: str) -> ir.BooleanScalar:
        """Tell whether the principal diagnosis is in one of the lists."""
        return self.has(lists, PRINCIPAL)

    def second(self, *lists: str) -> ir.BooleanScalar:
        """Tell whether another than the principal diagnosis is in one of the lists."""
        return self.has(lists, OTHER)

    def any_diagnosis(self, *lists: str) -> ir.BooleanScalar:
        """Tell whether any diagnosis is in one of the lists."""
        return self.has(lists, PRINCIPAL, OTHER)

    def procedure(self, *lists: str) -> ir.BooleanScalar:
        """Tell whether a procedure is in one of the lists."""
        return self.has(lists, PROCEDURE)


def belongings(engine: Backend, events: ir.Table, file: str, only_if_principal: bool = False) -> Belongings:
    """Return to which lists of a file the codes of events belong on the day on which the event started.

    `events` has person_id, event_id, started_on, principal_diagnosis, other_diagnoses and, if procedures
    count, procedures: several codes are separated by semicolons. A code that has expired counts through its
    last day. `only_if_principal` leaves out events whose principal diagnosis is in no list, before the costly
    separation of the others.
    """
    called = file.removesuffix(".csv")
    if only_if_principal:
        principal = events.select(code=events.principal_diagnosis).distinct().filter(_.code.notnull())
        known = hold(engine, memberships(engine, principal, file), f"principal_in_{called}")
        events = events.semi_join(known, events.principal_diagnosis == known.code)
    codes = hold(engine, codes_of(events), f"codes_for_{called}")
    distinct = hold(engine, codes.select("code").distinct(), f"distinct_codes_for_{called}")
    listed = hold(engine, memberships(engine, distinct, file), f"{called}_of_codes")
    met = codes.inner_join(listed, "code")
    valid = met.filter(met["until"].isnull() | (met["started_on"] <= met["until"]))
    found = valid.select(*EVENT, "role", "list").distinct()
    return Belongings(hold(engine, found, f"belongings_in_{called}"))


def codes_of(events: ir.Table) -> ir.Table:
    """Return one row per code of an event: person_id, event_id, started_on, role, code."""
    keys = [*EVENT, "started_on"]
    first = events.select(*keys, role=ibis.literal(PRINCIPAL), code=events.principal_diagnosis)
    several = {OTHER: "other_diagnoses", PROCEDURE: "procedures"}
    rest = [
        events.select(*keys, role=ibis.literal(role), code=_separate(events[column])).unnest("code")
        for role, column in several.items()
        if column in events.columns
    ]
    every = first.union(*rest) if rest else first
    return every.filter(every.code.notnull() & (every.code != ""))


def _separate(codes: ir.StringValue) -> ir.ArrayValue:
    return codes.replace(" ", "").split(";")


def memberships(engine: Backend, codes: ir.Table, file: str) -> ir.Table:
    """Return the lists of a file to which codes belong: code, list and `until` (null: not expired)."""
    listed = _listed(engine, file)
    lengths = sorted({len(prefix) for prefix in _every_prefix(file)})
    begun = [
        codes.select(codes.code, prefix=codes.code.left(length))
        .inner_join(listed.filter((listed.length == length) & listed.until.isnull()), "prefix")
        .select("code", "list", "until")
        for length in lengths
    ]
    whole = codes.select(codes.code, prefix=codes.code)
    gone = whole.inner_join(listed.filter(listed.until.notnull()), "prefix").select("code", "list", "until")
    both = begun[0].union(*begun[1:], gone)
    # A code that has expired may lie within the prefix of those that took its place: its last day decides.
    return both.group_by(["code", "list"]).agg(until=both.until.min())


def _every_prefix(file: str) -> list[str]:
    return [prefix for name in _names(file) for prefix in prefixes(file, name)]


def _names(file: str) -> list[str]:
    return list(dict.fromkeys(row["list"] for row in rows(file)))


def _listed(engine: Backend, file: str) -> ir.Table:
    """Put the lists of a file into the engine: list, prefix, length, until."""
    current = [(name, prefix, None) for name in _names(file) for prefix in prefixes(file, name)]
    gone = [(name, code, day) for name in _names(file) for code, day in expired(file, name).items()]
    every = current + gone
    names, codes, days = (list(column) for column in zip(*every, strict=True))
    columns = {"list": names, "prefix": codes, "until": days}
    made = put(engine, columns, f"listed_in_{file.removesuffix('.csv')}")
    return made.mutate(until=made.until.cast("date"), length=made.prefix.length())
