"""P values by role: primary kept, secondary adjusted by Holm, others none."""

import pyarrow.parquet as pq
import pytest

from armwise.estimates import ard
from armwise.estimates.multiplicity import adjust, benjamini_hochberg, hochberg, holm

# Benjamini and Hochberg 1995, table of 15 less one; adjusted by R 4.2.2, p.adjust(p, "holm").
P_VALUES = [
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0,
]
HOLM = [0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1]


def test_holm_as_in_r():
    assert holm(P_VALUES) == pytest.approx(HOLM)


@pytest.mark.parametrize(
    ("method", "name"), [(holm, "holm"), (hochberg, "hochberg"), (benjamini_hochberg, "BH")]
)
def test_families_as_in_r(method, name, r):
    said = r["H_padjust_bh1995"]
    assert method(said["p"]) == pytest.approx(said[name])
    assert method(said["p"][::-1]) == pytest.approx(said[name][::-1])


def test_a_planned_test_without_a_p_value_counts_in_the_family():
    assert holm([0.02], planned=2) == [0.04]


def test_holm_keeps_the_order_given():
    assert holm([0.04, 0.01]) == pytest.approx([0.04, 0.02])
    assert holm([]) == []


ROLES = {
    "primary": [{"outcome": "a", "window": "w"}],
    "secondary": {"b": "w", "c": "w"},
    "analysis": "adjusted",
}


@pytest.fixture
def settled(tmp_path):
    def result(
        outcome, p_value, window="w", subgroup="all", measure="rate_ratio", method="poisson.adjusted.CR1S"
    ):
        return ard.Result(
            outcome, window, "offer vs usual", measure, method, subgroup=subgroup, p_value=p_value
        )

    given = [
        result("a", 0.03),
        result("a", 0.5, method="poisson.unadjusted.CR1S"),
        result("a", 0.5, window="other"),
        result("a", 0.5, subgroup="sex=F"),
        result("a", 0.2, subgroup="sex", measure="interaction_p"),
        result("b", 0.04),
        result("c", 0.01),
        result("d", 0.001),
        result("d", 0.001, subgroup="sex", measure="interaction_p"),
        result("a", 0.2, window="other", subgroup="sex", measure="interaction_p"),
    ]
    ard.write(given, tmp_path / "piece.parquet")
    adjust([tmp_path / "piece.parquet"], tmp_path / "ard.parquet", ROLES)
    return {row["key"]: row["p_value"] for row in pq.read_table(tmp_path / "ard.parquet").to_pylist()}


@pytest.mark.parametrize(
    ("key", "p_value"),
    [
        ("itt/a/w/all/offer vs usual/rate_ratio/poisson.adjusted.CR1S", 0.03),
        ("itt/a/w/all/offer vs usual/rate_ratio/poisson.unadjusted.CR1S", None),
        ("itt/a/other/all/offer vs usual/rate_ratio/poisson.adjusted.CR1S", None),
        ("itt/a/w/sex=F/offer vs usual/rate_ratio/poisson.adjusted.CR1S", None),
        ("itt/a/w/sex/offer vs usual/interaction_p/poisson.adjusted.CR1S", 0.2),
        ("itt/b/w/all/offer vs usual/rate_ratio/poisson.adjusted.CR1S", None),
        ("itt/b/w/all/offer vs usual/rate_ratio/poisson.adjusted.CR1S.Holm", 0.04),
        ("itt/c/w/all/offer vs usual/rate_ratio/poisson.adjusted.CR1S.Holm", 0.02),
        ("itt/d/w/all/offer vs usual/rate_ratio/poisson.adjusted.CR1S", None),
        ("itt/d/w/sex/offer vs usual/interaction_p/poisson.adjusted.CR1S", None),
        ("itt/a/other/sex/offer vs usual/interaction_p/poisson.adjusted.CR1S", None),
    ],
)
def test_who_keeps_a_p_value(settled, key, p_value):
    assert settled[key] == (None if p_value is None else pytest.approx(p_value))


def test_pieces_that_claim_one_key_are_refused(tmp_path):
    ard.write([ard.Result("a", "w", "offer", "rate", "count")], tmp_path / "piece.parquet")
    with pytest.raises(ard.RepeatedKey):
        adjust([tmp_path / "piece.parquet"] * 2, tmp_path / "ard.parquet", ROLES)


def result(outcome, p_value, measure="rate_ratio", subgroup="all", analysis_set="itt", window="w"):
    return ard.Result(
        outcome, window, "offer vs usual", measure, "poisson.adjusted.CR1S",
        subgroup=subgroup, analysis_set=analysis_set, p_value=p_value, estimate=0.9,
    )  # fmt: skip


