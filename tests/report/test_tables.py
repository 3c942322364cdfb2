"""Tables: finished strings with their keys, the same in every rendering."""

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from made_up import CONTRAST, SETTINGS, SIZE, ard, failed_primary, published, record, three_arms, trial

from armwise.report.results import Results
from armwise.report.tables.catalogue import TABLES
from armwise.report.tables.data_checks import model_notes
from armwise.report.tables.effects import Effect
from armwise.report.tables.levels import in_order
from armwise.report.tables.model import Cell, Column, Line, Table
from armwise.report.tables.render import harmless, html, write_csv
from armwise.report.trial import Trial


def lines_of(table: Table) -> dict[str, list[str]]:
    return {line.label: [cell.text for cell in line.cells] for line in table.lines}


def test_outcomes_have_counts_rates_relative_and_absolute_effects_and_planned_p_values() -> None:
    table = TABLES["outcomes"](published(), trial())
    assert [f"{column.group}: {column.label}" for column in table.columns[1:]] == [
        "Usual care: No.", "Usual care: Rate or %", "Case management: No.", "Case management: Rate or %",
        "Effect: Ratio (95% CI)", "Effect: Difference (95% CI)", "Effect: P value",
    ]  # fmt: skip
    lines = [(line.label, line.kind, [cell.text for cell in line.cells]) for line in table.lines]
    assert lines[0] == ("Hospital admissions, No. and rate per 100 person-years", "group", [])
    assert lines[1][2][-1] == ""  # no test was planned at 6 months
    assert lines[2] == (
        "12 mo (primary)",
        "level strong",
        ["812", "28.0", "667", "24.9", "0.89 (0.80 to 0.99)", "−3.1 (−6.1 to −0.1)", "0.021"],
    )
    assert lines[-1] == (
        "By September 30, 2021",
        "level",
        ["1,622/3,120", "52.0", "1,642/2,880", "57.0", "1.10 (1.03 to 1.16)", "5.0 (2.6 to 7.4)", "<0.001"],
    )


def test_every_number_names_the_results_behind_it() -> None:
    keys = {row["key"] for row in ard()}
    for name, make in TABLES.items():
        for line in make(published(), trial()).lines:
            for cell in line.cells:
                assert set(filter(None, cell.key.split(" | "))) <= keys, (name, line.label)
                assert cell.key or not re.search(r"\d", cell.text), (name, line.label, cell.text)


def test_the_baseline_table_has_no_p_values_and_one_mark_for_hidden_cells() -> None:
    table = TABLES["baseline"](published(), trial())
    assert not any("P value" in column.label for column in table.columns)
    lines = lines_of(table)
    assert lines["Age, y, mean (SD)"] == ["47.3 (14.2)", "47.3 (14.2)", "0.01"]
    assert lines["Female"] == ["1,810 (58.0)", "1,670 (58.0)", "0.03"]
    assert lines["Pacific Islander"] == lines["Asian"] == ["[c]", "[c]", "[c]"]
    assert lines["Diabetes, No. (%)"] == ["562 (18.0)", "518 (18.0)", "0.02"]
    assert table.notes[-1].startswith("[c] confidential: a count from 1 to 10")


def test_levels_are_in_reading_order() -> None:
    assert in_order(["Other", "Unknown", "Black", "White", "Asian"]) == [
        "Asian", "Black", "White", "Other", "Unknown",
    ]  # fmt: skip
    assert in_order(["10", "2", "1", "missing"]) == ["1", "2", "10", "missing"]
    assert in_order(["50-64", "65 and over", "18-49"]) == ["18-49", "50-64", "65 and over"]


def test_subgroups_have_one_test_per_characteristic() -> None:
    lines = TABLES["subgroups"](published(), trial()).lines
    tests = {line.label: line.cells[-1].text for line in lines if line.kind == "group"}
    assert tests == {"Race and ethnicity": "0.41", "Preferred language": "0.41"}
    assert {line.cells[-1].text for line in lines if line.kind == "level"} == {""}


def test_other_models_stand_beneath_the_planned_one() -> None:
    lines = lines_of(TABLES["other_models"](published(), trial()))
    assert lines == {
        "Hospital admissions, 12 mo": [],
        "Planned model": ["0.89 (0.80 to 0.99)", "−3.1 (−6.1 to −0.1)", "—"],
        "Negative binomial regression": ["0.90 (0.80 to 1.01)", "—", "—"],
        "Least squares, over the reference mean": ["—", "—", "−10.0 (−20.0 to 0.0)"],
    }


