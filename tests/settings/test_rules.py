# ruff: noqa: E501 (a message stands on its line)
"""What settings must agree on with each other, one tiny example per rule."""

import pytest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # trial
        ("trial: {reference: offred}", "1:20 there is no arm `offred` -> did you mean `offered`?"),
        ("trial: {reference: nobody}", "1:20 there is no arm `nobody` -> there are: control, offered"),
        (
            "trial: {assignment: {probability: {control: 0.75}}}",
            "1:22 arm `offered` has no probability",
        ),
        (
            "trial: {assignment: {probability: {control: 0.75, offered: 0.2}}}",
            "1:35 the probabilities of the 2 arms sum to 0.95, not to 1 -> give the probability of each arm, as "
            "{control: 0.75, offer: 0.25}",
        ),
        (
            "trial: {assignment: {probability: 0.25}}",
            "1:35 the probabilities of the 2 arms sum to 0.5, not to 1 -> give the probability of each arm, as "
            "{control: 0.75, offer: 0.25}",
        ),
        ("trial: {assignment: {probability: 1.5}}", "1:35 a probability lies between 0 and 1, and `1.5` does not"),
        ("trial: {assignment: {probability: half}}", "1:35 a number is expected here, not `half`"),
        (
            "trial: {blinding: {unblinded_because: Asked for}}",
            "1:39 a reason for unblinding stands here, and the trial is not being unblinded -> add `blinded: false`, "
            "or leave it out",
        ),
        (
            "trial: {blinded: true, blinding: {reveals: [vaccinations]}}\n"
            "outcomes: {doses: {event: covid_dose, measure: count}}",
            "2:19 outcome `doses` comes from `vaccinations`, which is not read while the trial is blinded -> leave it "
            "out until then, or take the source out of `reveals`",
        ),
        (
            "trial: {blinded: true, blinding: {reveals: [enrollment]}}",
            "1:44 `enrollment` says who is in the trial, and cannot be left unread -> its assignments are shuffled; "
            "leave it out of `reveals`",
        ),
        # data
        (
            "data: {participants: {path: rows.csv}}",
            "1:8 `participants` (one row per person) cannot stand beside `enrollment`, `coverage`, `utilization`, "
            "`vaccinations` -> keep the one kind of data that the trial comes as",
        ),
        ("data: {enrollment: }", "6:1 `enrollment` is missing: nothing says who was randomized"),
        (
            "data: {coverage: }",
            "9:3 `utilization` is observed while covered, and `coverage` is not declared -> declare `coverage`, or "
            "set `observed_while: always`",
        ),
        (
            "data: {utilization: {complete_through: }}",
            "9:3 `complete_through` is missing in `data.utilization`: a window could end after the data do -> give "
            'the last day that the extract holds whole, as complete_through: "2020-03-31"',
        ),
        (
            "data: {enrollment: {columns: {strata: stratum}}}",
            "1:31 there is no column in the contract of `enrollment`: `strata` -> did you mean `stratum`?",
        ),
        (
            "data: {enrollment: {values: {arm: {A: control, B: ofered}}}}",
            "1:51 there is no arm `ofered` -> did you mean `offered`?",
        ),
        (
            'events: {ed_visit: {nyu_file: "${LISTS}/nyu.csv"}}',
            "1:31 the environment variable LISTS is not set -> set it first: export LISTS=/path/to/the/file",
        ),
        (
            "data: {enrollment: {path: '${WHERE}/rows.csv'}}",
            "1:27 the environment variable WHERE is not set -> set it first: export WHERE=/path/to/the/data",
        ),
        (
            "data: {coverage: {path: }}",
            "8:3 `data.coverage` needs a `path` or a `database` -> say where the extract lies: {path: data/raw/...}",
        ),
        (
            "data: {coverage: {path: , database: {connection: '${PLAN_DATABASE}', table: a, query: b}}}",
            "1:27 `data.coverage.database` needs a `table` or a `query` -> keep one of them",
        ),
        (
            "data: {coverage: {path: , database: {connection: '${NO_PLAN}', table: a}}}",
            "1:50 the environment variable NO_PLAN is not set -> set it first: export "
            "NO_PLAN=postgresql://user@server/plan",
        ),
        (
            "data: {coverage: {path: , database: {connection: '${PLAN_DATABASE}', table: a}, sheet: A}}",
            "1:81 `sheet` says how a file is written, and `data.coverage` comes from a database -> leave it out",
        ),
        (
            "data: {coverage: {date_format: ['%m/%d/%Y', '%d/%m/%Y']}}",
            "1:32 03/04 cannot be told from 04/03 when %m/%d/%Y and %d/%m/%Y both hold -> name one format, and let "
            "the plan write the others in it",
        ),
        (
            "data: {coverage: {format: fixed_width}}",
            "1:27 a fixed-width file needs its `fields` -> as fields: {MEMBER_NO: [1, 9], ADMITTED: [10, 8]}",
        ),
        (
            "data: {coverage: {fields: {A: [1]}}}",
            "1:31 column `A` needs its first character and its width -> as [10, 8]: from the 10th character on, 8 "
            "characters",
        ),
        (
            "data: {coverage: {format: csv, fields: {A: [1, 9]}}}",
            "1:32 `fields` are for fixed-width files, and this one is csv -> leave one of them out",
        ),
        (
            "data: {crosswalk: {path: ids.csv, translates: [deths]}}",
            "1:48 there is no source `deths` -> there are: coverage, enrollment, utilization, vaccinations",
        ),
        (
            "data: {crosswalk: {path: ids.csv}}",
            "1:8 `crosswalk` translates no source -> name those that it does, as translates: [deaths]",
        ),
        # checks
        ("checks: {event_after_death: stop}",
         "1:10 there is no check `event_after_death` -> did you mean `events_after_death`?"),
        ("checks: {value_untyped: warn}", "1:25 `value_untyped` cannot be `warn` -> it may be set_aside, stop"),
        ("checks: {linkage: set_aside}", "1:19 `linkage` cannot be `set_aside` -> it may be warn, stop, ignore"),
        # specification curve
        ("estimates: {specification_curve: {outcomes: [admision]}}",
         "1:46 there is no outcome that is compared `admision` -> did you mean `admissions`?"),
        ("estimates: {specification_curve: {windows: [6mo]}}",
         "1:35 the planned window of `admissions`, 12mo, is not in its specification curve -> add 12mo"),
        ("estimates: {specification_curve: {windows: [12mo, 18mo]}}",
         "1:51 there is no window of these outcomes `18mo` -> did you mean `12mo`?"),
        ("estimates: {specification_curve: {follow_up: [all_covered]}}",
         "1:47 there is no sensitivity analysis `all_covered` -> declare it under `follow_up.sensitivity`"),
        ("estimates: {specification_curve: {covariates: {adjusted: [age]}}}",
         "1:48 `adjusted` is in every curve already -> give a further set another name"),
        ("estimates: {specification_curve: {covariates: {few: []}}}",
         "1:48 `few` has no covariates, and `unadjusted` is in every curve -> remove it"),
        ("estimates: {specification_curve: {covariates: {some: [aeg]}}}",
         "1:55 there is no baseline characteristic `aeg` -> did you mean `age`?"),
        # follow-up
        ("follow_up: {windows: {late: {}}}",
         "1:23 window `late` has no length -> give `months`, `from_month` and `to_month`, or `until`"),
        ("follow_up: {windows: {late: {from_month: 12, to_month: 6}}}",
         "1:56 window `late` ends at month 6, and it begins at month 12 -> months 7 to 12 are {from_month: 6, "
         "to_month: 12}"),
        ("follow_up: {windows: {late: {since: 2018-01-01}}}",
         "1:29 `since` begins a window that ends on a calendar day -> add `until`"),
        ("follow_up: {windows: {late: {since: 2019-06-01, until: 2019-03-31}}}",
         "1:56 window `late` ends on 2019-03-31, and it begins on 2019-06-01 -> exchange the two days"),
        ("follow_up: {sensitivity: {same: {coverage: first_gap}}}",
         "1:27 sensitivity analysis `same` is the same as the primary analysis -> change a choice in it, or remove it"),
        ("follow_up: {sensitivity: {itt: {coverage: ignore}}}",
         "1:27 `itt` means something else in results -> choose another name"),
        ("follow_up: {sensitivity: {a: {coverage: all_days}}}",
         "1:41 `all_days` is none of first_gap, all_covered_days, ignore -> did you mean `all_covered_days`?"),
        ("follow_up: {later_lottery: first_enrollment, sensitivity: {all: {later_lottery: as_randomized}}}",
         "1:81 the primary analysis leaves later enrollments out, and they cannot come back here -> keep all in the "
         "primary analysis, and make `first_enrollment` the sensitivity analysis"),
        ("follow_up: {baseline: {covered: continuous, min_days: 30}}",
         "1:45 `min_days` and `covered: continuous` both say what the baseline period asks of coverage -> keep one "
         "of them"),
        (
            "follow_up: {windows: {late: {until: 2021-03-31}}}",
            "1:37 window `late` ends on 2021-03-31, and `utilization` is complete through 2020-03-31 only -> end it "
            "earlier, or set `follow_up.incomplete: censor`",
        ),
        (
            "outcomes: {vaccine: {event: covid_dose, measure: by_date, date: 2022-01-01}}",
            "1:65 outcome `vaccine` ends on 2022-01-01, and `vaccinations` is complete through 2021-12-31 only -> "
            "end it earlier, or set `follow_up.incomplete: censor`",
        ),
        # outcomes
        ("outcomes: {deaths: {event: death, measure: binary}}",
         "1:28 `death` comes from `deaths`, which is not under `data` -> declare `data.deaths`"),
        ("outcomes: {stays: {event: inpatient_stays, measure: count}}",
         "1:27 there is no event `inpatient_stays` -> did you mean `inpatient_stay`?"),
        ("outcomes: {stays: {event: hospice, measure: count}}",
         "1:27 there is no event `hospice` -> there are: inpatient_stay, ed_visit, observation_stay, "
         "outpatient_visit, covid_dose, influenza_dose, contact, death"),
        ("outcomes: {stays: {measure: count}}",
         "1:12 outcome `stays` has no `event`, which data that come as extracts need"),
        ("outcomes: {admissions: {column: n_stays}}",
         "1:25 `column` has no meaning with data that come as extracts -> an outcome has its `event` here"),
        ("outcomes: {admissions: {where: {avoidible: true}}}",
         "1:33 there is no attribute of inpatient_stay called `avoidible` -> did you mean `avoidable`?"),
        ("outcomes: {admissions: {where: {avoidable: 1}}}",
         "1:44 `avoidable` is true or false, not `1`"),
        ("outcomes: {vaccine: {event: covid_dose, measure: by_date}}",
         '1:12 outcome `vaccine` is measured by a date and has none -> add date: "2021-09-30"'),
        ("outcomes: {admissions: {date: 2019-01-01}}",
         "1:25 `date` has no meaning for a count outcome -> call it by_date"),
        ("outcomes: {vaccine: {event: covid_dose, measure: by_date, date: 2021-09-30, windows: [6mo]}}",
         "1:77 a by_date outcome has its own window -> remove `windows`"),
        ("outcomes: {admissions: {measure: continuous}}",
         "1:34 events are counted, not continuous -> call it count or binary"),
        ("outcomes: {ed_visits: {windows: [6mo, 6mo]}}",
         "1:39 `6mo` stands in this list twice -> keep one"),
        ("outcomes: {ed_visits: {windows: [18mo]}}",
         "1:34 there is no window `18mo` -> did you mean `12mo`?"),
        ("outcomes: {ed_visits: {windows: []}}",
         "1:24 this list is empty -> remove it to analyse all windows"),
        # estimates
        ("estimates: {covariates: [age, sexe]}",
         "1:31 there is no baseline characteristic `sexe` -> did you mean `sex`?"),
        (
            "estimates: {censoring_weights: {covariates: [sexe]}}",
            "1:46 there is no baseline characteristic `sexe` -> did you mean `sex`?",
        ),
        (
            "estimates: {censoring_weights: {truncate: 0.99}}",
            "1:13 nothing explains who stays: the weights would be those of everyone -> name characteristics, as "
            "censoring_weights: {covariates: [age, sex]}",
        ),
        ("estimates: {covariates: [risk]}",
         "1:26 there is no baseline characteristic `risk` -> declare it under `baseline`; there are: age, sex, "
         "baseline_admissions, baseline_ed_visits"),
        ("outcomes: {admissions: {covariates: [baseline_stays]}}",
         "1:38 there is no baseline characteristic `baseline_stays` -> did you mean `baseline_ed_visits`?"),
        ("estimates: {subgroups: [language]}",
         "1:25 there is no baseline characteristic `language` -> declare it under `baseline`; there are: age, sex"),
        ("estimates: {subgroups: [age]}",
         "1:25 `age` is a number and has no levels to make subgroups of -> add a characteristic with its classes "
         "to the extract"),
        ("baseline: {sex: {spline: true}}",
         "1:26 `sex` is no number: a category has no spline -> remove it"),
        ("estimates: {uptake: {event: contact}}",
         "1:29 `contact` comes from `contacts`, which is not under `data` -> declare `data.contacts`"),
        ("estimates: {uptake: {}}",
         "1:13 `event` is missing in `estimates.uptake` -> as uptake: {event: contact}"),
        # roles
        ("roles: {primary: [{outcome: admissions, window: 12mo}, {outcome: ed_visits, window: 12mo}]}",
         "1:9 several primary outcomes, and nothing says what it takes to succeed -> add primary_rule: "
         "all_must_succeed, or one of holm, hochberg, westfall_young"),
        ("roles: {primary_rule: holm}",
         "1:9 there is one primary outcome, and it needs no rule -> remove it, or list the other primary outcomes"),
        ("roles: {primary_rule: westfall_young, primary: [{outcome: admissions, window: 6mo}, {outcome: ed_visits, "
         "window: 6mo}]}",
         "1:23 westfall_young goes by the draws of randomization inference, and there are none -> add under "
         "estimates: randomization: {draws: 10000}"),
        ("roles: {primary_rule: holm, primary: [{outcome: admissions, window: 12mo}, {outcome: admissions, "
         "window: 6mo}]}",
         "1:86 `admissions` is a primary outcome already, and an outcome has one primary window -> keep one"),
        ("roles: {primary_rule: holm, primary: [{outcome: admissions, window: 12mo}, {outcome: ed_visits, "
         "window: 7mo}]}",
         "1:105 there is no window `7mo` -> did you mean `6mo`?"),
        ("roles: {primary_rule: holm, secondary: [ed_visits], primary: [{outcome: admissions, window: 12mo}, "
         "{outcome: ed_visits, window: 6mo}]}",
         "1:41 `ed_visits` is a primary outcome already -> remove it here"),
        ("roles: {primary: {outcome: stays}}",
         "1:28 there is no outcome `stays` -> there are: admissions, ed_visits"),
        ("roles: {primary: {window: 18mo}}",
         "1:27 there is no window `18mo` -> did you mean `12mo`?"),
        ("roles: {primary: {window: }}",
         "20:3 the primary outcome has several windows, and none is named primary -> add one: window: 12mo"),
        ("outcomes: {admissions: {windows: [6mo]}}",
         "20:42 there is no analysis of `admissions` in window `12mo` -> there is: 6mo"),
        ("roles: {secondary: [ed_visit]}",
         "1:21 there is no outcome `ed_visit` -> did you mean `ed_visits`?"),
        ("roles: {secondary: [admissions]}",
         "1:21 `admissions` is the primary outcome already -> remove it here"),
        ("roles: {analysis: adjusted}",
         "1:19 the analysis that counts is adjusted, and there are no covariates -> list `estimates.covariates`, "
         "or write analysis: unadjusted"),
        # report
        ("report: {data_are_public: true}",
         "1:27 public data are cited, and `data_citation` is missing -> add data_citation: with the publication of "
         "the data"),
        # names
        ("trial: {arms: {third: Offered}}",
         "1:23 `offered` has the label `Offered` already -> choose another"),
        ("outcomes: {admissions: {label: Visits}, ed_visits: {label: Visits}}",
         "1:60 `admissions` has the label `Visits` already -> choose another"),
        ("follow_up: {windows: {baseline: {months: 3}}}",
         "1:23 `baseline` means something else in results -> choose another name"),
        ("follow_up: {windows: {d180: {months: 3}}}",
         "1:23 `d180` means something else in results -> choose another name"),
        ("follow_up: {windows: {6MO: {months: 3}}}",
         "1:23 `6MO` and `6mo` differ in capital letters only -> choose another name"),
        ("baseline: {weight: {type: number}}",
         "1:12 `weight` is a column that the analysis makes itself -> choose another name, and give the file's "
         "under `column`"),
        ("baseline: {baseline_admissions: {type: number}}",
         "1:12 `baseline_admissions` is a column that the analysis makes itself -> choose another name, and give "
         "the file's under `column`"),
    ],
)  # fmt: skip
def test_a_broken_rule_of_extracts_is_told(told, text, said):
    assert told(text) == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("outcomes: {stays: {event: inpatient_stay, measure: count, column: n}}",
         "1:20 `event` has no meaning with data with one row per person -> an outcome has its `column` here"),
        ("outcomes: {stays: {measure: count}}",
         "1:12 outcome `stays` has no `column`, which data with one row per person need"),
        ("outcomes: {spend: {column: spend, measure: continuous, exposure: years}}",
         "1:56 `exposure` belongs to a count -> remove it, or call the outcome a count"),
        ("outcomes: {stays: {event_days: [d1, d2], measure: count}}",
         "1:20 `event_days` needs `followed`: the column with the days until observation ended -> name it as `followed`"),
        ("outcomes: {stays: {column: n, event_days: [d1], followed: days, measure: count}}",
         "1:20 `event_days` takes the place of `column` -> keep one of them"),
        ("outcomes: {stays: {column: n, followed: days, exposure: years, measure: count}}",
         "1:47 `followed` takes the place of `exposure` -> keep one of them"),
        ("outcomes: {spend: {column: spend, measure: continuous, followed: days}}",
         "1:56 `followed` belongs to a count -> remove it, or call the outcome a count"),
        ("estimates: {time_to_event: [got]}",
         "1:13 one row per participant has no times of events -> remove it, or give the outcome its `followed`"),
        ("outcomes: {got: {column: {1yr: got_2017}}}\nfollow_up: {windows: {1yr: {}, 2yr: {}}}\n"
         "roles: {primary: {window: 1yr}}",
         "1:18 `column` names no column for window `2yr` -> add it, or list the windows of `got` under `windows`"),
        ("outcomes: {got: {column: {study: got_2017, late: got_2018}}}",
         "1:44 there is no window `late` -> there is: study"),
        ("estimates: {uptake: {event: contact}}",
         "1:13 `column` is missing in `estimates.uptake` -> as uptake: {column: engaged}"),
        (
            "estimates: {per_person: true}",
            "1:13 one row per participant counts each person once already -> remove it",
        ),
        ("estimates: {covariates: [baseline_got]}",
         "1:26 there is no baseline characteristic `baseline_got` -> declare it under `baseline`; there is: age"),
        ("roles: {primary: {window: 12mo}}",
         "1:27 there is no window `12mo` -> there is: study"),
    ],
)  # fmt: skip
def test_a_broken_rule_of_one_row_per_person_is_told(told, persons, text, said):
    assert said in told(text, over=persons)