@pytest.fixture
def plan(tmp_path):
    """Settle the P values of some results by roles; return them by outcome, subgroup and end of method."""

    def settle(given, **roles):
        ard.write(given, tmp_path / "piece.parquet")
        adjust([tmp_path / "piece.parquet"], tmp_path / "ard.parquet", ROLES | roles)
        rows = pq.read_table(tmp_path / "ard.parquet").to_pylist()
        return {
            (row["outcome"], row["subgroup"], row["method"].removeprefix("poisson.adjusted.")): row["p_value"]
            for row in rows
        }

    return settle


TWO = [{"outcome": "a", "window": "w"}, {"outcome": "b", "window": "w"}]


def test_primary_outcomes_that_must_all_succeed_keep_their_p_values(plan):
    found = plan(
        [result("a", 0.03), result("b", 0.04)], primary=TWO, primary_rule="all_must_succeed", secondary={}
    )
    assert found == {("a", "all", "CR1S"): 0.03, ("b", "all", "CR1S"): 0.04}


def test_primary_outcomes_that_stand_for_themselves_are_adjusted_together(plan):
    found = plan([result("a", 0.03), result("b", 0.02)], primary=TWO, primary_rule="holm", secondary={})
    assert found[("a", "all", "CR1S")] is None
    assert found[("a", "all", "CR1S.Holm")] == pytest.approx(0.04)
    assert found[("b", "all", "CR1S.Holm")] == pytest.approx(0.04)


def test_primary_and_secondary_outcomes_are_families_apart(plan):
    given = [result(name, p) for name, p in (("a", 0.03), ("b", 0.02), ("c", 0.01), ("d", 0.04))]
    secondary = {"c": "w", "d": "w"}
    found = plan(given, primary=TWO, primary_rule="hochberg", secondary=secondary)
    assert found[("a", "all", "CR1S.Hochberg")] == pytest.approx(0.03)
    assert found[("c", "all", "CR1S.Holm")] == pytest.approx(0.02)


def test_interactions_are_adjusted_by_outcome_when_that_is_declared(plan):
    given = [
        result("a", 0.01, "interaction_p", "sex"),
        result("a", 0.04, "interaction_p", "language"),
        result("b", 0.02, "interaction_p", "sex"),
        result("d", 0.001, "interaction_p", "sex"),
    ]
    found = plan(given, interactions="holm")
    assert found[("a", "sex", "CR1S.Holm")] == pytest.approx(0.02)
    assert found[("a", "language", "CR1S.Holm")] == pytest.approx(0.04)
    assert found[("b", "sex", "CR1S.Holm")] == pytest.approx(0.02)
    assert not [key for key, p in found.items() if p is not None and (key[0] == "d" or key[2] == "CR1S")]


def test_the_prespecified_specification_is_marked_and_keeps_no_p_value(plan):
    given = [result("a", 0.03), result("d", 0.03)]
    given += [result(name, None, analysis_set="curve.itt") for name in ("a", "d")]
    given += [result("a", None, analysis_set="curve.all_covered")]
    found = plan(given)
    marked = [key for key in found if key[2].endswith("prespecified")]
    assert marked == [("a", "all", "CR1S.prespecified")]


SETS = ("itt", "all_covered", "curve.itt", "losses", "first_event", "all_events", "by_month", "checks")
MEASURES = (
    "rate_ratio",
    "rate_difference",
    "risk_ratio",
    "mean_difference",
    "interaction_p",
    "difference_interaction_p",
    "randomization_test",
    "loss_difference",
    "log_rank_test",
    "hazard_ratio",
    "any_month_p",
    "month_interaction_p",
    "complier_rate_difference",
)


@pytest.mark.parametrize("analysis_set", SETS)
def test_an_outcome_without_a_plan_has_no_p_value_whatever_gave_it(tmp_path, analysis_set):
    given = [
        ard.Result(
            "unplanned", "w", "offer vs usual", measure, f"{model}.{analysis}.CR1S",
            analysis_set=analysis_set, subgroup=subgroup, p_value=0.01,
        )
        for measure in MEASURES
        for model in ("poisson", "score", "negative_binomial", "residuals", "log_rank")
        for analysis in ("adjusted", "unadjusted")
        for subgroup in ("all", "sex", "sex=F")
    ]  # fmt: skip
    ard.write(given, tmp_path / "piece.parquet")
    adjust([tmp_path / "piece.parquet"], tmp_path / "ard.parquet", ROLES | {"interactions": "holm"})
    assert set(pq.read_table(tmp_path / "ard.parquet")["p_value"].to_pylist()) == {None}
