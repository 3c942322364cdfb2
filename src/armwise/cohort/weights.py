"""Design weights: the inverse of the probability of the arm that was drawn."""

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import rows_of
from armwise.extracts.errors import DataError

TOLERANCE = 1e-6


class CohortError(DataError):
    """Who was randomized cannot be told from the extracts."""


def weight(probability: ir.FloatingValue) -> ir.FloatingValue:
    """Return 1 / probability of the arm assigned, neither scaled nor trimmed; 1 where none is given."""
    return (1 / probability).fill_null(1.0)


def refuse_wrong_probabilities(engine: Backend, randomized: ir.Table, arms: int) -> None:
    """Stop when the probabilities are not those of one lottery for each stratum.

    They must be given for all or for none, be one number for each arm of a stratum, and sum to 1 over its
    arms, as far as every arm was seen. `randomized` has arm, stratum and assignment_probability.
    """
    of = randomized
    _refuse_partly_given(engine, of)
    by_arm = of.group_by(["stratum", "arm"]).agg(
        probability=of.assignment_probability.mean(),
        spread=of.assignment_probability.max() - of.assignment_probability.min(),
    )
    sums = by_arm.group_by("stratum").agg(
        arms=by_arm.count(), total=by_arm.probability.sum(), spread=by_arm.spread.max()
    )
    _refuse_unequal(engine, sums.filter(sums.spread > TOLERANCE))
    _refuse_sums(engine, sums.filter(sums.arms == arms, (sums.total - 1).abs() > TOLERANCE))


def _refuse_partly_given(engine: Backend, of: ir.Table) -> None:
    (counts,) = rows_of(engine, of.agg(rows=of.count(), given=of.assignment_probability.count()))
    rows, given = counts["rows"], counts["given"]
    if 0 < given < rows:
        raise CohortError(
            f"assignment_probability: missing in {rows - given} of {rows} rows. "
            "Give it for every row, or for none when all arms were equally likely."
        )


def _refuse_unequal(engine: Backend, wrong: ir.Table) -> None:
    found = rows_of(engine, wrong.order_by("stratum").limit(5))
    if found:
        raise CohortError(
            "assignment_probability: differs between enrollments of one arm in stratum "
            f"{', '.join(str(row['stratum']) for row in found)}. "
            "A stratum is a lottery with one probability for each arm: divide it where they differ."
        )


def _refuse_sums(engine: Backend, wrong: ir.Table) -> None:
    found = rows_of(engine, wrong.order_by("stratum").limit(5))
    if found:
        told = ", ".join(f"{row['stratum']} ({row['total']:.4g})" for row in found)
        raise CohortError(
            f"assignment_probability: the arms of a stratum must sum to 1, and do not in {told}. "
            "It is the probability of the arm that the enrollment was assigned to."
        )
