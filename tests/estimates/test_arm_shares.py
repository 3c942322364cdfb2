"""Arm sizes against the stated probabilities."""

import pyarrow as pa
import pytest
from scipy.stats import binom

from armwise.estimates import arm_shares

ARMS = ["control", "treated"]


def people(*strata, clusters=None):
    """Make a cohort of strata: (name, number in control, number treated, probability of treated)."""
    rows = [
        {"stratum": name, "arm": arm, "assignment_probability": stated}
        for name, control, treated, p in strata
        for arm, n, stated in (("control", control, p and 1 - p), ("treated", treated, p))
        for _ in range(n)
    ]
    persons = [f"P{number}" for number in range(len(rows))]
    table = pa.Table.from_pylist(rows).append_column("person_id", pa.array(persons))
    return table.append_column("cluster", pa.array(clusters or persons))


def test_a_lottery_that_ran_as_stated_raises_no_alarm():
    found = arm_shares.strata(people(("a", 50, 50, 0.5), ("b", 58, 42, 0.4)), ARMS)
    assert arm_shares.alarms(found) == 0
    statistic, df, _ = arm_shares.together(found)
    assert (statistic, df) == (pytest.approx(2**2 / 60 + 2**2 / 40), 2)


def test_one_stratum_that_lost_an_arm_raises_the_alarm():
    found = arm_shares.strata(people(("a", 50, 50, 0.5), ("b", 60, 10, 0.5)), ARMS)
    assert arm_shares.alarms(found) == 1


def test_many_strata_that_lean_a_little_raise_it_together():
    found = arm_shares.strata(people(*((f"s{n}", 60, 40, 0.5) for n in range(20))), ARMS)
    assert min(stratum.p_value for stratum in found) > 0.05
    assert arm_shares.alarms(found) == 1


def test_within_a_stratum_the_test_is_exact():
    (stratum,) = arm_shares.strata(people(("a", 1, 7, 0.5)), ARMS)
    assert stratum.p_value == pytest.approx(2 * binom.cdf(1, 8, 0.5))


def test_an_arm_without_anybody_has_what_is_left_of_the_probability():
    (stratum,) = arm_shares.strata(people(("a", 12, 0, 0.25)), ARMS)
    assert stratum.probabilities == (0.75, 0.25)


def test_nothing_is_tested_without_stated_probabilities():
    assert arm_shares.strata(people(("a", 5, 50, None)), ARMS) == []


def test_whole_clusters_are_drawn_not_their_members():
    clusters = [f"F{number // 10}" for number in range(100)]
    (stratum,) = arm_shares.strata(people(("a", 50, 50, 0.5), clusters=clusters), ARMS)
    assert stratum.counts == (5, 5)


def test_the_worst_strata_are_shown():
    strata = [(f"s{n}", 50 + n, 50 - n, 0.5) for n in range(8)]
    rows = list(arm_shares.results(arm_shares.strata(people(*strata), ARMS), ARMS))
    shown = {row.subgroup for row in rows if row.subgroup != "all"}
    assert shown == {f"stratum=s{n}" for n in (3, 4, 5, 6, 7)}
    sizes = {row.contrast: row.estimate for row in rows if (row.subgroup, row.measure) == ("all", "count")}
    assert sizes == {"control": 428, "treated": 372, "all": 800}
