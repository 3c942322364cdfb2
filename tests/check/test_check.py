"""`armwise check`: what an analyst is told, and with which exit code."""

from pathlib import Path

import pytest


def test_a_sound_trial_is_told_in_counts(trial, check):
    result = check()

    assert result.exit_code == 0
    assert (
        result.stdout
        == """\
config.yaml: the settings are sound. Reading the extracts ...

                 rows read        kept   set aside  not included
enrollment               3           3           0             0
coverage                 3           3           0             0
utilization              1           1           0             0

arms: control 2, offered 1
randomized: 2018-01-31 to 2018-12-01
checks of rows: 32 made, all passed
checks of the data as a whole: 10 made, all passed

All is well: nothing here would stop the analysis.
"""
    )


def test_unsound_settings_are_told_before_any_file_is_read(trial, check, change):
    change("config.yaml", "measure: count", "mesure: count")
    Path("claims.csv").unlink()

    result = check()

    assert result.exit_code == 1
    assert result.stderr.startswith("1 problem in config.yaml\n\nconfig.yaml:15:39: unknown key `mesure`")
    assert result.stdout == ""


def test_a_settings_file_that_is_not_there_is_a_wrong_command(trial, check):
    result = check("--config", "nowhere.yaml")

    assert result.exit_code == 2
    assert "there is no file nowhere.yaml" in result.stderr


def test_an_overlay_is_checked_with_the_file_below_it(trial, check):
    Path("longer.yaml").write_text("follow_up: {windows: {18mo: {months: 18}}}", encoding="utf-8")

    result = check("--config", "config.yaml", "--config", "longer.yaml")

    assert result.exit_code == 1
    assert (
        "longer.yaml:1:29: window `18mo` ends on 2020-05-31 for those randomized last (2018-12-01), and "
        "`utilization` is complete through 2020-03-31 only" in result.stderr
    )


def test_a_window_after_the_data_is_no_problem_when_it_is_to_be_censored(trial, check):
    Path("longer.yaml").write_text(
        "follow_up: {windows: {18mo: {months: 18}}, incomplete: censor}", encoding="utf-8"
    )

    assert check("--config", "config.yaml", "--config", "longer.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "config.yaml",
            "claims.csv",
            "claims_2018.csv",
            "config.yaml:9:23: claims_2018.csv: there is no such file.",
        ),
        (
            "enrollment.csv",
            "assignment_probability,sex",
            "p,sex",
            "config.yaml:7:22: enrollment.csv: columns are missing from the header:",
        ),
        (
            "config.yaml",
            "offered: Offered",
            "offered: Offered, nudged: Nudged",
            "config.yaml:4:57: no row of `enrollment` has the arm `nudged`",
        ),
        (
            "config.yaml",
            "sex: {type: category}",
            "race: {type: category}",
            "config.yaml:11:9: no row of `enrollment` has a value of `race`",
        ),
        (
            "coverage.csv",
            "p1,2017-01-01,\np2,2017-01-01,\np3,2017-01-01,\n",
            "0001,2017-01-01,\n",
            "config.yaml:8:13: `coverage` has no row of anybody in `enrollment`",
        ),
        (
            "enrollment.csv",
            "offered,1,0.5",
            "offered,1,0.4",
            "config.yaml:7:15: assignment_probability: the arms of a stratum must sum to 1, and do not in 1",
        ),
        (
            "claims.csv",
            "2018-03-01",
            "01.03.2018",
            "column from_date: not a date written as %Y-%m-%d: 1 rows, the first on line 2",
        ),
    ],
)
def test_a_problem_of_the_extracts_is_told_where_the_settings_name_it(
    trial, check, change, file, old, new, said
):
    change(file, old, new)

    result = check()

    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_all_problems_of_the_extracts_are_told_at_once(trial, check, change):
    change("config.yaml", "claims.csv", "nowhere.csv")
    change("config.yaml", "sex:", "race:")

    assert check().stderr.startswith("2 problems in config.yaml\n")


def test_arms_that_are_not_declared_are_named_when_many_share_them(trial, check, change):
    rows = "".join(f"x{n},q{n},2018-12-01,treated,1,0.5,F\n" for n in range(11))
    change("enrollment.csv", "e2,", rows + "e2,")

    assert "`enrollment` has rows of arms that are not declared: `treated`" in check().stderr


def test_what_could_be_persons_is_not_named_as_an_arm(trial, check, change):
    change("config.yaml", "{path: enrollment.csv}", "{path: enrollment.csv, columns: {arm: person_id}}")

    result = check()

    assert "`enrollment` has rows of arms that are not declared: 3 values" in result.stderr
    assert "p2" not in result.stderr + result.stdout


def test_rows_set_aside_are_counted_by_reason_and_no_value_is_shown(trial, check, change):
    change("config.yaml", "{path: coverage.csv}", "{path: coverage.csv, max_rejected_share: 0.5}")
    change("coverage.csv", "p3,2017-01-01,\n", "p3,soon,\n")

    result = check()

    assert result.exit_code == 0
    assert "coverage                 3           2           1             0\n" in result.stdout
    assert "    1 set aside: coverage_start: not a date written as %Y-%m-%d\n" in result.stdout
    assert "soon" not in result.stdout


