"""Effects on a sum over events, as days in hospital: quasi-Poisson on numbers that need not be whole."""

from math import exp

import pyarrow as pa
import pytest

from armwise.estimates.crude import arm_results
from armwise.estimates.design import aligned, declare
from armwise.estimates.effects import outcome_results
from armwise.estimates.inference import Precision

YEAR = 365.25
#         usual care            offer
DAYS = [3.0, 0.0, 5.0, 0.0, 2.5, 0.0, 1.5, 0.0]
STAYS = [1.0, 0.0, 2.0, 0.0, 1.0, 0.0, 1.0, 0.0]


@pytest.fixture
def found(make_cohort, make_outcomes):
    """Eight enrollments of a year each, four in each arm."""
    cohort = make_cohort([{"arm": "usual"}] * 4 + [{"arm": "offer"}] * 4)
    table = make_outcomes(DAYS, [YEAR] * 8)
    for name, values in {"weighted_value": DAYS, "weighted_days": [YEAR] * 8, "events": STAYS}.items():
        table = table.append_column(name, pa.array(values))
    design = declare(cohort, ["usual", "offer"], "usual", [])
    outcome = aligned(design, table, "y", "w", {"measure": "sum"})
    precision = Precision("CR0", 0.95, "normal")
    results = [*arm_results(design, outcome), *outcome_results(design, outcome, {}, precision)]
    return {(each.contrast, each.measure): each for each in results}


def test_rates_are_days_a_year(found):
    """Usual care 8 days in 4 years, offer 4 days."""
    assert found["usual", "rate"].estimate == pytest.approx(2)
    assert found["offer", "rate"].estimate == pytest.approx(1)
    assert found["offer vs usual", "rate_difference"].estimate == pytest.approx(-1)


def test_the_ratio_has_the_robust_error_of_a_ratio_of_means(found):
    """Squared residuals over squared sums: (1 + 4 + 9 + 4) / 64 + (2.25 + 1 + 0.25 + 1) / 16 = 0.75^2."""
    ratio = found["offer vs usual", "rate_ratio"]
    assert ratio.estimate == pytest.approx(0.5)
    assert ratio.std_error == pytest.approx(0.75)
    assert ratio.ci_high == pytest.approx(0.5 * exp(1.959964 * 0.75))


def test_counts_are_of_the_events_that_add_to_the_sum(found):
    """Days are no count of people: small cells go by the stays, three and two."""
    assert found["usual", "count"].estimate == 3
    assert found["offer", "count"].events == 2
    assert found["offer vs usual", "rate_ratio"].events == 5
    assert found["offer vs usual", "rate_ratio"].person_years == pytest.approx(8)
    assert "sums over events" in found["offer vs usual", "rate_ratio"].estimand
