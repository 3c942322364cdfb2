"""Checks of the data are published numbers too: small counts among them cannot be had by subtraction."""

from made_up import looked, made, record

from armwise.disclosure.publish import disclose


def shown(rows):
    published, _ = disclose(rows, 11, False)
    return {(row["outcome"], row["subgroup"], row["contrast"], row["measure"]): row for row in published}


def source(name, **counts):
    return [
        record(name, "extract", "all", measure, "count", estimate=float(n), analysis_set="extract")
        for measure, n in counts.items()
    ]


def test_rows_set_aside_for_a_check_cannot_be_had_from_those_of_the_others():
    found = shown(
        [
            *source("claims", rows_read=1000, rows_kept=880, rows_set_aside=120, rows_not_included=0),
            *made("claims=value_untyped", "set_aside", 113),
            *made("claims=value_missing", "set_aside", 7),
        ]
    )
    assert found["claims=value_missing", "all", "all", "rows_set_aside"]["estimate"] is None
    hidden = [
        found["claims=value_untyped", "all", "all", "rows_set_aside"],
        found["claims", "all", "all", "rows_set_aside"],
    ]
    assert any(row["estimate"] is None for row in hidden)


def test_rows_of_a_column_cannot_be_had_from_those_of_the_check():
    found = shown(made("claims=value_missing", "set_aside", 104, person_id=100, from_date=4))
    estimates = [row["estimate"] for row in found.values()]
    assert estimates.count(None) == 2


def test_few_rows_without_doubt_are_not_told_by_those_doubted():
    found = shown(
        [*source("claims", rows_read=1000, rows_kept=1000), *made("claims=never_randomized", "ignore", 995)]
    )
    assert found["claims=never_randomized", "all", "all", "rows_ignored"]["estimate"] is None


def test_a_month_with_few_events_is_withheld_and_its_neighbours_are_not():
    months = {"2018-01": 40, "2018-02": 44, "2018-03": 3}
    rows = [
        looked("ed_visit", month, "control", "monthly_rate", 20.5, n=2000, events=float(events))
        for month, events in months.items()
    ]
    published, _ = disclose(rows, 11, False)
    assert [(row["estimate"], row["events"]) for row in published] == [(20.5, 40), (20.5, 44), (None, None)]


def test_few_who_are_not_linked_are_not_told():
    rows = [
        looked("coverage", "linkage", "control", "percent", 0.996, n=1000, events=996.0),
        looked("coverage", "linkage", "treated", "percent", 0.9, n=1000, events=900.0),
    ]
    published, _ = disclose(rows, 11, False)
    assert [row["estimate"] for row in published] == [None, 0.9]


def test_few_not_randomized_for_a_reason_are_not_told():
    stages = {"assessed": 5417, "assessed_randomized": 4512, "not_randomized": 905}
    reasons = {"not_randomized=deceased": 5, "not_randomized=opted out": 600, "not_randomized=not drawn": 300}
    rows = [
        record(stage, "flow", "all", "count", "count", estimate=float(n), n=n, analysis_set="randomized")
        for stage, n in (stages | reasons).items()
    ]
    published, _ = disclose(rows, 11, False)
    hidden = {row["outcome"] for row in published if row["estimate"] is None}
    assert "not_randomized=deceased" in hidden
    assert len(hidden) == 2


def test_a_stratum_with_few_in_an_arm_shows_neither_its_sizes_nor_its_p_value():
    counts = {"control": 60, "treated": 8, "all": 68}
    rows = [
        looked("arm_shares", "randomization", arm, "count", n, subgroup="stratum=a")
        for arm, n in counts.items()
    ]
    rows.append(
        looked("arm_shares", "randomization", "control vs treated", "p_value", 1e-9, subgroup="stratum=a")
    )
    published, _ = disclose(rows, 11, False)
    shown = {row["contrast"]: row["estimate"] for row in published}
    assert shown["treated"] is None
    assert shown["control vs treated"] is None
    assert None in (shown["control"], shown["all"])


def accounted(source, step, **lines):
    return [
        record(
            f"{step}={what}", "events", "all", "rows_counted", f"line_{number:02d}", analysis_set="extract",
            subgroup=f"source={source}", estimate=float(rows),
        )
        for number, (what, rows) in enumerate(lines.items(), start=1)
    ]  # fmt: skip


def estimates(rows):
    published, _ = disclose(rows, 11, False)
    return [row["estimate"] for row in published]


def test_few_records_left_out_of_the_events_are_not_told_by_those_taken_in():
    assert estimates(accounted("doses", "dose", records=500, too_early=6, doses=494)) == [500, None, None]


def test_lines_of_an_account_are_held_against_the_rows_kept_and_other_steps_of_the_source():
    rows = source("doses", rows_read=600, rows_kept=500)
    rows += accounted("doses", "covid_dose", doses=495) + accounted("doses", "influenza_dose", records=500)
    assert estimates(rows) == [600, 500, None, 500]


def test_lines_about_another_source_are_not_held_against_it():
    rows = accounted("doses", "dose", doses=495) + accounted("calls", "contact", records=500)
    assert estimates(rows) == [495, 500]