def test_first_events_over_time() -> None:
    lines = lines_of(TABLES["time_to_event"](published(), trial()))
    assert lines == {
        "Hospital admissions, 12 mo": [
            "15.0", "13.0", "−2.0 (−3.5 to −0.5)", "5.3 (0.4 to 10.1)",
            "0.90 (0.80 to 1.01)", "0.90 (0.80 to 1.01)", "−4.4 (−7.5 to −1.2)",
        ]
    }  # fmt: skip


def test_effects_by_month_have_joint_tests_alone() -> None:
    table = TABLES["monthly"](published(), trial())
    assert lines_of(table) == {"1": ["0.89 (0.80 to 1.01)"], "2": ["0.88 (0.80 to 1.01)"]}
    assert table.notes[1] == (
        "Joint tests for hospital admissions: no effect in any month, P = 0.031; equal effects in all "
        "months, P = 0.62."
    )


def test_losses_and_what_was_detectable() -> None:
    lines = lines_of(TABLES["losses"](published(), trial()))
    assert lines["Hospital admissions, 12 mo"] == [
        "340/3,120 (10.9)", "352/2,880 (12.2)", "1.2 (−0.8 to 3.2)", "0.24", "—", "1.2 above", "4.5",
    ]  # fmt: skip


def test_losses_by_group_name_the_outcomes_that_lose_the_same_people() -> None:
    lines = lines_of(TABLES["losses_by_group"](published(), trial()))
    assert next(iter(lines)) == "Hospital admissions, ED visits, 12 mo"
    assert lines["Preferred language"] == ["", "", "", "0.42"]
    assert lines["English"] == ["237/2,059 (11.5)", "219/1,901 (11.5)", "1.0 (−1.2 to 3.2)", ""]


def test_clusters_of_each_arm_stand_beside_their_correlation() -> None:
    lines = lines_of(TABLES["clusters"](published(), trial()))
    assert lines == {"Hospital admissions, 12 mo": ["0.021", "2,496 (1.3)", "2,304 (1.3)"]}


def test_effects_with_other_weights_stand_beneath_the_primary_one() -> None:
    table = TABLES["reweighted"](published(), trial())
    assert lines_of(table)["Had nobody been lost"] == [
        "0.89 (0.80 to 0.99)", "−3.1 (−6.1 to −0.1)", "2,500; 2,500", "12.3",
    ]  # fmt: skip
    assert lines_of(table)["Each person counted once"][2:] == ["—", "—"]
    assert (
        "Weights explode: the largest is above 10 times the mean (Hospital admissions, 12 mo)." in table.notes
    )


def test_reach_by_group_has_shares_contacts_and_tests_across_levels() -> None:
    table = TABLES["reach"](published(), trial())
    lines = lines_of(table)
    assert table.title == "Reach and engagement by group, 12 mo"
    assert lines["Preferred language"] == ["", "P = 0.50", "P = 0.034", "P = 0.70", ""]
    assert lines["Spanish"] == [
        "806", "80.0 (75.0 to 85.0)", "322 (40.0; 35.0 to 45.0)", "13.6 (12.1 to 15.2)", "13.6",
    ]  # fmt: skip


def test_randomization_inference_is_said_beneath_the_outcomes() -> None:
    parts = ("admissions", "12mo", CONTRAST, "randomization_test", "randomization.adjusted.enrollment")
    results = published([*ard(), record(*parts, estimate=-2.4, p_value=0.0156)])
    blocks = SETTINGS["roles"] | {"multiplicity": "westfall_young"}
    notes = TABLES["outcomes"](results, trial(roles=blocks)).notes
    assert any("drawing the arms again as they were drawn gives P = 0.016" in note for note in notes)
    assert any("adjusted together by Westfall and Young's step-down method" in note for note in notes)


def test_no_other_model_takes_the_place_of_the_planned_one() -> None:
    alone = [row for row in ard() if not row["method"].startswith(("negative", "over"))]
    with_others, without = published(), published(alone)
    for name in ("outcomes", "subgroups", "estimands"):
        assert TABLES[name](with_others, trial()) == TABLES[name](without, trial())


def test_uptake_is_shown_by_arm_and_window() -> None:
    lines = lines_of(TABLES["uptake"](published(), trial()))
    assert lines["12 mo"] == ["0/3,120 (0.0)", "1,152/2,880 (40.0)", "40.0 (38.2 to 41.8)"]


