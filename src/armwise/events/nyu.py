"""The NYU/Billings classification of ED visits: how likely each kind of need is, by principal diagnosis.

Billings J, Parikh N, Mijanovich T. Emergency department use in New York City, 2000; with the ICD-10 codes of
Johnston KJ et al. Health Serv Res 2017;52:1264. The table is too long to restate: the settings name a file
that has it. A code that it does not know takes the longest code of it with which it begins (codes born after
the table), else the visit is unclassified. `avoidable_nyu`: more likely than not that the visit was not
emergent or could have been treated in primary care (Ballard DW et al. Med Care 2010;48:58).
"""

from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import hold
from armwise.extracts.errors import ExtractError

# The fractions, and what published tables call them.
FRACTIONS = {
    "nyu_nonemergent": ("ed_nonemergent_nyu", "ne", "nonemerg"),
    "nyu_primary_care": ("ed_pc_treatable_nyu", "epct", "emergpc"),
    "nyu_preventable": ("ed_needed_avoid_nyu", "edcnpa", "emedpa"),
    "nyu_not_preventable": ("ed_needed_unavoid_nyu", "edcnnpa", "emednpa"),
    "nyu_injury": ("ed_injury_nyu", "injury"),
    "nyu_mental_health": ("ed_mh_nyu", "psych", "mental"),
    "nyu_alcohol": ("ed_alc_nyu", "alcohol"),
    "nyu_drug": ("ed_sud_nyu", "drug"),
    "nyu_unclassified": ("ed_unclass_nyu", "unclassified", "unclass"),
}
CODE = ("icd10cm", "icd10", "dx", "code")
ATTRIBUTES = tuple(FRACTIONS)
SHORTEST = 3  # characters of a diagnosis


def with_nyu(engine: Backend, visits: ir.Table, path: str | None) -> ir.Table:
    """Add the fractions of every visit, which sum to 1, and `avoidable_nyu`; all null without a file.

    `visits` has principal_diagnosis. Raises ExtractError when the file does not have the columns.
    """
    if path is None:
        nothing = {name: ibis.null("float64") for name in ATTRIBUTES}
        return visits.mutate(**nothing, avoidable_nyu=ibis.null("boolean"))
    known = hold(engine, published(engine, path), "nyu_table")
    codes = visits.select(code="principal_diagnosis").distinct()
    of_code = hold(engine, longest_known(codes, known), "nyu_of_codes")
    of = visits.left_join(of_code, visits.principal_diagnosis == of_code.code)
    fractions = {name: of[name].fill_null(float(name == "nyu_unclassified")) for name in ATTRIBUTES}
    made = of.select(*visits.columns, **fractions)
    return made.mutate(avoidable_nyu=(made.nyu_nonemergent + made.nyu_primary_care) > 0.5)


def longest_known(codes: ir.Table, known: ir.Table) -> ir.Table:
    """Return for each code the row of the longest code of the table with which it begins."""
    longest = known.listed.length().max().as_scalar()
    lengths = ibis.range(SHORTEST, longest + 1).unnest().name("length").as_table()
    cut = codes.filter(codes.code.notnull()).cross_join(lengths)
    cut = cut.filter(cut.length <= cut.code.length()).mutate(prefix=lambda of: of.code.left(of.length))
    met = cut.inner_join(known, cut.prefix == known.listed)
    best = met.mutate(place=ibis.row_number().over(group_by=met.code, order_by=met.length.desc()))
    return best.filter(best.place == 0).select("code", *ATTRIBUTES)


def published(engine: Backend, path: str) -> ir.Table:
    """Return the published table: `listed` (a code without dots) and its fractions."""
    sent = engine.read_csv(path, all_varchar=True)
    theirs = {column.lower(): column for column in sent.columns}
    found = {name: _found(theirs, wanted) for name, wanted in {"listed": CODE, **FRACTIONS}.items()}
    missing = [f"{name} ({' or '.join(FRACTIONS.get(name, CODE))})" for name in found if not found[name]]
    if missing:
        raise ExtractError(
            f"{Path(path).name}: a table of the NYU classification is expected; no column for "
            f"{', '.join(missing)}. Columns found: {', '.join(sent.columns)}."
        )
    listed = sent[found["listed"]].upper().replace(".", "")
    fractions = {name: sent[found[name]].cast("float64") for name in ATTRIBUTES}
    rows = sent.select(listed=listed, **fractions)
    return rows.group_by("listed").agg(**{name: rows[name].max() for name in ATTRIBUTES})


def _found(theirs: dict[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((theirs[name] for name in wanted if name in theirs), None)
