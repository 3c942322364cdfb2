"""Follow-up that ends at a later lottery: biased as it stands, unbiased with the weights of the design."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from armwise.cohort.lotteries import refuse_unknown_draws, stayed_control, treated_later
from armwise.cohort.weights import CohortError
from armwise.outcomes.at_risk import Known
from armwise.outcomes.counted import outcomes
from armwise.outcomes.windows import FollowUp

FIRST, SECOND, PEOPLE = date(2018, 1, 1), date(2018, 3, 1), 4000
STAYS = 0.4  # probability of the control arm in the second lottery
VISITS = {"event": "ed_visit", "where": {}, "observed_while": "always"}


def simulated(engine):
    """Controls of a first lottery, of whom those at high risk (4 visits a year, others 1) enter a second."""
    draw = np.random.default_rng(20180101)
    high = draw.random(PEOPLE) < 0.5
    stays = draw.random(PEOPLE) < STAYS
    visits = draw.poisson(np.where(high, 4, 1))
    who = np.repeat(np.arange(PEOPLE), visits)
    days = draw.integers(0, 365, len(who))
    again = np.flatnonzero(high)
    people = [*range(PEOPLE), *again]
    enrollment = {
        "enrollment_id": [f"E{i}" for i in range(PEOPLE)] + [f"L{i}" for i in again],
        "person_id": [f"P{i}" for i in people],
        "randomized_on": pa.array([FIRST] * PEOPLE + [SECOND] * len(again), pa.date32()),
        "arm": ["control"] * PEOPLE + ["control" if stays[i] else "offer" for i in again],
        "assignment_probability": [0.5] * PEOPLE + [STAYS if stays[i] else 1 - STAYS for i in again],
        "died_on": pa.nulls(len(people), pa.date32()),
        "covered_until": pa.nulls(len(people), pa.date32()),
    }
    events = {
        "person_id": [f"P{i}" for i in who],
        "event_id": [str(i) for i in range(len(who))],
        "started_on": pa.array([FIRST + timedelta(int(day)) for day in days], pa.date32()),
    }
    engine.con.register("sim_enrollment", pa.table(enrollment))
    engine.con.register("sim_events", pa.table(events))
    return engine.table("sim_enrollment"), engine.table("sim_events"), high, visits


def first_lottery(engine, measure):
    enrollment, events, high, visits = simulated(engine)
    cohort = enrollment.left_join(treated_later(enrollment, "control"), "enrollment_id").select(
        *enrollment.columns, "treated_later_on"
    )
    counted = {"visits": VISITS | {"measure": measure}}
    found = outcomes(
        engine, cohort, {"ed_visit": events}, "12mo", {"months": 12}, counted,
        FollowUp(later_lottery="end_at_treatment"), Known(pieces=stayed_control(enrollment, "control")),
    )  # fmt: skip
    return engine.to_pyarrow(found.filter(found.enrollment_id.startswith("E"))), high, visits


def total(table, column):
    return sum(value for value in table[column].to_pylist() if value is not None)


def test_the_weighted_rate_is_that_of_controls_who_are_never_treated(engine):
    """Had nobody been drawn later: 2.5 visits a year. Cut and unweighted, those at high risk are missing."""
    found, _, visits = first_lottery(engine, "count")
    truth = visits.sum() / PEOPLE * 365.25 / 365
    cut = total(found, "value") / total(found, "days_observed") * 365.25
    weighted = total(found, "weighted_value") / total(found, "weighted_days") * 365.25
    assert truth == pytest.approx(2.5, abs=0.1)
    assert cut < truth - 0.3
    assert weighted == pytest.approx(truth, abs=0.1)
    assert total(found, "weighted_days") == pytest.approx(365 * PEOPLE, rel=0.02)


def test_the_weighted_share_is_that_of_controls_who_are_never_treated(engine):
    found, _, visits = first_lottery(engine, "binary")
    rows = [row for row in found.to_pylist() if row["analysis_weight"] > 0]
    weighted = sum(row["value"] * row["analysis_weight"] for row in rows)
    share = weighted / sum(row["analysis_weight"] for row in rows)
    cut = sum(row["value"] for row in rows) / len(rows)
    assert share == pytest.approx((visits > 0).mean(), abs=0.02)
    assert abs(cut - (visits > 0).mean()) > abs(share - (visits > 0).mean())


def test_follow_up_cannot_end_at_a_lottery_whose_odds_are_not_known(engine):
    enrollment, *_ = simulated(engine)
    refuse_unknown_draws(engine, enrollment)
    unknown = enrollment.mutate(assignment_probability=enrollment.assignment_probability.nullif(STAYS))
    with pytest.raises(CohortError, match="end_at_treatment needs assignment_probability"):
        refuse_unknown_draws(engine, unknown)