def test_what_the_engaged_got_stands_beneath_their_share() -> None:
    table = TABLES["uptake"](published(), trial())
    lines = lines_of(table)
    assert lines["Contacts of each engaged, mean (SD)"] == ["—", "13.6 (4.5)", ""]
    assert lines["Days to the first contact, median (IQR)"] == ["—", "34 (20 to 54)", ""]
    assert lines["Contacts, direct help: No. (%)"] == ["—", "3,918 (42.0)", ""]
    assert lines["Outreach attempts for each randomized, mean"] == ["—", "1.8", ""]
    assert any("are no effects" in note for note in table.notes)


def test_where_the_engaged_are_few_nothing_of_them_is_shown() -> None:
    few = [
        row | ({"events": 7.0} if row["outcome"] == "uptake" and row["events"] == 1152.0 else {})
        for row in ard()
    ]
    lines = lines_of(TABLES["uptake"](published(few), trial()))
    assert lines["12 mo"][1] == "[c]"
    assert lines["Contacts of each engaged, mean (SD)"][1] == "[c]"
    assert lines["Days to the first contact, median (IQR)"][1] == "[c]"


def test_continuity_is_described_with_the_share_that_has_it_and_no_effect() -> None:
    table = TABLES["selected"](published(), trial())
    usual, offered = ["1,151/3,120 (36.9)", "0.54 (0.42)"], ["1,058/2,880 (36.7)", "0.54 (0.42)"]
    assert lines_of(table)["12 mo"] == [*usual, *offered]
    assert len(table.columns) == 1 + 2 * len(trial().arms)
    assert any(note.startswith("Not effects of assignment") for note in table.notes)
    assert "continuity" not in trial().ordered_outcomes


def test_few_with_or_without_a_value_hide_what_is_described() -> None:
    for enough in (5.0, SIZE["control"] - 5.0):
        few = [
            row | ({"events": enough} if row["measure"] == "percent" and row["events"] == 1151.0 else {})
            for row in ard()
        ]
        cells = lines_of(TABLES["selected"](published(few), trial()))["12 mo"]
        assert cells[:2] == ["[c]", "[c]"]


def test_effects_in_compliers_have_their_first_stage_and_both_intervals() -> None:
    lines = lines_of(TABLES["compliers"](published(), trial()))
    assert lines["12 mo"] == ["40.0", "2,116", "−7.7 (−12.7 to −2.7)", "−12.9 to −2.6"]


def test_a_doubtful_instrument_is_flagged_beneath_the_table() -> None:
    flag = "weak instrument: first-stage F below 10; two-sided crossover: some took up the offer"
    unbounded = {"ci_low": None, "ci_high": None, "warning": "the Anderson-Rubin interval has no bounds"}
    rows = [
        row
        | ({"warning": flag} if row["measure"].startswith("complier") else {})
        | (unbounded if row["method"].startswith("anderson") else {})
        for row in ard()
    ]
    table = TABLES["compliers"](published(rows), trial())
    assert lines_of(table)["12 mo"][-1] == "no bounds"
    where = "(Hospital admissions, 12 mo)."
    assert [note for note in table.notes if note.endswith(where)] == [
        f"Weak instrument: first-stage F below 10 {where}",
        f"Two-sided crossover: some took up the offer {where}",
        f"The Anderson-Rubin interval has no bounds {where}",
    ]


def test_rows_read_kept_and_set_aside_stand_by_source() -> None:
    lines = lines_of(TABLES["data_checks"](published(), trial()))
    assert lines["Utilization"] == ["201,344", "193,210", "214", "7,920"]
    assert lines["Coverage"] == ["[c]", "19,391", "[c]", "0"]


def test_files_of_a_source_stand_under_it() -> None:
    files = {"all": (30, 25), "file=a.csv": (10, 10), "file=b.csv": (20, 15)}
    rows = [
        record(
            "claims",
            "extract",
            "all",
            measure,
            "count",
            estimate=float(count),
            analysis_set="extract",
            subgroup=of,
        )
        for of, counts in files.items()
        for measure, count in zip(("rows_read", "rows_kept"), counts, strict=True)
    ]
    table = TABLES["data_checks"](published(rows, public=True), trial())
    assert [(line.label, line.cells[0].text, line.cells[1].text) for line in table.lines] == [
        ("Claims", "30", "25"),
        ("a.csv", "10", "10"),
        ("b.csv", "20", "15"),
    ]


def test_what_was_left_out_of_the_events_stands_by_step_in_the_order_of_its_lines() -> None:
    table = TABLES["accounts"](published(), trial())
    assert [(line.label, *(cell.text for cell in line.cells)) for line in table.lines] == [
        ("COVID-19 vaccine doses, from vaccinations",),
        ("Records of vaccinations", "5,481"),
        ("Of these dated before the product was authorized, rejected", "[c]"),
        ("COVID-19 doses", "5,406"),
    ]


