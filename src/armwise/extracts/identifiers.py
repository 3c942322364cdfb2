"""How a source writes the identifiers of persons, in words that tell nobody's."""

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import rows_of
from armwise.extracts.errors import ExtractError


def refuse_other_identifiers(engine: Backend, source: str, table: ir.Table, enrollment: ir.Table) -> None:
    """Stop where a source knows nobody who was randomized and writes identifiers in another way.

    Raises ExtractError.
    """
    if source == "enrollment" or knows_anybody(engine, table, enrollment):
        return
    theirs, ours = written(engine, table), written(engine, enrollment)
    if theirs != ours and theirs and ours:
        raise ExtractError(
            f"data.{source}: no row is of anybody in `enrollment`, and person_id is written in another way "
            f"(there {ours}; here {theirs}). Map the column that holds the same identifier under `columns`, "
            "have the file sent with it, or translate it by `data.crosswalk`."
        )


def knows_anybody(engine: Backend, table: ir.Table, enrollment: ir.Table) -> bool:
    """Say whether any person of `enrollment` is in `table`."""
    (known,) = rows_of(engine, enrollment.semi_join(table, "person_id").agg(rows=lambda t: t.count()))
    return known["rows"] > 0


def written(engine: Backend, table: ir.Table) -> str:
    """Return how the identifiers of a table are written, as "8 characters, digits alone"; empty without."""
    person = table.person_id
    (found,) = rows_of(
        engine,
        table.agg(
            shortest=person.length().min(),
            longest=person.length().max(),
            letters=person.re_search("[A-Za-z]").max(),
            signs=person.re_search("[^A-Za-z0-9]").max(),
            zeros=person.startswith("0").max(),
        ),
    )
    if found["shortest"] is None:
        return ""
    shortest, longest = found["shortest"], found["longest"]
    length = str(longest) if shortest == longest else f"{shortest} to {longest}"
    kinds = ["digits and letters" if found["letters"] else "digits alone"]
    kinds += ["other signs"] if found["signs"] else []
    kinds += ["leading zeros"] if found["zeros"] else []
    return f"{length} characters, {', '.join(kinds)}"
