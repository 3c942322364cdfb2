"""What is hidden: a count from 1 to 10, and everything from which it could be computed."""

from typing import Any

import pytest

from armwise.disclosure.publish import disclose
from armwise.disclosure.words import masked

Row = dict[str, Any]
PLACE = {"analysis_set": "itt", "window": "12mo", "subgroup": "all", "measure": "count", "method": "count"}


def row(outcome: str, contrast: str, estimate: float | None, **more: Any) -> Row:
    """A row of the dataset; what is not given is None."""
    given = PLACE | {"outcome": outcome, "contrast": contrast, "estimate": estimate} | more
    parts = ("analysis_set", "outcome", "window", "subgroup", "contrast", "measure", "method")
    return {"key": "/".join(given[part] for part in parts), "warning": None, "error": None, **given}


def flow(stage: str, contrast: str, count: int) -> Row:
    return row(stage, contrast, float(count), n=count, analysis_set="randomized", window="flow")


def shown(rows: list[Row], small_cell: int = 11) -> dict[str, float | None]:
    """The published estimates by key, without the parts of the key that all rows share."""
    published, _ = disclose(rows, small_cell, public=False)
    return {f"{r['outcome']} {r['contrast']} {r['measure']}": r["estimate"] for r in published}


@pytest.mark.parametrize(("count", "visible"), [(0, True), (1, False), (10, False), (11, True)])
def test_counts_from_1_to_10_are_hidden_and_zero_is_not(count: int, visible: bool) -> None:
    assert (shown([flow("died", "control", count)])["died control count"] is not None) == visible


def test_the_threshold_can_be_raised() -> None:
    assert shown([flow("died", "control", 15)], small_cell=20)["died control count"] is None


def test_a_lone_hidden_box_of_the_flow_diagram_takes_the_smallest_other_one_with_it() -> None:
    found = shown(
        [
            flow("covered", "control", 1000),
            flow("complete", "control", 900),
            flow("ended_by_coverage", "control", 93),
            flow("ended_by_death", "control", 7),
        ]
    )
    assert found == {
        "covered control count": 1000,
        "complete control count": 900,
        "ended_by_coverage control count": None,  # 1,000 - 900 - 93 = 7 would have told
        "ended_by_death control count": None,
    }


def test_a_margin_over_arms_does_not_give_a_cell_away() -> None:
    found = shown(
        [flow("died", "all", 60), flow("died", "control", 4), flow("died", "a", 36), flow("died", "b", 20)]
    )
    assert [found[f"died {arm} count"] for arm in ("all", "control", "a", "b")] == [60, None, 36, None]


def test_hidden_parts_that_sum_to_less_than_11_take_one_more_with_them() -> None:
    # 1,000 - 996 = 4 would tell that both are from 1 to 3.
    found = shown(
        [
            flow("covered", "control", 1000),
            flow("complete", "control", 946),
            flow("ended_by_coverage", "control", 50),
            flow("ended_by_death", "control", 3),
            flow("ended_by_data", "control", 1),
        ]
    )
    assert found["ended_by_coverage control count"] is None
    assert found["complete control count"] == 946


def test_nobody_published_the_rest_but_everybody_can_compute_it() -> None:
    # 998 of 1,000 engaged: 2 did not.
    found = shown([flow("randomized", "a", 1000), flow("uptake", "a", 998)])
    assert found == {"randomized a count": 1000, "uptake a count": None}


def baseline(outcome: str, contrast: str, count: int, n: int) -> list[Row]:
    base = {"analysis_set": "randomized", "window": "baseline", "n": n}
    return [
        row(outcome, contrast, float(count), **base),
        row(outcome, contrast, count / n, **base | {"measure": "percent", "method": "weighted"}),
    ]


def test_a_level_takes_its_percentage_its_standardized_difference_and_another_level_with_it() -> None:
    rows = [
        *baseline("race=Asian", "control", 5, 200),
        *baseline("race=Black", "control", 40, 200),
        *baseline("race=White", "control", 155, 200),
        row(
            "race=Asian", "a vs control", 0.1, analysis_set="randomized", window="baseline",
            measure="standardized_difference", method="weighted",
        ),
    ]  # fmt: skip
    found = shown(rows)
    assert {key for key, value in found.items() if value is None} == {
        "race=Asian control count",
        "race=Asian control percent",
        "race=Asian a vs control standardized_difference",
        "race=Black control count",
        "race=Black control percent",
    }