def test_a_check_says_where_it_is_broken_and_what_became_of_the_rows() -> None:
    table = TABLES["checks"](published(), trial())
    lines = [(line.label, *(cell.text for cell in line.cells)) for line in table.lines]
    assert lines[:3] == [
        ("Structural: rows that cannot be read as agreed",),
        (
            "A value is not of its type",
            "coverage (coverage end)",
            "[c] set aside",
            "whatever the source counts",
        ),
        (
            "A value is not of its type",
            "utilization (from date, through date)",
            "124 set aside",
            "whatever the source counts",
        ),
    ]
    found = {line[0]: line[2] for line in lines if len(line) > 1}
    assert found["Something happened after the person's death"] == "Passed"
    assert found["A row is of someone who was never randomized"] == "2,735 counted only"


def test_a_failed_model_says_so_instead_of_printing_numbers() -> None:
    results = published(failed_primary())
    line = lines_of(TABLES["outcomes"](results, trial()))["12 mo (primary)"]
    assert line == ["812", "not estimated", "667", "not estimated", "not estimated", "not estimated", ""]
    assert any("arm and strata coincide" in text for _, text in model_notes(results, trial()))


def test_several_arms_have_a_line_each_and_means_have_no_ratio() -> None:
    rows, blocks = three_arms()
    table = TABLES["outcomes"](published(rows, public=True), Trial(**blocks))
    assert [(line.label, *(cell.text for cell in line.cells)) for line in table.lines] == [
        ("Flu shot, No./n and %: Whole study (primary)",),
        ("No offer", "310/1,000", "31.0", "Reference", "Reference", ""),
        ("Letter", "340/1,000", "34.0", "1.10 (1.03 to 1.16)", "3.0 (0.6 to 5.4)", ""),
        ("Phone call & letter", "390/1,000", "39.0", "1.26 (1.18 to 1.33)", "8.0 (5.6 to 10.4)", ""),
        ("Spending, $, mean: Whole study",),
        ("No offer", "n = 1,000", "1,523", "Reference", "Reference", ""),
        ("Letter", "n = 1,000", "1,498", "—", "−25 (−235 to 185)", ""),
        ("Phone call & letter", "n = 1,000", "1,611", "—", "88 (−123 to 298)", ""),
    ]


def test_a_trial_of_means_alone_has_no_column_of_ratios() -> None:
    rows, blocks = three_arms()
    blocks = blocks | {
        "outcomes": {"spend": blocks["outcomes"]["spend"]},
        "roles": {"primary": {"outcome": "spend", "window": "study"}},
    }
    table = TABLES["outcomes"](published(rows, public=True), Trial(**blocks))
    assert [column.label for column in table.columns[3:]] == ["Difference (95% CI)", "P value"]
    assert [cell.text for cell in table.lines[2].cells[2:]] == ["−25 (−235 to 185)", ""]


def test_subgroups_of_several_arms_have_a_line_per_arm() -> None:
    rows, blocks = three_arms()
    for level in ("Female", "Male"):
        rows += [row | {"subgroup": f"sex={level}"} for row in rows if row["outcome"] == "shot"][:30]
    rows.append(
        record(
            "shot", "study", "call vs none", "interaction_p", "x.unadjusted.CR1S", subgroup="sex", p_value=0.2
        )
    )
    blocks = blocks | {"estimates": blocks["estimates"] | {"subgroups": ["sex"]}}
    lines = TABLES["subgroups"](published(rows, public=True), Trial(**blocks)).lines
    shown = [(line.label, line.cells[-1].text if line.cells else None) for line in lines]
    assert shown[4:8] == [
        ("Sex: Female", None),
        ("No offer", ""),
        ("Letter", "—"),
        ("Phone call & letter", "0.20"),
    ]
    assert shown[8:] == [("Sex: Male", None), ("No offer", ""), ("Letter", ""), ("Phone call & letter", "")]


ODD = '<b>"Bold" & co</b>'


