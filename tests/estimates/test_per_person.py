"""Each person once: the weights by hand, and the mean of persons' means that they make."""

import numpy as np
import pytest

from armwise.estimates.design import aligned, declare
from armwise.estimates.inference import Precision
from armwise.estimates.per_person import CAUTION, person_results, shares


@pytest.fixture
def trial(make_cohort, make_outcomes):
    """Ann was enrolled three times, once without an outcome; Bo twice; Cy and Di once."""
    person = ["ann", "ann", "ann", "bo", "bo", "cy", "di"]
    arms = ["usual", "usual", "usual", "usual", "offer", "offer", "offer"]
    values = [1.0, 3.0, None, 6.0, 8.0, 2.0, 9.0]
    cohort = make_cohort(
        [{"arm": a, "person_id": p, "cluster": p} for a, p in zip(arms, person, strict=True)]
    )
    design = declare(cohort, ["usual", "offer"], "usual")
    outcome = aligned(design, make_outcomes(values), "y", "w", {"measure": "continuous"})
    return design, np.unique(person, return_inverse=True)[1], outcome


def test_enrollments_that_are_analysed_share_a_weight_of_one(trial):
    assert shares(*trial).tolist() == [0.5, 0.5, 1, 0.5, 0.5, 1, 1]


def test_means_count_each_person_once(trial):
    rows = {(row.measure, row.contrast): row for row in person_results(*trial, {}, Precision("CR0"))}
    assert rows["mean", "usual"].estimate == pytest.approx((0.5 * 1 + 0.5 * 3 + 0.5 * 6) / 1.5)
    assert rows["mean", "offer"].estimate == pytest.approx((0.5 * 8 + 2 + 9) / 2.5)


def test_the_estimand_and_its_weakness_are_said(trial):
    rows = list(person_results(*trial, {}, Precision("CR0")))
    assert {row.analysis_set for row in rows} == {"per_person"}
    assert all("each person analysed counts once" in row.estimand for row in rows)
    assert all(CAUTION in row.warning for row in rows)


def test_persons_enrolled_once_need_no_caution(trial):
    design, _, outcome = trial
    rows = person_results(design, np.arange(7), outcome, {}, Precision("CR0"))
    assert not any(CAUTION in (row.warning or "") for row in rows)
