"""Design weights: the inverse of the probability of the arm that was drawn."""

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.errors import DataError

TOLERANCE = 1e-6


class CohortError(DataError):
    """Who was randomized cannot be told from the extracts."""


def weight(probability: ir.FloatingValue) -> ir.FloatingValue:
    """Return 1 / probability of the arm assigned, neither scaled nor trimmed; 1 where none is given."""
    return (1 / probability).fill_null(1.0)


def refuse_wrong_probabilities(engine: Backend, randomized: ir.Table, arms: int) -> None:
    """Stop when the probabilities of the arms of a stratum do not sum to 1.

    Only strata in which every arm was seen can be judged. `randomized` has arm, stratum and
    assignment_probability.
    """
    by_arm = randomized.group_by(["stratum", "arm"]).agg(probability=randomized.assignment_probability.mean())
    sums = by_arm.group_by("stratum").agg(arms=by_arm.count(), total=by_arm.probability.sum())
    wrong = sums.filter(sums.arms == arms, (sums.total - 1).abs() > TOLERANCE)
    found = engine.to_pyarrow(wrong.order_by("stratum").limit(5)).to_pylist()
    if found:
        told = ", ".join(f"{row['stratum']} ({row['total']:.4g})" for row in found)
        raise CohortError(
            f"assignment_probability: the arms of a stratum must sum to 1, and do not in {told}. "
            "It is the probability of the arm that the enrollment was assigned to."
        )