def test_labels_are_escaped_and_no_cell_starts_a_formula(tmp_path: Path) -> None:
    table = Table("odd", ODD, (Column("x"), Column(ODD)), (Line(ODD, (Cell("=1+1", 'k"ey'),)),), (ODD,))
    assert "<b>" not in html(table)
    assert html(table).count("&lt;b&gt;&#34;Bold&#34; &amp; co") == 4
    write_csv(table, tmp_path / "odd.csv")
    with (tmp_path / "odd.csv").open(newline="") as file:
        assert list(csv.reader(file))[1] == [ODD, "'=1+1"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_what_would_start_a_formula_is_text(text: str) -> None:
    assert harmless(text) == "'" + text
    assert harmless("−1") == "−1"  # the minus sign of a printed number starts none


class Cells(HTMLParser):
    """The texts of the cells of a table, row by row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        self.inside = tag in ("td", "th") or (self.inside and tag not in ("caption", "p"))
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


@pytest.mark.parametrize("name", list(TABLES))
def test_html_and_csv_show_the_same_strings(name: str, shown: Path) -> None:
    with (shown / f"tables/{name}.csv").open(encoding="utf-8", newline="") as file:
        _, *lines = csv.reader(file)
    rows = Cells((shown / f"tables/{name}.html").read_text(encoding="utf-8")).rows
    body = rows[-len(lines) :]
    assert [[text for text in line if text] for line in lines] == [
        [text for text in row if text] for row in body
    ]


def test_the_dataset_is_read_as_it_was_written(shown: Path) -> None:
    read, kept = Results.read(shown / "ard.csv"), published()
    assert [row.key for row in read.rows] == [row.key for row in kept.rows]
    assert read.first(outcome="sex=Female", contrast="control", measure="count") == kept.first(
        outcome="sex=Female", contrast="control", measure="count"
    )


def test_windows_and_names_in_words() -> None:
    windows = {
        "late": {"from_month": 6, "to_month": 12},
        "pandemic": {"until": "2021-06-30"},
        "own": {"months": 3, "label": "First quarter"},
    }
    shown = trial(follow_up=SETTINGS["follow_up"] | {"windows": windows})
    assert [shown.window_label(name) for name in windows] == [
        "Months 7 to 12", "Until June 30, 2021", "First quarter",
    ]  # fmt: skip
    assert shown.outcome_label("avoidable_admissions") == "Avoidable admissions"
    assert shown.characteristic_label("baseline_ed_visits") == "ED visits, 12 mo before"


def test_a_level_with_a_slash_is_a_level() -> None:
    rows = [*ard(), record("race_ethnicity=A/B", "baseline", CONTRAST, "standardized_difference", "weighted")]
    assert "A/B" in lines_of(TABLES["baseline"](published(rows), trial()))


def test_limits_of_a_score_test_stand_where_the_model_has_none() -> None:
    """Nobody vaccinated in an arm: the planned ratio failed, the score test has limits."""
    parts = ("covid_vaccine", "by_2021-09-30", CONTRAST, "risk_ratio")
    failed = {"error": "all outcomes agree in control", "estimate": None, "ci_low": None, "ci_high": None}
    rows = [row | failed if row["measure"] == "risk_ratio" else row for row in ard()]
    score = record(*parts, "score.unadjusted.independent", estimate=0.5, ci_low=0.1, ci_high=0.9)
    lines = lines_of(TABLES["outcomes"](published([*rows, score]), trial()))
    assert "0.50 (0.10 to 0.90)" in lines["By September 30, 2021"]
    assert "not estimated" in lines_of(TABLES["outcomes"](published(rows), trial()))["By September 30, 2021"]


def test_a_count_without_person_time_is_a_mean_and_no_rate() -> None:
    untimed = {"admissions": {"label": "Hospital admissions", "column": "stays", "measure": "count"}}
    shown = trial(outcomes=untimed, roles={"primary": {"outcome": "admissions", "window": "12mo"}})
    table = TABLES["outcomes"](published(), shown)
    lines = {line.label: [cell.text for cell in line.cells] for line in table.lines}
    assert "Hospital admissions, No. and mean" in lines
    assert lines["12 mo (primary)"] == [
        "812", "0.280", "667", "0.249", "0.89 (0.80 to 0.99)", "−0.031 (−0.061 to −0.001)", "0.021",
    ]  # fmt: skip
    assert not any("person-years" in note for note in table.notes)


def test_shares_and_rates_of_rare_events_have_the_decimals_that_they_need() -> None:
    rows = [row | {"estimate": row["estimate"] / 1000} for row in ard() if row["measure"] == "rate"]
    effect = Effect(published(rows), trial(), "admissions", "12mo")
    assert [effect.mean_cell(arm).text for arm in ("control", "case_management")] == ["0.028", "0.025"]


def test_many_arms_have_one_column_of_standardized_differences() -> None:
    rows, blocks = three_arms()
    arms = blocks["trial"]["arms"] | {"fourth": "Fourth"}
    shown = Trial(**(blocks | {"trial": blocks["trial"] | {"arms": arms}}))
    labels = [column.label for column in TABLES["baseline"](published(rows), shown).columns]
    assert labels[-1] == "Largest standardized difference"
