"""`armwise check` looks at the data as a whole too, as a run does: by arm and over time."""

from pathlib import Path

import pytest

HEADER = "enrollment_id,person_id,randomized_on,arm,stratum,assignment_probability,sex\n"


def enrolls(control: int, offered: int) -> str:
    arms = ["control"] * control + ["offered"] * offered
    rows = (f"e{n},p{n},2018-01-31,{arm},1,0.5,F\n" for n, arm in enumerate(arms))
    return HEADER + "".join(rows)


def covers(persons: int) -> str:
    spans = "".join(f"p{n},2017-01-01,\n" for n in range(persons))
    return "person_id,coverage_start,coverage_end\n" + spans


@pytest.fixture
def uneven(trial):
    """Draw 80 to one arm and 20 to the other, at even odds."""
    Path("enrollment.csv").write_text(enrolls(80, 20), encoding="utf-8")
    Path("coverage.csv").write_text(covers(100), encoding="utf-8")
    return trial


def test_arms_that_do_not_fit_their_probabilities_are_told(uneven, check):
    result = check()
    assert result.exit_code == 0
    assert "made, 1 broken:\n" in result.stdout
    words = "arm sizes disagree with the stated probabilities (P < 0.001): 1 strata (arm_shares)\n"
    assert f"    warned    enrollment: {words}" in result.stdout


def test_a_check_that_is_to_stop_the_run_is_a_problem_at_its_line(uneven, check, change):
    change("config.yaml", "roles:", "checks: {arm_shares: stop}\nroles:")
    result = check()
    assert result.exit_code == 1
    assert "config.yaml:16:22" in result.stderr
    assert "`enrollment`: arm sizes disagree with the stated probabilities" in result.stderr
    assert "`checks: {arm_shares: warn}`" in result.stderr


def test_arms_of_which_one_is_found_less_in_a_source_are_told(uneven, check):
    Path("enrollment.csv").write_text(enrolls(50, 50), encoding="utf-8")
    Path("coverage.csv").write_text(covers(60), encoding="utf-8")  # all of one arm, a fifth of the other
    said = check().stdout
    assert "coverage: the arms differ by more than 5 points in the share found in a source: 1 sources" in said


def test_rows_that_are_set_aside_for_what_others_say_play_no_part(trial, check, change):
    change("config.yaml", "roles:", "checks: {never_randomized: set_aside}\nroles:")
    change("claims.csv", "I509\n", "I509\nc2,p9,2018-03-01,2018-03-02,0111,0120,,,I509\n")
    said = check().stdout
    assert "set aside utilization: a row is of someone who was never randomized: 1 rows" in said
    assert "checks of the data as a whole: 10 made, all passed" in said


def test_nothing_is_said_of_the_whole_while_a_source_cannot_be_read(trial, check, change):
    change("coverage.csv", "coverage_start", "begins")
    assert "as a whole: not made: first every source must be readable" in check().stdout


def test_what_would_stop_the_run_before_any_check_of_the_whole_is_a_problem(trial, check, change):
    change("config.yaml", "follow_up:\n", "follow_up:\n  partial_benefits: not_covered\n")
    result = check()
    assert result.exit_code == 1
    assert "partial_benefits: not_covered has no effect" in result.stderr
    assert "All is well" not in result.stdout


def test_a_trial_in_one_table_is_looked_at_by_arm(trial, check):
    rows = "".join(f"q{n},{'control' if n < 80 else 'offered'},0.5,1\n" for n in range(100))
    header = "participant_id,arm,assignment_probability,got\n"
    Path("people.csv").write_text(header + rows, encoding="utf-8")
    settings = """\
trial: {id: tiny, title: Tiny, arms: {control: Usual care, offered: Offered}, reference: control}
data: {participants: {path: people.csv}}
outcomes: {got: {column: got, measure: binary}}
roles: {primary: {outcome: got}}
"""
    Path("config.yaml").write_text(settings, encoding="utf-8")
    assert "checks of the data as a whole: 1 made, 1 broken:" in check().stdout
