"""What the engaged got: weighted means, quartiles and shares by kind, counts as counted."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from armwise.estimates.design import declare
from armwise.estimates.engagement import engagement_results, quantile


@pytest.fixture
def described(make_cohort, tmp_path):
    """Four offered, of whom three are engaged, the first with a weight of 3; two controls."""
    people = make_cohort(
        [{"arm": "offer", "weight": 3.0}, *[{"arm": "offer"}] * 3, {"arm": "usual"}, {"arm": "usual"}]
    )
    rows = [
        ("e0000", "help", True, 4, 10),
        ("e0000", "listen", True, 1, 3),
        ("e0001", "help", True, 2, 7),
        ("e0002", "listen", True, 1, 30),
        ("e0003", "attempt", False, 6, 1),
        ("e0000", "attempt", False, 1, 0),
    ]
    names = ("enrollment_id", "kind", "counts", "events", "first_day")
    pq.write_table(
        pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows]),
        tmp_path / "engagement.parquet",
    )
    design = declare(people, ["usual", "offer"], "usual")
    found = engagement_results(design, tmp_path / "engagement.parquet", "w")
    return {(each.outcome, each.contrast, each.measure): each for each in found}


def test_contacts_of_the_engaged_are_weighted(described):
    mean = described["uptake", "offer", "contacts_mean"]

    assert mean.estimate == pytest.approx((3 * 5 + 2 + 1) / 5)
    assert mean.events == 3  # as many as took up the offer, whom the uptake of the window counts
    assert mean.n is None


def test_the_first_contact_of_any_kind_is_the_first(described):
    assert described["uptake", "offer", "first_day_median"].estimate == 3
    assert described["uptake", "offer", "first_day_q3"].estimate == 7


def test_the_kinds_share_all_contacts(described):
    help_, listen = (described[f"uptake={kind}", "offer", "percent"] for kind in ("help", "listen"))

    assert help_.estimate == pytest.approx((3 * 4 + 2) / (3 * 5 + 2 + 1))
    assert help_.estimate + listen.estimate == pytest.approx(1)
    assert described["uptake=help", "offer", "count"].estimate == 6
    assert help_.n == listen.n == 8


def test_attempts_are_of_everyone_randomized_and_no_contacts(described):
    attempts = described["attempts", "offer", "contacts_mean"]

    assert attempts.estimate == pytest.approx((3 * 1 + 6) / 6)
    assert (attempts.n, attempts.events) == (4, 7)
    assert ("uptake=attempt", "offer", "count") not in described


def test_an_arm_without_the_engaged_has_no_description(described):
    assert ("uptake", "usual", "contacts_mean") not in described
    assert described["attempts", "usual", "contacts_mean"].estimate == 0


def test_a_weighted_quantile_is_a_value_that_was_seen():
    values = np.array([5.0, 1.0, 9.0])

    assert quantile(values, np.ones(3), 0.5) == 5
    assert quantile(values, np.array([1.0, 1.0, 8.0]), 0.5) == 9
    assert quantile(values, np.array([1.0, 8.0, 1.0]), 0.25) == 1
