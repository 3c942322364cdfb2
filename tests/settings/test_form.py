# ruff: noqa: E501 (a message stands on its line)
"""What a block may hold: every problem of form, at its line and column, all in one go."""

import pytest

from armwise.settings import SettingsError, load


def test_a_problem_is_drawn_with_its_line_a_caret_and_a_fix(write, whole_trial):
    files = write(whole_trial, "folow_up:\n  windows: {18mo: {months: 18}}\n")

    with pytest.raises(SettingsError) as error:
        load(files)

    assert (
        str(error.value)
        == """\
1 problem in config.yaml

config.yaml:1:1: unknown key `folow_up`
    1 | folow_up:
      | ^
  did you mean `follow_up`?"""
    )


def test_a_tab_inside_a_line_does_not_move_the_caret(write, whole_trial):
    files = write(whole_trial, 'report: {style: "an\tnals", smal_cell: 11}\n')

    with pytest.raises(SettingsError) as error:
        load(files)

    assert '    1 | report: {style: "an nals", smal_cell: 11}\n      |                            ^\n' in str(
        error.value
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trial: {registraton: x}", ["1:9 unknown key `registraton` in `trial` -> did you mean `registration`?"]),
        ("estimates: {covariats: [age]}", ["1:13 unknown key `covariats` in `estimates` -> did you mean `covariates`?"]),
        ("estimates: {small_cell: 11}", ["1:13 unknown key `small_cell` in `estimates` -> it belongs under `report`"]),
        ("report: {style:annals}", ["1:10 unknown key `style:annals` in `report` -> put a space after the colon"]),
        (
            "roles: {colour: red}",
            ["1:9 unknown key `colour` in `roles` -> known here: primary, primary_rule, secondary, multiplicity, interactions, analysis"],
        ),
        (
            "outcomes: {visits: {event: ed_visit}}",
            [
                "1:12 `measure` is missing in `outcomes.visits` -> count (events in the window), sum (of a number that "
                "each event has, see `of`), binary (any event, or a 0/1 column), by_date (the event has happened by "
                "`date`), continuous (a column), or of visits: continuity (Bice-Boxerman index, of two visits or "
                "more) and providers (how many different ones, of one visit or more)"
            ],
        ),
        ("report: {style: anals}", ["1:17 `anals` is none of annals, jama, nejm, bmj -> did you mean `annals`?"]),
        (
            "estimates: {standard_error: CR1T}",
            [
                "1:29 `CR1T` is none of CR0, CR1, CR1S, CR2, CR3, HC0, HC1, HC2, HC3 -> did you mean `CR1`?"
            ],
        ),
        ("report: {small_cell: 5}", ["1:22 `5` is out of range: 11 or more is expected here"]),
        ("estimates: {level: 95}", ["1:20 `95` is out of range: less than 1 is expected here"]),
        ("estimates: {level: 0.5}", ["1:20 `0.5` is out of range: more than 0.5 is expected here"]),
        ("data: {coverage: {delimiter: semicolon}}", ["1:30 one plain character is expected here, not `semicolon`"]),
        ("data: {coverage: {quote: two}}", ["1:26 one plain character is expected here, not `two`"]),
        (
            "data: {coverage: {encoding: latin1252}}",
            ["1:29 there is no encoding `latin1252` -> as utf-8, latin-1, cp1252 (Windows) or utf-16"],
        ),
        ("data: {coverage: {fields: {A: [0, 9]}}}", ["1:32 `0` is out of range: 1 or more is expected here"]),
        (
            "data: {coverage: {path: , database: {connection: 'postgresql://me:secret@server/plan', table: t}}}",
            [
                "1:50 a connection string may hold a password: it stays out of the settings -> put it into an "
                "environment variable and name that one, as ${PLAN_DATABASE}"
            ],
        ),
        ("data: {coverage: {columns: {person_id: []}}}", ["1:40 at least one item is expected here, not a list"]),
        ("trial: {id: My Trial}", ["1:13 `My Trial` cannot be a name: names go into file names and into the keys of results "
         "-> use letters, digits, _ and -; a `label` can hold any text"]),
        ("trial: {id: MyTrial}", ["1:13 `MyTrial` has capital letters: it names folders -> did you mean `mytrial`?"]),
        ("follow_up: {windows: {7/12: {months: 3}}}", ["1:23 `7/12` cannot be a name: names go into file names and into the "
         "keys of results -> use letters, digits, _ and -; a `label` can hold any text"]),
        ("data: {coverage: {path: ~/coverage.csv}}", ["1:25 `~/coverage.csv` is not expanded here -> write ${HOME}/coverage.csv"]),
        (
            "data: {coverage: {path: $WHERE/coverage.csv}}",
            [
                "1:25 an environment variable is written ${NAME}, and `$WHERE/coverage.csv` has another `$` -> did you "
                "mean `${WHERE}`?"
            ],
        ),
        (
            "data: {coverage: {date_format: YYYY-MM-DD}}",
            [
                "1:32 `YYYY-MM-DD` does not tell year, month and day -> as %Y-%m-%d for 2018-11-23, %m/%d/%Y for "
                "11/23/2018, %Y%m%d for 20181123"
            ],
        ),
        ("follow_up: {windows: {late: {months: 9999}}}", ["1:38 `9999` is out of range: 600 or less is expected here"]),
        (
            "follow_up: {windows: {late: {months: 6, until: 2020-01-01}}}",
            ["1:29 a window has one length, and here are months and until -> keep one of them"],
        ),
        (
            "follow_up: {windows: {late: {from_month: 6}}}",
            ["1:29 from_month and to_month come together -> give both, or `months` alone"],
        ),
        (
            "roles: {primary: {outcome: [admissions, ed_visits]}}",
            [
                "1:28 a primary outcome has a window of its own, and several need a rule -> list them with it, as "
                "primary: [{outcome: a}, {outcome: b}], and add a `primary_rule`",
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_said(told, text, said):
    assert told(text) == said


def test_every_problem_is_told_at_once_and_none_twice(told):
    text = """\
trail:
  id: Tiny
  title: 12:30
  synthetic: yes
  arms: {control: Usual care}
  reference: kontrol
data:
  enrollment: {path: "${EXTRACTS}/enrollment.csv", columns: {armm: x}}
  utilization: {path: x, complete_through: 2020-02-30, observed_while: always}
follow_up:
  windows: {6mo: {months: 06}}
outcomes:
  admissions: {event: inpatient_stay, measure: cuont, where: {avoidable: yes}}
  visits: {event: ed_visits, measure: count, whre: {admited: false}}
rolls:
  primary: {outcome: admision, window: 6mo}
"""
    assert told(text, over=None) == [
        "1:1 unknown key `trail` -> did you mean `trial`?",
        "2:7 `Tiny` has capital letters: it names folders -> did you mean `tiny`?",
        "4:14 true or false is expected here, not `yes` -> write true",
        "5:3 a trial has two arms or more, and here is one -> write {name: label, name: label}",
        "6:14 there is no arm `kontrol` -> did you mean `control`?",
        "8:22 the environment variable EXTRACTS is not set -> set it first: export EXTRACTS=/path/to/the/data",
        "8:62 there is no column in the contract of `enrollment`: `armm` -> did you mean `arm`?",
        "9:44 there is no such day as 2020-02-30",
        "11:27 a whole number is expected here, not `06` -> did you mean `6`?",
        "13:48 `cuont` is none of count, sum, binary, by_date, continuous, continuity, providers -> "
        "did you mean `count`?",
        "13:74 `avoidable` is true or false, not `yes` -> write true",
        "14:19 there is no event `ed_visits` -> did you mean `ed_visit`?",
        "14:46 unknown key `whre` in `outcomes.visits` -> did you mean `where`?",
        "15:1 unknown key `rolls` -> did you mean `roles`?",
        "16:22 there is no outcome `admision` -> did you mean `admissions`?",
    ]


def test_a_wrong_block_is_not_the_cause_of_further_complaints(told):
    assert told("follow_up: {windows: 12}") == [
        "1:22 a block of keys is expected here, not `12` -> as {name: ...}"
    ]
    assert told("outcomes: {admissions: count}") == [
        "1:24 a block of keys is expected here, not `count` -> its keys are label, measure, event, of, where, date, column, exposure, followed, event_days, died, weight, windows, covariates"
    ]


def test_all_that_is_needed_is_asked_for(told):
    assert [each.split(" -> ")[0] for each in told("estimates: {}", over=None)] == [
        "1:1 `data` is missing",
        "1:1 `outcomes` is missing",
        "1:1 `roles` is missing",
        "1:1 `trial` is missing",
    ]


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(
        SettingsError, match=r"^1 problem in nowhere.yaml\n\nnowhere.yaml:1:1: there is no such file$"
    ):
        load(["nowhere.yaml"])


def test_a_file_in_another_encoding_is_named(tmp_path):
    (tmp_path / "config.yaml").write_bytes(b"trial:\n  title: Caf\xe9\n")

    with pytest.raises(SettingsError, match=r"this is no text file in UTF-8\n  save it as UTF-8 \(line 2\)"):
        load([str(tmp_path / "config.yaml")])


def test_problems_of_several_files_come_together(write):
    files = write("trial: {id: 'x\n", "data: [\n")

    with pytest.raises(SettingsError) as error:
        load(files)

    assert [str(p.place) for p in error.value.problems] == ["base1.yaml:1:13", "config.yaml:2:1"]


def test_brackets_without_end_are_refused(told):
    assert told("[" * 5000) == ["1:1 brackets are nested too deeply here"]


@pytest.mark.parametrize("written", ["%m/%d/%Y", "%d%b%Y", "%Y%m%d", "%d.%m.%y"])
def test_dates_may_be_written_in_many_ways(told, written):
    assert told(f"data: {{coverage: {{date_format: '{written}'}}}}") == []
