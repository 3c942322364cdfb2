"""Which claim lines are in force: versions, replacements, voids and denials resolved.

A chain is a claim with everything that was sent in its place. The latest adjudication wins, then the higher
version, then the line that arrived later. A void (frequency code 8, or lines that are `reversed`) that wins
leaves nothing. A replacement that was denied replaced nothing: what it was to replace stands.
"""

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import count_of, hold, rows_of

HOPS = 4  # each doubles the length of the chains that are followed: 16 claims, each replacing the one before
NEVER = "0001-01-01"
SUBMISSION = ["claim_id", "claim_version"]
# What tells of a line whether it is in force.
LINE = ("person_id", *SUBMISSION, "line_number", "bill_type", "claim_status", "received")


def lines_in_force(engine: Backend, lines: ir.Table, wanted: ir.Table) -> ir.Table:
    """Return the lines of `wanted` that stand: of the winning version of each chain, not denied, each once.

    `lines` are all lines, with the columns of the contract of `utilization` and `received`, the order of
    arrival; `wanted` are some of them, chosen before the costly steps, with the columns LINE and others. Most
    claims are sent once and for all: only those that were sent again, and the claims that they replace, are
    looked at whole.
    """
    anew = hold(engine, sent_anew(engine, lines, wanted), "sent_anew")
    links = hold(engine, chains(engine, anew), "links")
    of_them = hold(engine, concerned(engine, wanted, anew, links), "concerned")
    sent = hold(engine, submissions(lines.semi_join(of_them, "claim_id")), "submissions")
    valid = sent.filter(~sent.refused)
    standing = hold(engine, winners(valid, links).filter(lambda won: ~won.void), "standing")
    fallen = hold(engine, sent.anti_join(standing, SUBMISSION).select(SUBMISSION), "fallen")
    paid = wanted.filter(wanted.claim_status != "denied", ~voids(wanted))
    return each_line_once(engine, paid.anti_join(fallen, SUBMISSION))


def sent_anew(engine: Backend, lines: ir.Table, wanted: ir.Table) -> ir.Table:
    """Return claim_id and original_claim_id of the lines of claims of which more may have been sent.

    They name the claim that they replace, void something, or have another version than most of the lines
    of `wanted`, which are few. Any version would do: of two that differ, one is another than it.
    """
    (most,) = rows_of(engine, wanted.agg(version=wanted.claim_version.mode()))
    other_version = lines.claim_version != (1 if most["version"] is None else most["version"])
    again = lines.original_claim_id.notnull() | voids(lines) | other_version
    return lines.filter(again).select("claim_id", "original_claim_id")


def voids(lines: ir.Table) -> ir.BooleanValue:
    """Tell which lines void a claim: of a type of bill with frequency code 8, or reversed.

    A reversal names the claim that it takes back, or has its number. Professional claims have no type of bill
    and are taken back in this way.
    """
    return lines.bill_type.like("%8").fill_null(False) | (lines.claim_status == "reversed")


def chains(engine: Backend, lines: ir.Table) -> ir.Table:
    """Return the first claim of the chain (`chain`) of every claim that replaces another."""
    named = lines.filter(lines.original_claim_id.notnull(), lines.original_claim_id != lines.claim_id)
    links = named.group_by("claim_id").agg(chain=named.original_claim_id.max())
    for hop in range(HOPS):
        links = hold(engine, links, f"links_{hop}")
        further = hold(engine, links.select(chain="claim_id", first="chain"), f"further_{hop}")
        if not count_of(engine, links.semi_join(further, "chain")):
            break
        met = links.left_join(further, "chain")
        links = met.select("claim_id", chain=met["first"].fill_null(met["chain"]))
    return links


def with_chain(claims: ir.Table, links: ir.Table) -> ir.Table:
    """Add to claims the first of their `chain`, themselves where they replace none."""
    joined = claims.left_join(links, "claim_id")
    return joined.select(*claims.columns, chain=joined["chain"].fill_null(joined["claim_id"]))


def concerned(engine: Backend, wanted: ir.Table, anew: ir.Table, links: ir.Table) -> ir.Table:
    """Return the claim_id of every claim sent `anew`, or in a chain, of whose chain some line is wanted."""
    several = anew.select("claim_id").union(links.select(claim_id="chain"))
    some = wanted.select("claim_id").distinct().semi_join(several, "claim_id")
    whole = hold(engine, with_chain(some, links).select("chain").distinct(), "chains_wanted")
    return (
        links.semi_join(whole, "chain")
        .select("claim_id")
        .union(whole.select(claim_id="chain"), distinct=True)
    )