def test_a_trial_has_two_arms(told, whole_trial):
    assert told("trial: {arms: {offered: }}") == [
        "4:3 a trial has two arms or more, and here is one -> write {name: label, name: label}"
    ]


def test_data_must_be_declared(told, persons):
    assert told("data: {participants: }", over=persons) == [
        "6:1 no data are declared -> give `participants`, or `enrollment` and other extracts"
    ]


def test_events_are_counted_in_windows(told):
    assert told("follow_up: {windows: {6mo: , 12mo: }}")[0] == (
        "15:3 no windows are declared, and `admissions` needs one -> give at least one under `follow_up`, as "
        "windows: {12mo: {months: 12}}"
    )


def test_outcomes_must_be_declared(told):
    assert told("outcomes: {admissions: , ed_visits: }")[0] == (
        "16:1 no outcomes are declared -> as {admissions: {event: inpatient_stay, measure: count}}"
    )


def test_a_variable_that_is_set_is_accepted_and_stays_as_written(told):
    assert told("data: {enrollment: {path: '${WHERE}/rows.csv'}}", environment={"WHERE": "/somewhere"}) == []


def test_windows_after_the_data_are_accepted_when_they_are_to_be_censored(told):
    assert told("follow_up: {incomplete: censor, windows: {late: {until: 2021-03-31}}}") == []