def test_a_share_hides_itself_when_it_gives_a_small_count_away_without_one() -> None:
    share = {"measure": "percent", "method": "weighted", "n": 400}
    assert shown([row("x=1", "control", 0.01, **share)])["x=1 control percent"] is None  # 4 of 400
    assert shown([row("x=1", "control", 0.995, **share)])["x=1 control percent"] is None  # all but 2
    assert shown([row("x=1", "control", 0.1, **share)])["x=1 control percent"] == 0.1


def counted(
    outcome: str, contrast: str, events: int, window: str = "12mo", subgroup: str = "all"
) -> list[Row]:
    counts = {
        "events": float(events),
        "n": 500,
        "person_years": 480.0,
        "window": window,
        "subgroup": subgroup,
    }
    rate = {"measure": "rate", "method": "standardized.adjusted.CR1S", "std_error": 0.1}
    return [
        row(outcome, contrast, float(events), **counts),
        row(outcome, contrast, events / 480, **counts | rate),
    ]


def test_events_take_person_years_rates_and_effects_with_them() -> None:
    effect = {"measure": "rate_ratio", "method": "poisson.adjusted.CR1S", "std_error": 0.4}
    rows = [
        *counted("deaths", "control", 50),
        *counted("deaths", "a", 6),
        row("deaths", "a vs control", 0.12, events=56.0, n=1000, person_years=960.0, **effect),
    ]
    published, log = disclose(rows, 11, public=False)
    arm, contrast = published[3], published[4]
    assert [arm[name] for name in ("estimate", "std_error", "events", "person_years", "n")] == [None] * 4 + [
        500
    ]
    # 56 events in both arms beside 50 in one would tell, and so would the ratio.
    assert [contrast[name] for name in ("estimate", "std_error", "events", "person_years")] == [None] * 4
    assert published[0]["events"] == 50
    assert {line["key"] for line in log} == {r["key"] for r in published if r["hidden"]}


def test_two_windows_whose_events_differ_by_little_are_not_both_shown() -> None:
    rows = [*counted("stays", "a", 40, "6mo"), *counted("stays", "a", 45, "12mo")]
    published, _ = disclose(rows, 11, public=False)
    assert [r["events"] for r in published] == [None, None, 45, 45]


def test_a_part_of_an_outcome_that_leaves_few_is_hidden() -> None:
    rows = [*counted("stays", "a", 40), *counted("avoidable_stays", "a", 33), *counted("doses", "a", 35)]
    published, _ = disclose(rows, 11, public=False, related=[["stays", "avoidable_stays"]])
    assert [r["events"] for r in published] == [40, 40, None, None, 35, 35]


def test_a_sum_does_not_show_the_number_of_events_that_a_count_hides() -> None:
    # All stays add to the days in hospital: 33 of them are hidden as the part of 40 that leaves few.
    rows = [*counted("stays", "a", 40), *counted("short_stays", "a", 33), *counted("short_days", "a", 33)]
    published, _ = disclose(rows, 11, public=False, related=[["stays", "short_stays", "short_days"]])
    assert [r["events"] for r in published] == [40, 40, None, None, None, None]


def test_of_two_outcomes_with_the_same_events_both_are_hidden_or_none() -> None:
    rows = [*counted("stays", "a", 5), *counted("stay_days", "a", 5)]
    rows += [*counted("stays", "b", 60), *counted("stay_days", "b", 60)]
    published, _ = disclose(rows, 11, public=False, related=[["stays", "stay_days"]])
    hidden = {(r["outcome"], r["contrast"]) for r in published if r["events"] is None}
    assert {name for name, arm in hidden if arm == "a"} == {"stays", "stay_days"}
    assert {name for name, arm in hidden if arm == "b"} in (set(), {"stays", "stay_days"})


def test_points_of_a_curve_stay_so_far_apart_that_no_small_number_of_events_lies_between() -> None:
    # Of 1,000 at risk: 0, 14, 20, 26, 27, 40 events by the ends of the months.
    rows = [
        row("stays", "a", mean, window=f"d{30 * month}", measure="mean_cumulative_count", n=1000 - 20 * month)
        for month, mean in enumerate([0.0, 0.014, 0.020, 0.026, 0.027, 0.040])
    ]
    published, _ = disclose(rows, 11, public=False)
    assert [r["estimate"] for r in published] == [0, 0.014, None, None, 0.027, 0.04]
    assert [r["n"] for r in published] == [1000, 980, 960, 940, 920, 900]