def sent_once(wanted: ir.Table, submissions: ir.Table) -> ir.Table:
    """Return claim and version of the wanted lines that need no resolving, as they were sent once."""
    return wanted.select(SUBMISSION).distinct().anti_join(submissions, SUBMISSION)


def submissions(lines: ir.Table) -> ir.Table:
    """Return what each claim and version replaces, when it was adjudicated, whether it voids.

    One row each, or two where a claim and its reversal share number and version: adjudication then tells
    which came last. `refused` tells a replacement of which every line was denied.
    """
    told = lines.mutate(void=voids(lines))
    sent = told.group_by([*SUBMISSION, "void"]).agg(
        original_claim_id=told.original_claim_id.max(),
        adjudicated_on=told.adjudicated_on.max(),
        received=told.received.max(),
        denied=(told.claim_status == "denied").min(),
    )
    replaces = sent.original_claim_id.notnull() & (sent.original_claim_id != sent.claim_id)
    return sent.mutate(refused=sent.denied & replaces).drop("denied")


def winners(sent: ir.Table, links: ir.Table) -> ir.Table:
    """Return the submission that stands last in each chain."""
    chained = placed(with_chain(sent, links))
    latest = ibis.row_number().over(
        group_by=chained.chain,
        order_by=[chained.place.desc(), chained.behind.desc(), chained.received.desc()],
    )
    ranked = chained.mutate(later=latest)
    return ranked.filter(ranked.later == 0).drop("later", "place", "behind")


def placed(chained: ir.Table) -> ir.Table:
    """Give every submission its `place` in its chain; `behind` tells the voids without a date.

    A claim without a date came first; of one day the higher version, then what arrived later, is the later. A
    void without a date comes right behind the last of what it cancels: the claim that it names (itself, up to
    its version, where it names none), and what of the chain arrived before it. What comes later stands, also
    where no claim has a date.
    """
    day = chained.adjudicated_on.fill_null(ibis.literal(NEVER).cast("date"))
    told = chained.mutate(behind=chained.void & chained.adjudicated_on.isnull(), day=day)
    order = [told.day, told.claim_version, told.received, told.claim_id]
    number = ibis.row_number().over(group_by=[told.chain, told.behind], order_by=order)
    numbered = told.mutate(number=ibis.ifelse(told.behind, ibis.null("int64"), number))
    arrival = [numbered.received, numbered.claim_id, numbered.claim_version, numbered.void]
    so_far = ibis.window(group_by=numbered.chain, order_by=arrival, preceding=None, following=0)
    arrived = numbered.mutate(arrived=numbered.number.max().over(so_far))
    joined = arrived.left_join(_named(arrived), SUBMISSION).select(*arrived.columns, "named")
    cancelled = ibis.greatest(joined.arrived.fill_null(-1), joined.named.fill_null(-1))
    place = ibis.ifelse(joined.behind, cancelled, joined.number)
    return joined.select(*chained.columns, "behind", place=place)


def _named(numbered: ir.Table) -> ir.Table:
    """Return, for each void without a date, the number in its chain of the last that it names (`named`)."""
    voids = numbered.filter(numbered.behind).select(*SUBMISSION, "original_claim_id")
    of = numbered.filter(~numbered.void).select(names="claim_id", version="claim_version", named="number")
    met = voids.mutate(names=voids.original_claim_id.fill_null(voids.claim_id)).inner_join(of, "names")
    cancelled = met.filter((met.names != met.claim_id) | (met.version <= met.claim_version))
    return cancelled.group_by(SUBMISSION).agg(named=cancelled.named.max())


def unresolved(links: ir.Table) -> ir.Table:
    """Return the claims whose chain has no first claim, as they replace each other, or is too long."""
    return links.semi_join(links.select(chain="claim_id"), "chain")


def each_line_once(engine: Backend, lines: ir.Table) -> ir.Table:
    """Keep of the lines with one number, of one claim of one person, the last that arrived.

    Lines without a number all stay: sent twice, a line changes no stay and no visit.
    """
    one_line = ["person_id", "claim_id", "line_number"]
    numbered = lines.filter(lines.line_number.notnull())
    twice = numbered.group_by(one_line).having(numbered.count() > 1).agg(last=numbered.received.max())
    last = hold(engine, twice, "lines_sent_twice")
    met = lines.left_join(last, one_line)
    return met.filter(met["last"].isnull() | (met["received"] == met["last"])).select(*lines.columns)


def bill(bill_type: ir.StringValue) -> ir.StringValue:
    """Return a type of bill as three characters, without the leading zero."""
    return bill_type.right(3)
