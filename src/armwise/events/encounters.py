"""From claim lines to stays and ED visits, with an account of what became of the lines."""

from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.events import claims, ed, nyu, observation, pqe, pqi, stays
from armwise.events.account import Account, counted
from armwise.events.ed_definitions import Definition, definition, may_be_emergency
from armwise.extracts.engine import hold

DEFINITIONS: dict[str, dict[str, Any]] = {"inpatient_stay": stays.DEFINITION, "ed_visit": ed.DEFINITION}
# Columns of claim lines that no stay and no visit is made of: not read, because each costs time.
UNREAD = [
    "provider_id",
    "provider_specialty",
    "procedure_modifiers",
    "paid_amount",
    "original_claim_id",
    "adjudicated_on",
]
NOT_SENT = "not sent"  # the sex of people in an extract without it: nobody is left out for it


class Encounters(NamedTuple):
    """Events of the claims, and how many rows each step took in or left out."""

    inpatient_stays: ir.Table
    ed_visits: ir.Table
    observation_stays: ir.Table
    account: Account

    @property
    def by_event(self) -> dict[str, ir.Table]:
        """Return the events by name."""
        return {
            "inpatient_stay": self.inpatient_stays,
            "ed_visit": self.ed_visits,
            "observation_stay": self.observation_stays,
        }

    @property
    def events(self) -> ir.Table:
        """Return stays and ED visits, in the columns that both kinds have."""
        columns = ["person_id", "event", "event_id", "started_on"]
        return self.inpatient_stays.select(columns).union(self.ed_visits.select(columns))


def encounters(
    engine: Backend, lines: ir.Table, enrollment: ir.Table, definitions: dict[str, Any] | None = None
) -> Encounters:
    """Return the stays and ED visits of the people who were randomized.

    `lines` and `enrollment` are the typed extracts; `definitions` is the block `events` of the settings as
    far as it is about these (default: DEFINITIONS). Lines of people who never were randomized are normal in
    an extract, and not kept; the check `never_randomized` counts them.
    """
    of_stay, of_visit = ({**DEFINITIONS[each], **(definitions or {}).get(each, {})} for each in DEFINITIONS)
    emergency = definition(of_visit["definition"])
    ours = lines.semi_join(enrollment, "person_id").select(read_of(lines))
    of_care = hold(engine, ours.filter(may_be_care(ours, of_stay["kinds"], emergency)), "lines_of_care")
    in_force = hold(engine, claims.lines_in_force(engine, lines, of_care), "lines_in_force")
    hospital = hold(engine, stays.hospital_claims(in_force, of_stay), "hospital_claims")
    short = stays.plausible(hospital, of_stay["longest_claim"])
    joined = hold(engine, stays.joined(short, of_stay["across_facilities"]), "stays")
    emergency_claims = hold(engine, ed.ed_claims(in_force, emergency), "ed_claims")
    claims_of_visits = ed.grouped(engine, emergency_claims, emergency, of_visit["one_per"])
    collapsed = hold(engine, ed.collapsed(claims_of_visits), "collapsed_visits")
    visits = hold(engine, ed.with_admitted(collapsed, joined), "visits")
    observed = hold(engine, observation.observed(in_force), "observed")
    people = people_of(enrollment)
    ed_visits = hold(engine, _ed_visits(engine, visits, people, of_visit), "ed_visits")
    account = _account(
        engine,
        {
            "lines": lines,
            "care": of_care,
            "hospital": hospital,
            "short": short,
            "stays": joined,
            "visits": visits,
            "observed": observed,
        },
    ) + _account_of_nyu(engine, ed_visits, of_visit)
    return Encounters(
        _inpatient_stays(engine, stays.through_ed(joined, visits, of_stay["via_ed"]), people, of_stay),
        ed_visits,
        observation.observation_stays(observed, joined),
        account,
    )


def read_of(lines: ir.Table) -> list[str]:
    """Return the columns of claim lines that stays and visits are made of."""
    return [column for column in lines.columns if column not in UNREAD]


def may_be_care(lines: ir.Table, kinds: list[str], emergency: Definition) -> ir.BooleanValue:
    """Tell which lines can make a stay, an ED visit or an observation stay, by their codes alone."""
    marks = [
        stays.may_be_room(lines, kinds),
        may_be_emergency(lines, emergency),
        observation.may_be_observation(lines),
    ]
    return reduce(or_, marks)


def people_of(enrollment: ir.Table) -> ir.Table:
    """Return one row per person: birth_date, and sex where the extract has it."""
    sex = enrollment.sex.max() if "sex" in enrollment.columns else ibis.literal(NOT_SENT)
    births = enrollment.group_by("person_id")
    return births.agg(birth_date=enrollment.birth_date.min(), sex=sex)


def _inpatient_stays(engine: Backend, of: ir.Table, people: ir.Table, of_stay: dict[str, Any]) -> ir.Table:
    known = of.left_join(people, "person_id").select(*of.columns, "birth_date", "sex")
    coded = pqi.with_pqi(engine, hold(engine, known, "stays_of_people"))
    return stays.inpatient_stays(coded, of_stay, pqi.ATTRIBUTES)


def _ed_visits(engine: Backend, of: ir.Table, people: ir.Table, of_visit: dict[str, Any]) -> ir.Table:
    known = of.left_join(people, "person_id").select(*of.columns, "birth_date", "sex")
    known = known.mutate(started_on=known.first_day, avoidable_california=ed.in_california(known))
    coded = pqe.with_pqe(engine, hold(engine, known, "visits_of_people"))
    classified = nyu.with_nyu(engine, coded, of_visit["nyu_file"])
    kept = classified.mutate(avoidable_california=~classified.admitted & classified.avoidable_california)
    return ed.ed_visits(kept, of_visit, ("avoidable_california", *pqe.ATTRIBUTES, *nyu.ATTRIBUTES))


def _account(engine: Backend, found: dict[str, ir.Table]) -> Account:
    """Count what each step took in, left out and made."""
    sent = engine.table("submissions")
    once = claims.sent_once(found["care"], sent)
    originals = sent.filter(~sent.void).select(taken_back="claim_id").distinct()
    voids = sent.filter(sent.void).mutate(taken_back=sent.original_claim_id.fill_null(sent.claim_id))
    tables = {
        "claim lines": found["lines"],
        "lines of acute or emergency care of people who were randomized": found["care"],
        "claims and versions of acute or emergency care": once.union(sent.select(once.columns).distinct()),
        "of these in force": once.union(engine.table("standing").select(once.columns)),
        "voids of acute or emergency care": voids,
        "voids of claims that were never sent, set aside": voids.anti_join(originals, "taken_back"),
        "claims that replace each other in a circle, each counted": claims.unresolved(engine.table("links")),
        "inpatient claims": found["hospital"],
        "inpatient claims that are implausibly long, set aside": found["hospital"].anti_join(
            found["short"], "claim_id"
        ),
        "inpatient stays": found["stays"],
        "ED visits": found["visits"],
        "ED visits that ended in admission": found["visits"].filter(found["visits"].admitted),
        "observation stays": found["observed"],
    }
    return counted(engine, tables)


def _account_of_nyu(engine: Backend, visits: ir.Table, of_visit: dict[str, Any]) -> Account:
    """Count the visits that the NYU classification says nothing about."""
    if of_visit["nyu_file"] is None:
        return []
    unclassified = visits.filter(visits.nyu_unclassified == 1)
    return counted(engine, {"ED visits that the NYU classification leaves unclassified": unclassified})