def test_a_risk_table_does_not_tell_how_few_left_in_a_month() -> None:
    rows = [
        row("stays", "a", 0.1 * month, window=f"d{30 * month}", measure="mean_cumulative_count", n=n)
        for month, n in enumerate([1000, 950, 945, 900])
    ]
    published, _ = disclose(rows, 11, public=False)
    assert [r["n"] for r in published] == [1000, 950, None, 900]
    assert [r["estimate"] for r in published] == [0, 0.1, 0.2, pytest.approx(0.3)]


def test_a_small_subgroup_takes_the_next_smallest_with_it() -> None:
    rows = counted("stays", "a", 100)
    for level, events in (("x", 4), ("y", 20), ("z", 76)):
        rows += counted("stays", "a", events, subgroup=f"race={level}")
    published, _ = disclose(rows, 11, public=False)
    events = {r["subgroup"]: r["events"] for r in published}
    assert events == {"all": 100, "race=x": None, "race=y": None, "race=z": 76}


def test_few_left_out_of_the_analysis_cannot_be_had_from_its_size() -> None:
    rows = [flow("randomized", "a", 505), row("stays", "a", 5.0, measure="no_person_time", n=5)]
    published, _ = disclose([*rows, *counted("stays", "a", 100)], 11, public=False)
    assert published[0]["estimate"] == 505
    assert published[1]["estimate"] is None
    assert [r["n"] for r in published[2:]] == [None, None]
    assert published[3]["estimate"] is not None  # the rate does not tell n


def test_rows_set_aside_are_hidden_with_the_rows_read() -> None:
    base = {"analysis_set": "extract", "window": "extract"}
    rows = [
        row("coverage", "all", 1000.0, **base | {"measure": "rows_read"}),
        row("coverage", "all", 997.0, **base | {"measure": "rows_kept"}),
        row("coverage", "all", 3.0, **base | {"measure": "rows_set_aside"}),
        row("coverage", "all", 0.0, **base | {"measure": "rows_not_included"}),
    ]
    assert list(shown(rows).values()) == [None, 997, None, 0]


def test_the_log_says_where_and_why_but_not_which_count_was_small() -> None:
    rows = [
        flow("covered", "c", 1000),
        flow("complete", "c", 900),
        flow("ended_by_coverage", "c", 93),
        flow("ended_by_death", "c", 7),
    ]
    _, log = disclose(rows, 11, public=False)
    assert [line["key"].split("/")[1] for line in log] == ["ended_by_coverage", "ended_by_death"]
    assert len({(line["columns"], line["reason"]) for line in log}) == 1
    assert not any("7" in value or "93" in value for line in log for value in line.values())


def test_public_data_are_not_hidden_but_rounded() -> None:
    published, log = disclose([*counted("deaths", "a", 6)], 11, public=True)
    assert published[1]["estimate"] == 0.0125
    assert published[1]["events"] == 6
    assert not any(r["hidden"] for r in published)
    assert log == []


def test_estimates_are_rounded_to_six_digits_and_counts_are_exact() -> None:
    published, _ = disclose([row("x", "a", 1234567.0, n=1234567, std_error=0.123456789)], 11, public=True)
    assert published[0]["estimate"] == 1234567
    assert published[0]["std_error"] == 0.123457


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("3 rows dropped", "few rows dropped"),
        ("8 of 3120 enrollments without an outcome", "few of 3120 enrollments without an outcome"),
        ("12 rows dropped", "12 rows dropped"),
        (
            "strata too small for a logistic model: not in it",
            "strata too small for a logistic model: not in it",
        ),
        (None, None),
    ],
)
def test_small_counts_inside_warnings_are_masked(said: str | None, published: str | None) -> None:
    assert masked(said, 11) == published


@pytest.mark.parametrize("share", [0.015, 0.985])  # 3 of 200 people, or all but 3
def test_the_mean_of_a_characteristic_coded_0_and_1_is_a_share_and_so_is_its_sd(share: float) -> None:
    baseline = {"analysis_set": "randomized", "window": "baseline", "method": "weighted", "n": 200}
    spread = (share * (1 - share)) ** 0.5
    found = shown(
        [
            row("diabetes", "control", share, **baseline, measure="mean"),
            row("diabetes", "control", spread, **baseline, measure="sd"),
            row("age", "control", 47.1, **baseline, measure="mean"),
            row("age", "control", 15.4, **baseline, measure="sd"),
        ]
    )
    assert found == {
        "diabetes control mean": None,
        "diabetes control sd": None,
        "age control mean": 47.1,
        "age control sd": 15.4,
    }