def test_rows_that_contradict_another_source_are_told_in_a_line(trial, check, change):
    change("claims.csv", "c1,p1,2018-03-01,2018-03-04", "c1,p9,2018-03-01,2018-03-04")
    change("claims.csv", "I509\n", "I509\nc2,p1,2020-04-01,2020-04-02,0111,0120,,,I509\n")

    result = check()

    assert result.exit_code == 0
    assert "checks of rows: 32 made, 2 broken:\n" in result.stdout
    assert (
        "    counted   utilization: a row is of someone who was never randomized: 1 rows (never_randomized)\n"
        in result.stdout
    )
    assert (
        "warned    utilization: a date is after the day through which the source is complete" in result.stdout
    )
    assert "p9" not in result.stdout


def test_a_check_that_would_stop_the_run_is_a_problem_that_names_its_source(trial, check, change):
    change("config.yaml", "{path: enrollment.csv}", "{path: enrollment.csv, max_rejected_share: 1}")
    change("enrollment.csv", "e3,p3,2018-12-01,control", "e3,p2,2018-12-01,control")

    result = check()

    assert result.exit_code == 1
    assert "`enrollment`: one person was randomized to two arms on one day: 2 rows" in result.stderr
    assert "`checks: {two_arms_on_one_day: set_aside}`" in result.stderr


def test_the_settings_change_what_becomes_of_a_check(trial, check, change):
    change("config.yaml", "roles:", "checks: {events_after_data: stop}\nroles:")
    change("claims.csv", "2018-03-01,2018-03-04", "2020-04-01,2020-04-04")

    assert "complete: 1 rows" in check().stderr


def test_no_typed_rows_are_left_behind(trial, check):
    check()

    assert [str(path) for path in sorted(Path("data").rglob("*.parquet"))] == [
        f"data/interim/tiny/check/rejected/{source}.parquet"
        for source in ("coverage", "enrollment", "utilization")
    ]


def test_a_trial_of_persons_is_told_how_many_outcomes_are_missing(trial, check):
    Path("persons.yaml").write_text(
        "trial: {id: persons, title: T, arms: {control: C, offered: O}, reference: control}\n"
        "data: {participants: {path: rows.csv}}\n"
        "outcomes: {got: {column: got, measure: binary}}\n"
        "roles: {primary: {outcome: got}}\n",
        encoding="utf-8",
    )
    Path("rows.csv").write_text("arm,got\ncontrol,1\noffered,\noffered,0\n", encoding="utf-8")

    result = check("--config", "persons.yaml")

    assert result.exit_code == 0
    assert (
        "arms: control 1, offered 2\ngot: no value in 1 rows, which its analysis leaves out\n"
        in result.stdout
    )


def test_persons_are_translated_as_the_analysis_would(trial, check, change):
    change(
        "config.yaml",
        "  coverage: {path: coverage.csv}",
        "  coverage: {path: coverage.csv}\n  crosswalk: {path: numbers.csv, translates: [coverage]}",
    )
    change(
        "coverage.csv",
        "p1,2017-01-01,\np2,2017-01-01,\np3,2017-01-01,\n",
        "9,2017-01-01,\n8,2017-01-01,\np3,2017-01-01,\n",
    )
    Path("numbers.csv").write_text("source_person_id,person_id\n9,p1\n8,p2\n7,p3\n", encoding="utf-8")

    result = check()

    assert result.exit_code == 0, result.output
    assert "coverage                 3           3           0             0\n" in result.stdout


def test_a_window_that_ends_after_the_log_of_uptake_is_a_problem(trial, check, change):
    change(
        "config.yaml",
        "baseline:",
        '  contacts: {path: contacts.csv, complete_through: "2019-01-31"}\nbaseline:',
    )
    change("config.yaml", "roles:", "estimates: {uptake: {event: contact}}\nroles:")
    Path("contacts.csv").write_text("person_id,contacted_on\np2,2018-12-05\n", encoding="utf-8")

    assert "and `contacts` is complete through 2019-01-31 only" in check().stderr


def test_what_the_settings_make_of_a_check_holds_here_too(trial, check, change):
    change("config.yaml", "baseline:", "checks: {coverage_ends_before_start: warn}\nbaseline:")
    change("coverage.csv", "p3,2017-01-01,\n", "p3,2017-01-01,2016-01-01\n")

    assert "coverage                 3           3           0             0\n" in check().stdout


def test_a_check_that_would_stop_the_run_later_is_a_problem(trial, check, change):
    change("config.yaml", "{path: enrollment.csv}", "{path: enrollment.csv, max_rejected_share: 1.0}")
    change("enrollment.csv", "e3,p3,", "e3,p2,")  # p2 was drawn to both arms on 2018-12-01

    result = check()

    assert result.exit_code == 1
    assert "one person was randomized to two arms on one day: 2 rows" in result.stderr
    assert "checks: {two_arms_on_one_day: set_aside}" in result.stderr
    assert "not declared" not in result.stderr


def test_help_shows_an_example(check):
    assert "armwise check --config config.yaml" in check("--help").stdout


def test_a_row_that_stands_for_fewer_than_no_people_is_set_aside_and_told(trial, check):
    rows = "".join(f"q{n},{'control' if n % 2 else 'offered'},1,{n % 3}\n" for n in range(200))
    header = "participant_id,arm,got,people\n"
    Path("people.csv").write_text(header + rows + "q200,control,1,-3\n", encoding="utf-8")
    settings = """\
trial: {id: tiny, title: Tiny, arms: {control: Usual care, offered: Offered}, reference: control}
data: {participants: {path: people.csv}}
outcomes: {got: {column: got, measure: binary}}
roles: {primary: {outcome: got}}
"""
    Path("config.yaml").write_text(settings, encoding="utf-8")
    assert "1 set aside: people: not a number of people, 0 or more" in check().stdout
