"""Identifiers of persons that differ between sources, translated while a source is read."""

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.check import Rule
from armwise.extracts.contracts import EVERY

SENT = "__person_id_as_sent"


def translated(sent: ir.Table, crosswalk: ir.Table | None) -> tuple[ir.Table, list[Rule]]:
    """Return rows with the person_id of the enrollment, and what a row breaks that has no match.

    `crosswalk` has source_person_id, once each, and person_id, of one source; None: nothing to translate. An
    identifier that is a person_id there stands for itself: files that span a change of numbers hold both.
    """
    if crosswalk is None:
        return sent, []
    listed = crosswalk.select(**{SENT: "source_person_id"}, matched="person_id")
    already = crosswalk.select(**{SENT: "person_id"}, matched="person_id").distinct()
    pairs = listed.union(already.anti_join(listed, SENT))
    as_sent = sent.rename({SENT: "person_id"})
    joined = as_sent.left_join(pairs, SENT)
    columns = [name for name in as_sent.columns if name != SENT]
    known = joined.select(*columns, **{SENT: as_sent[SENT]}, person_id=joined["matched"])
    unmatched = known[SENT].notnull() & known.person_id.isnull()
    return known, [Rule("person_not_in_crosswalk", "person_id", "no match in the crosswalk", unmatched, SENT)]


def of_source(engine: Backend, path: str | None, source: str) -> ir.Table | None:
    """Return the identifiers of one source in the typed crosswalk at `path`; None where none is given."""
    if not path:
        return None
    crosswalk = engine.read_parquet(path)
    own = crosswalk.filter(crosswalk.source == source)
    of_every = crosswalk.filter(crosswalk.source == EVERY).anti_join(own, "source_person_id")
    return own.union(of_every).select("source_person_id", "person_id")