@pytest.mark.parametrize(("engaged", "visible"), [(5, False), (500, True)])
def test_effects_in_compliers_do_not_tell_how_few_took_up_the_offer(engaged: int, visible: bool) -> None:
    """The effect of assignment over that in compliers is the share who took up the offer."""
    pair = "a vs control"
    compliers = {"measure": "complier_risk_difference", "n": 2000, "events": 900.0}
    found = shown(
        [
            row("uptake", "a", engaged / 1000, measure="risk", n=1000, events=float(engaged)),
            row("uptake", pair, engaged / 1000, measure="risk_difference", n=2000, events=float(engaged)),
            row("shot", pair, 0.1, measure="risk_difference", n=2000, events=900.0),
            row("shot", pair, 0.1 / engaged * 1000, **compliers),
            row("shot", pair, 40.0, **compliers | {"measure": "first_stage_f"}),
            row("shot", "later a vs control", 0.2, **compliers),
        ]
    )
    assert found["shot a vs control risk_difference"] == 0.1
    assert (found["shot a vs control complier_risk_difference"] is not None) == visible
    assert (found["shot a vs control first_stage_f"] is not None) == visible


def test_few_events_among_those_who_took_up_the_offer_are_hidden_with_their_share() -> None:
    risk = {"measure": "complier_risk", "contrast": "a vs control", "n": 200}
    whole = row("shot", "a vs control", 0.1, measure="risk_difference", n=400, events=60.0)
    levels = [
        row("shot", estimate=0.04, **risk | {"subgroup": "uptake=yes", "events": 4.0}),
        row("shot", estimate=0.2, **risk | {"subgroup": "uptake=no", "events": 56.0}),
    ]
    published, _ = disclose([whole, *levels], 11, public=False)
    assert [each["estimate"] for each in published] == [0.1, None, None]


def test_few_without_person_time_hide_sizes_and_no_effect() -> None:
    arm = {"window": "12mo", "analysis_set": "itt"}
    rated = {"measure": "rate", "method": "poisson", "events": 500, "person_years": 2600.0}
    levels = [("low", 1500), ("high", 1306)]
    rows = [
        flow("randomized", "control", 2816),
        row("admissions", "control", 10.0, **arm, measure="no_person_time"),
        row("admissions", "control", 0.19, **arm, **rated, n=2806),
        *(row("admissions", "control", 0.2, **arm, **rated | {"events": 250}, n=n, subgroup=f"tier={name}")
          for name, n in levels),
    ]  # fmt: skip
    published, _ = disclose(rows, 11, public=False)
    rates = [r for r in published if r["measure"] == "rate"]
    assert [r["estimate"] for r in rates] == [0.19, 0.2, 0.2]
    assert [r["n"] for r in rates].count(None) >= 2  # the arm, and a level so that the arm cannot be summed


@pytest.mark.parametrize(("informative", "visible"), [(735, False), (734, True), (745, True)])
def test_few_who_do_not_inform_a_ratio_are_not_told_by_those_who_do(informative: int, visible: bool) -> None:
    model = {"measure": "rate_ratio", "subgroup": "race=Asian", "n": 745, "n_informative": informative}
    published, _ = disclose([row("ed_visits", "a vs b", 0.9, **model)], 11, public=False)
    assert published[0]["n"] == 745
    assert (published[0]["n_informative"] is not None) == visible
    assert published[0]["estimate"] == 0.9


def analysis(name: str, usual: float, offer: float) -> list[Row]:
    """The rows of an analysis set: events of two arms, and a rate with its person-years."""
    return [
        row(
            "visits",
            arm,
            estimate,
            events=events,
            n=500,
            person_years=400.0,
            analysis_set=name,
            measure=measure,
        )
        for arm, events in (("usual", usual), ("offer", offer))
        for measure, estimate in (("count", events), ("rate", events / 400))
    ]


