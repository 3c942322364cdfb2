"""Which claim lines are in force: versions, replacements, voids and denials resolved.

A chain is a claim with everything that was sent in its place. The latest adjudication wins, then the higher
version, then the line that arrived later. A void (frequency code 8) that wins leaves nothing. A replacement
that was denied replaced nothing: what it was to replace stands.
"""

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import hold

HOPS = 4  # each doubles the length of the chains that are followed: 16 claims, each replacing the one before
EVER, NEVER = "9999-12-31", "0001-01-01"


def lines_in_force(engine: Backend, lines: ir.Table, wanted: ir.Table) -> ir.Table:
    """Return the lines of `wanted` that stand: of the winning version of each chain, not denied, each once.

    `lines` are all lines, with the columns of the contract of `utilization` and `received`, the order of
    arrival; `wanted` are some of them, chosen before the costly steps.
    """
    links = hold(engine, chains(engine, lines), "links")
    sent = hold(
        engine, submissions(lines.semi_join(concerned(engine, wanted, links), "claim_id")), "submissions"
    )
    valid = sent.filter(~sent.refused)
    standing = hold(engine, winners(valid, links).filter(lambda won: ~won.void), "standing")
    paid = wanted.filter(wanted.claim_status != "denied")
    kept = paid.semi_join(standing, ["claim_id", "claim_version"])
    return each_line_once(kept)


def chains(engine: Backend, lines: ir.Table) -> ir.Table:
    """Return the first claim of the chain (`chain`) of every claim that replaces another."""
    named = lines.filter(lines.original_claim_id.notnull(), lines.original_claim_id != lines.claim_id)
    links = named.group_by("claim_id").agg(chain=named.original_claim_id.max())
    for hop in range(HOPS):
        links = hold(engine, links, f"links_{hop}")
        further = hold(engine, links.select(chain="claim_id", first="chain"), f"further_{hop}")
        met = links.left_join(further, "chain")
        links = met.select("claim_id", chain=met["first"].fill_null(met["chain"]))
    return links


def with_chain(claims: ir.Table, links: ir.Table) -> ir.Table:
    """Add to claims the first of their `chain`, themselves where they replace none."""
    joined = claims.left_join(links, "claim_id")
    return joined.select(*claims.columns, chain=joined["chain"].fill_null(joined["claim_id"]))


def concerned(engine: Backend, wanted: ir.Table, links: ir.Table) -> ir.Table:
    """Return the claim_id of every claim in a chain of which some line is wanted."""
    some = with_chain(wanted.select("claim_id").distinct(), links)
    whole = hold(engine, some.select("chain").distinct(), "chains_wanted")
    return links.semi_join(whole, "chain").select("claim_id").union(whole.select(claim_id="chain"))


def submissions(lines: ir.Table) -> ir.Table:
    """Return one row per claim and version: what it replaces, when it was adjudicated, whether it voids.

    `refused` tells a replacement of which every line was denied.
    """
    sent = lines.group_by(["claim_id", "claim_version"]).agg(
        original_claim_id=lines.original_claim_id.max(),
        adjudicated_on=lines.adjudicated_on.max(),
        received=lines.received.max(),
        void=(lines.bill_type.right(1) == "8").fill_null(False).max(),
        denied=(lines.claim_status == "denied").min(),
    )
    replaces = sent.original_claim_id.notnull() & (sent.original_claim_id != sent.claim_id)
    sent = sent.mutate(refused=sent.denied & replaces).drop("denied")
    # A void without a date cancels whatever was sent; any other claim without a date came first.
    undated = ibis.ifelse(sent.void, EVER, NEVER).cast("date")
    return sent.mutate(adjudicated_on=sent.adjudicated_on.fill_null(undated))


def winners(sent: ir.Table, links: ir.Table) -> ir.Table:
    """Return the submission that stands last in each chain."""
    chained = with_chain(sent, links)
    latest = ibis.row_number().over(
        group_by=chained.chain,
        order_by=[
            chained.adjudicated_on.desc(),
            chained.claim_version.desc(),
            chained.received.desc(),
            chained.claim_id.desc(),
        ],
    )
    ranked = chained.mutate(later=latest)
    return ranked.filter(ranked.later == 0).drop("later")


def each_line_once(lines: ir.Table) -> ir.Table:
    """Keep of the lines with one number, of one claim of one person, the last that arrived.

    Lines without a number all stay: sent twice, a line changes no stay and no visit.
    """
    copies = ibis.row_number().over(
        group_by=[lines.person_id, lines.claim_id, lines.line_number], order_by=lines.received.desc()
    )
    counted = lines.mutate(copy=copies)
    return counted.filter((counted.copy == 0) | counted.line_number.isnull()).drop("copy")


def bill(bill_type: ir.StringValue) -> ir.StringValue:
    """Return a type of bill as three characters, without the leading zero."""
    return bill_type.re_replace("^0", "")
