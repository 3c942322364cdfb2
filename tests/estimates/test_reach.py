"""Reach by group: shares and means by hand, and tests that are Pearson's where nothing is weighted."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.stats import chi2_contingency, f

from armwise.estimates.design import aligned, declare
from armwise.estimates.inference import Precision
from armwise.estimates.reach import reach_results

# Of those offered in each language: how many, and how many were engaged.
OFFERED = {"English": (60, 30), "Spanish": (40, 10), "Other": (20, 0)}


@pytest.fixture
def reach(make_cohort, make_outcomes, tmp_path):
    """All offered had an attempt but the last of each language; the engaged had 2 contacts, Spanish 3."""
    people, values, contacts = [], [], []
    for language, (offered, engaged) in OFFERED.items():
        for row in range(offered):
            name = f"e{len(people):04d}"
            people.append({"arm": "offer", "language": language})
            values.append(float(row < engaged))
            if row < engaged:
                contacts.append((name, "help", True, 1 + (language == "Spanish"), 5))
                contacts.append((name, "listen", True, 1, 9))
            if row < offered - 1:
                contacts.append((name, "attempt", False, 4, 1))
    people += [{"arm": "usual", "language": "English"}] * 10
    values += [0.0] * 10
    names = ("enrollment_id", "kind", "counts", "events", "first_day")
    table = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in contacts])
    pq.write_table(table, tmp_path / "engagement.parquet")
    design = declare(make_cohort(people), ["usual", "offer"], "usual", groups=["language"])
    uptake = aligned(design, make_outcomes(values), "y", "w", {"measure": "binary"})

    def found(correction: str = "HC0", with_contacts: bool = True):
        path = tmp_path / "engagement.parquet" if with_contacts else None
        rows = reach_results(design, uptake, path, ["language"], Precision(correction))
        return {(row.outcome, row.subgroup, row.measure): row for row in rows}

    return found


def test_the_share_engaged_in_each_level_of_those_offered(reach):
    rows = reach()
    for language, (offered, engaged) in OFFERED.items():
        row = rows["y", f"language={language}", "risk"]
        assert (row.n, row.events, row.contrast) == (offered, engaged, "offer")
        assert row.estimate == pytest.approx(engaged / offered)
    assert rows["y", "language=Spanish", "risk"].std_error == pytest.approx(np.sqrt(0.25 * 0.75 / 40))
    assert rows["y", "language=Other", "risk"].ci_low is None  # nobody was engaged: no interval by a model


def test_levels_are_compared_by_a_score_test(reach):
    """The robust score test takes residuals as they are: by hand, and not far from Pearson's chi-square."""
    row = reach()["y", "language", "uptake_across_levels_p"]
    shares = np.array([[engaged, offered - engaged] for offered, engaged in OFFERED.values()])
    pearson = chi2_contingency(shares, correction=False).statistic
    assert row.df == 2
    assert row.estimate * row.df == pytest.approx(by_hand(), rel=1e-10)
    assert row.estimate * row.df == pytest.approx(pearson, rel=0.35)
    assert row.p_value == pytest.approx(f.sf(row.estimate, 2, 119))


def by_hand() -> float:
    """Score of each level: engaged less expected; its variance from squared residuals about level shares."""
    sizes = np.array([offered for offered, _ in OFFERED.values()])
    level = np.repeat(np.arange(3), sizes)
    value = np.concatenate([[1.0] * engaged + [0.0] * (n - engaged) for n, engaged in OFFERED.values()])
    residual = value - value.mean()
    inside = (level == np.array([[1], [2]])).astype(float)
    pull = (inside - inside.mean(axis=1, keepdims=True)) * residual
    score = pull.sum(axis=1)
    return float(score @ np.linalg.solve(pull @ pull.T, score))


def test_whom_an_attempt_was_made_with(reach):
    rows = reach()
    assert rows["attempted", "language=English", "risk"].events == 59
    assert rows["attempted", "language=Spanish", "risk"].estimate == pytest.approx(39 / 40)


def test_contacts_of_the_engaged_and_their_kinds(reach):
    rows = reach()
    assert rows["y", "language=English", "contacts_mean"].estimate == 2
    assert rows["y", "language=Spanish", "contacts_mean"].estimate == pytest.approx(3)
    assert rows["y", "language=Spanish", "contacts_mean=help"].estimate == pytest.approx(2)
    assert rows["y", "language=Spanish", "contacts_mean"].events == 10  # those of the share beside it
    assert ("y", "language=Other", "contacts_mean") not in rows
    assert rows["y", "language", "contacts_across_levels_p"].df == 1


def test_a_standard_error_without_a_model_bears_the_name_of_what_it_is(reach):
    assert reach("CR2")["y", "language=English", "risk"].method == "weighted.unadjusted.CR1S"


def test_without_a_table_of_contacts_there_is_the_share_alone(reach):
    assert {measure for _, _, measure in reach(with_contacts=False)} == {"risk", "uptake_across_levels_p"}
