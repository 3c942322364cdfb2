"""Later lotteries: whether a control was drawn again, and with which probability it stayed a control."""

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from armwise.cohort.coverage import OPEN
from armwise.cohort.weights import CohortError
from armwise.extracts.engine import count_of


def first_enrollments(enrollment: ir.Table) -> ir.Table:
    """Return the first enrollment of each person."""
    place = ibis.row_number().over(
        group_by=enrollment.person_id, order_by=[enrollment.randomized_on, enrollment.enrollment_id]
    )
    placed = enrollment.mutate(place=place)
    return placed.filter(placed.place == 0).drop("place")


def treated_later(randomized: ir.Table, reference: str) -> ir.Table:
    """Return enrollment_id and `treated_later_on` of controls whom a later lottery gave another arm."""
    later = _later(randomized, reference)
    drawn = later.filter(later.drawn_arm != reference)
    return drawn.group_by("enrollment_id").agg(treated_later_on=drawn.drawn_on.min())


def stayed_control(randomized: ir.Table, reference: str) -> ir.Table:
    """Return the time since each randomization cut at later lotteries, with the weight of each piece.

    One row per enrollment and piece [from_on, until_on). Up to the first later lottery the weight is 1; after
    each lottery that drew the control for the control arm again, it is divided by the probability of that
    draw: who stayed a control stands for those who were treated (inverse probability of censoring weights,
    here known by design; Robins and Finkelstein 2000). Enrollments in other arms have one piece.
    """
    later = _later(randomized, reference)
    later = later.filter(later.drawn_arm == reference)
    starts = randomized.select(
        "enrollment_id", from_on="randomized_on", log_weight=ibis.literal(0).cast("float64")
    )
    draws = later.select("enrollment_id", from_on="drawn_on", log_weight=-later.probability.ln())
    cuts = starts.union(draws)
    cuts = cuts.group_by(["enrollment_id", "from_on"]).agg(log_weight=cuts.log_weight.sum())
    of = ibis.window(group_by=cuts.enrollment_id, order_by=cuts.from_on)
    so_far = ibis.window(group_by=cuts.enrollment_id, order_by=cuts.from_on, preceding=None, following=0)
    return cuts.select(
        "enrollment_id",
        "from_on",
        until_on=cuts.from_on.lead().over(of).fill_null(ibis.date(OPEN)),
        weight=cuts.log_weight.sum().over(so_far).exp().round(12),
    )


def refuse_unknown_draws(engine: Backend, randomized: ir.Table) -> None:
    """Stop when follow-up shall end at a later lottery and the probabilities of the draws are not known."""
    unknown = count_of(engine, randomized.filter(_.assignment_probability.isnull()))
    if unknown:
        raise CohortError(
            f"later_lottery: end_at_treatment needs assignment_probability, and {unknown} enrollments have "
            "none. Give the probabilities, or keep follow-up as_randomized."
        )


def _later(randomized: ir.Table, reference: str) -> ir.Table:
    """Return each control enrollment with each later draw of its person: drawn_on, drawn_arm, probability."""
    controls = randomized.filter(randomized.arm == reference).select(
        "enrollment_id", "person_id", "randomized_on"
    )
    draws = randomized.select(
        "person_id", drawn_on="randomized_on", drawn_arm="arm", probability="assignment_probability"
    )
    pairs = controls.inner_join(draws, "person_id")
    return pairs.filter(pairs["drawn_on"] > pairs["randomized_on"]).select(
        "enrollment_id", "drawn_on", "drawn_arm", "probability"
    )