def test_few_events_between_two_analyses_are_not_told_by_their_counts() -> None:
    """757 and 749 events: 8 lie between them. The rate stays, and the primary analysis stays whole."""
    rows = [*analysis("itt", 749.0, 660.0), *analysis("covered", 757.0, 700.0)]
    published, _ = disclose(rows, 11, public=False)
    found = {(r["analysis_set"], r["contrast"], r["measure"]): r for r in published}
    assert found["itt", "usual", "count"]["events"] == 749
    assert found["covered", "usual", "count"]["events"] is None
    assert found["covered", "usual", "rate"]["person_years"] is None
    assert found["covered", "usual", "rate"]["estimate"] == pytest.approx(757 / 400)
    assert found["covered", "offer", "count"]["events"] == 700


def test_a_count_that_the_primary_analysis_hides_is_hidden_in_all() -> None:
    rows = [*analysis("itt", 8.0, 660.0), *analysis("covered", 8.0, 660.0)]
    published, _ = disclose(rows, 11, public=False)
    usual = [r for r in published if r["contrast"] == "usual"]
    assert all(r["events"] is None and r["estimate"] is None for r in usual)


def test_a_primary_count_that_protects_another_is_hidden_in_a_sensitivity_analysis_too() -> None:
    """Of 500 with and 5 without person-time, 500 is hidden, and so is its repetition."""
    rows = [flow("randomized", "usual", 505)]
    for name in ("itt", "covered"):
        rows += [r for r in analysis(name, 30.0, 40.0) if r["contrast"] == "usual"]
        rows.append(row("visits", "usual", 5.0, n=5, analysis_set=name, measure="no_person_time"))
    published, _ = disclose(rows, 11, public=False)
    assert {r["n"] for r in published if r["outcome"] == "visits"} == {None}


@pytest.mark.parametrize(("events", "visible"), [(4.0, False), (40.0, True)])
def test_a_specification_is_hidden_with_the_counts_of_its_analysis(events: float, visible: bool) -> None:
    """It has no counts of its own, and its interval would tell those of the arms."""
    contrast = "offer vs usual"
    arms = [row("y", arm, value, events=value, n=500) for arm, value in (("usual", 60.0), ("offer", events))]
    curve = [
        row(
            "y",
            contrast,
            0.5,
            analysis_set=name,
            measure="rate_ratio",
            ci_low=0.3,
            ci_high=0.9,
            std_error=0.3,
        )
        for name in ("curve.itt", "curve.other")
    ]
    published, log = disclose([*arms, *curve], 11, public=False)
    found = {r["analysis_set"]: r for r in published if r["measure"] == "rate_ratio"}
    columns = ("estimate", "ci_low", "ci_high", "std_error")
    assert [found["curve.itt"][name] is not None for name in columns] == [visible] * 4
    assert found["curve.other"]["estimate"] == 0.5
    assert any(entry["key"].startswith("curve.itt") for entry in log) != visible


def test_a_curve_makes_nothing_else_hidden() -> None:
    arms = [row("y", arm, 60.0, events=60.0, n=500) for arm in ("usual", "offer")]
    curve = row("y", "offer vs usual", 0.5, analysis_set="curve.itt", measure="rate_ratio")
    alone, _ = disclose(arms, 11, public=False)
    beside, _ = disclose([*arms, curve], 11, public=False)
    assert beside[:2] == alone


def test_an_estimate_that_tells_a_hidden_count_is_withheld() -> None:
    """23 events, 22 enrollments with any: 1 had a second one; 22 of 2,806 would tell."""
    first = {"analysis_set": "first_event", "n": 2806, "events": 22.0}
    rows = [
        row("stays", "a", 23.0, n=2806, events=23.0),
        row("stays", "a", 22 / 2806, measure="cumulative_incidence", **first),
        row("stays", "a", 334.4, measure="restricted_mean", **first),
    ]
    published, log = disclose(rows, 11, public=False)
    assert [(r["estimate"], r["events"]) for r in published] == [(23, 23), (None, None), (334.4, None)]
    assert [line["key"] for line in log] == [r["key"] for r in rows[1:]]