CONTINUITY = "outcomes: {index: {event: EVENT, measure: continuity}}"


def test_continuity_is_told_from_events_with_a_provider(told):
    assert told(CONTINUITY.replace("EVENT", "outpatient_visit")) == []
    assert told(CONTINUITY.replace("EVENT", "ed_visit")) == [
        "1:27 `ed_visit` has no provider_id, of which continuity is told -> "
        "count outpatient_visit, or keep provider_id under its `attributes`"
    ]


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        ("{event: inpatient_stay, measure: sum, of: length_of_stay}", None),
        ("{event: ed_visit, measure: sum, of: nyu_nonemergent}", None),
        (
            "{event: inpatient_stay, measure: sum}",
            "1:12 outcome `days` is a sum and does not say of what -> as of: length_of_stay",
        ),
        (
            "{event: inpatient_stay, measure: sum, of: lenght_of_stay}",
            "1:60 there is no number among the attributes of inpatient_stay called `lenght_of_stay` -> "
            "did you mean `length_of_stay`?",
        ),
        (
            "{event: inpatient_stay, measure: sum, of: kind}",
            "1:60 there is no number among the attributes of inpatient_stay called `kind`",
        ),
        (
            "{event: outpatient_visit, measure: sum, of: kind}",
            "1:53 `outpatient_visit` has no attribute that is a number, which a sum adds -> "
            "call it count or binary",
        ),
        (
            "{event: inpatient_stay, measure: count, of: length_of_stay}",
            "1:58 `of` has no meaning for a count outcome -> call it a sum, or remove it",
        ),
    ],
)
def test_a_sum_adds_a_number_that_its_events_have(told, outcome, problem):
    said = told(f"outcomes: {{days: {outcome}}}")
    assert said == [] if problem is None else said[0].startswith(problem)


def test_a_sum_is_no_count_before_randomization(told):
    days = "outcomes: {days: {event: inpatient_stay, measure: sum, of: length_of_stay}}"
    assert told(days + "\nestimates: {covariates: [baseline_days]}")[0].startswith(
        "2:26 there is no baseline characteristic `baseline_days`"
    )


def test_what_is_described_has_no_role_and_no_count_before(told):
    index = CONTINUITY.replace("EVENT", "outpatient_visit")
    assert told(index + "\nroles: {secondary: [index]}") == [
        "2:21 `index` is described among those with enough visits, and not compared as randomized -> "
        "remove it here; the report shows it in a table of its own"
    ]
    assert told(index + "\nestimates: {covariates: [baseline_index]}")[0].startswith(
        "2:26 there is no baseline characteristic `baseline_index`"
    )