def test_those_without_person_time_are_not_told_by_the_flow_nor_by_the_analysis() -> None:
    """26 not covered less 17 without person-time in the control arm would tell the other 9."""
    arms = {"all": (6000, 5974, 26), "control": (3184, 3167, 17), "a": (2816, 2807, 9)}
    stages = ("randomized", "covered", "not_covered")
    rows = [
        flow(stage, arm, count)
        for arm, counts in arms.items()
        for stage, count in zip(stages, counts, strict=True)
    ]
    for arm in ("control", "a"):
        _, analysed, left_out = arms[arm]
        rows.append(row("stays", arm, float(left_out), n=left_out, measure="no_person_time"))
        rows += [each | {"n": analysed} for each in counted("stays", arm, 500)]
    found = shown(rows)
    assert found["not_covered a count"] is None
    assert found["stays a no_person_time"] is None
    assert found["not_covered all count"] is None or found["stays control no_person_time"] is None


def lost(arm: str, n: int, gone: int, subgroup: str = "all") -> Row:
    counts = {"n": n, "events": float(gone), "analysis_set": "losses", "subgroup": subgroup}
    return row("admissions", arm, gone / n, measure="share_lost", method="weighted", **counts)


def test_the_lost_less_those_whose_coverage_ended_do_not_tell_how_few_were_never_covered() -> None:
    """7 were never covered and 90 left: the 97 lost may not stand beside both the arm's size and the 90."""
    arm = {"randomized": 1000, "covered": 993, "never_covered": 7, "ended_by_coverage": 90, "complete": 903}
    rows = [flow(stage, "control", count) for stage, count in arm.items()]
    published, _ = disclose([*rows, lost("control", 1000, 97)], 11, public=False)
    known = {f"{r['analysis_set']} {r['outcome']}" for r in published if not r["hidden"]}
    assert "randomized never_covered" not in known
    assert not {"losses admissions", "randomized ended_by_coverage"} <= known


def test_few_lost_in_a_level_hide_their_share_and_the_difference() -> None:
    gap = row(
        "admissions",
        "offer vs control",
        0.02,
        measure="loss_difference",
        analysis_set="losses",
        subgroup="sex=F",
    )
    rows = [lost("control", 200, 4, "sex=F"), lost("offer", 210, 30, "sex=F"), gap]
    published, _ = disclose(rows, 11, public=False)
    assert {r["contrast"]: r["estimate"] is None for r in published} == {
        "control": True,
        "offer": False,
        "offer vs control": True,
    }


def test_those_in_a_level_are_those_of_the_baseline_table() -> None:
    """5 of one language: their number is hidden in both places, and with it the same other one."""
    levels = {"English": 100, "Thai": 5, "Other": 40}
    base = {"analysis_set": "randomized", "window": "baseline"}
    rows = [row(f"language={name}", "offer", float(n), n=145, **base) for name, n in levels.items()]
    rows += [lost("offer", n, 0, f"language={name}") for name, n in levels.items()]
    rows += [lost("offer", 145, 0)]
    published, _ = disclose(rows, 11, public=False)
    hidden = {
        r["outcome"].removeprefix("language=") for r in published if r["window"] == "baseline" and r["hidden"]
    }
    told = {
        r["subgroup"].removeprefix("language=") for r in published if r["window"] == "12mo" and r["n"] is None
    }
    assert "Thai" in hidden
    assert len(hidden) == 2
    assert hidden == told


@pytest.mark.parametrize(("missing", "visible"), [(5, False), (50, True)])
def test_bounds_and_tipping_points_do_not_tell_how_few_lack_the_outcome(missing: int, visible: bool) -> None:
    rows = [
        row("score", arm, float(count), measure="missing_outcome", n=count)
        for arm, count in (("control", 60), ("offer", missing))
    ]
    place = {"analysis_set": "losses", "measure": "tipping_point_above"}
    rows += [row("score", "offer vs control", 1.5, **place)]
    assert (shown(rows)["score offer vs control tipping_point_above"] is not None) == visible


def test_the_effective_size_of_nearly_equal_weights_is_hidden_with_the_size() -> None:
    place = {"analysis_set": "censoring_weighted", "measure": "effective_sample_size", "method": "stabilized"}
    rows = [row("admissions", "offer", 8.97, n=9, **place)]
    assert shown(rows)["admissions offer effective_sample_size"] is None


def test_what_was_detectable_does_not_rest_on_the_lost() -> None:
    place = {"analysis_set": "losses", "method": "pooled"}
    rows = [
        lost("control", 200, 4),
        row("admissions", "control", 0.05, measure="detectable_difference", **place),
    ]
    assert shown(rows)["admissions control detectable_difference"] == 0.05
