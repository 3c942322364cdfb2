# ruff: noqa: E501 (a message stands on its line)
"""YAML's surprises: read as what is meant, or refused with the word that is meant."""

import pytest


@pytest.mark.parametrize(
    ("written", "arm", "label"),
    [
        ("{no: Not offered}", "no", "Not offered"),
        ("{off: on}", "off", "on"),
        ("{0: 12:30}", "0", "12:30"),
        ("{007: 1e-3}", "007", "1e-3"),
        ("{0x1F: 2020-01-01}", "0x1F", "2020-01-01"),
        ('{a: "null"}', "a", "null"),
        ("{true: 0450}", "true", "0450"),
    ],
)
def test_text_stays_as_it_is_written(loaded, whole_trial, written, arm, label):
    settings = loaded(whole_trial, f"trial: {{arms: {written}}}")

    assert settings["trial"]["arms"][arm] == label


@pytest.mark.parametrize("written", ["2021-06-30", '"2021-06-30"', "'2021-06-30'"])
def test_a_day_needs_no_quotes(loaded, whole_trial, written):
    settings = loaded(whole_trial, f"data: {{vaccinations: {{complete_through: {written}}}}}")

    assert settings["data"]["vaccinations"]["complete_through"] == "2021-06-30"


@pytest.mark.parametrize(("written", "number"), [("1e-3", 0.001), ("0.5", 0.5), (".25", 0.25), ("1", 1.0)])
def test_a_number_is_read_in_every_decimal_notation(loaded, whole_trial, written, number):
    settings = loaded(whole_trial, f"data: {{coverage: {{max_rejected_share: {written}}}}}")

    assert settings["data"]["coverage"]["max_rejected_share"] == number


@pytest.mark.parametrize("written", ["true", "True", "TRUE"])
def test_true_is_read_in_the_three_ways_of_yaml(loaded, whole_trial, written):
    assert loaded(whole_trial, f"trial: {{synthetic: {written}}}")["trial"]["synthetic"] is True


def test_values_of_extracts_are_text(loaded, whole_trial):
    settings = loaded(
        whole_trial,
        "data: {coverage: {missing: [NA, 99, .], include: {plan: [0450, no]}, values: {person_id: {1: 01}}}}",
    )

    coverage = settings["data"]["coverage"]
    assert coverage["missing"] == ["NA", "99", "."]
    assert coverage["include"] == {"plan": ["0450", "no"]}
    assert coverage["values"] == {"person_id": {"1": "01"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trial: {synthetic: yes}", "1:20 true or false is expected here, not `yes` -> write true"),
        ("trial: {synthetic: off}", "1:20 true or false is expected here, not `off` -> write false"),
        (
            'trial: {synthetic: "true"}',
            '1:20 true or false is expected here, and quotes make `"true"` text -> write true',
        ),
        ("trial: {synthetic: 1}", "1:20 true or false is expected here, not `1`"),
        (
            "follow_up: {gap_days: 012}",
            "1:23 a whole number is expected here, not `012` -> did you mean `12`?",
        ),
        ("follow_up: {gap_days: 12:30}", "1:23 a whole number is expected here, not `12:30`"),
        (
            "follow_up: {gap_days: 1_000}",
            "1:23 a whole number is expected here, not `1_000` -> did you mean `1000`?",
        ),
        ("follow_up: {gap_days: 45.0}", "1:23 a whole number is expected here, not `45.0`"),
        ("follow_up: {gap_days: 0x1F}", "1:23 a whole number is expected here, not `0x1F`"),
        (
            'follow_up: {gap_days: "45"}',
            '1:23 a whole number is expected here, and quotes make `"45"` text -> write 45',
        ),
        ("follow_up: {gap_days: }", "1:22 a whole number is expected here, not nothing"),
        ("estimates: {level: .inf}", "1:20 a number is expected here, not `.inf`"),
        ("estimates: {level: 95%}", "1:20 a number is expected here, not `95%`"),
        ("trial: {title: [a, b]}", "1:16 text is expected here, not a list"),
        ("trial: {title: {a: b}}", "1:16 text is expected here, not a block of keys"),
        ("trial: {title: ' '}", "1:16 this text is empty"),
        (
            "data: {coverage: {complete_through: 31/03/2020}}",
            '1:37 a day is expected here, not `31/03/2020` -> write it as year-month-day: "2020-03-31"',
        ),
        ("data: {coverage: {complete_through: 2021-02-29}}", "1:37 there is no such day as 2021-02-29"),
        (
            "trial: offered",
            "1:8 a block of keys is expected here, not `offered` -> its keys are id, title, registration, synthetic, arms, reference, assignment, blinded, blinding",
        ),
        ("estimates: {covariates: age}", "1:25 a list is expected here, not `age` -> as [one, another]"),
        (
            "outcomes: {admissions: {where: {avoidable: yes}}}",
            "1:44 `avoidable` is true or false, not `yes` -> write true",
        ),
    ],
)
def test_another_kind_of_value_is_refused_in_plain_words(told, text, said):
    assert told(text) == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trial:\n\tid: x\n", "2:1 a tab stands here -> YAML is indented with spaces"),
        (
            "trial:\n  title: Care: a trial\n",
            "2:14 this colon is one too many in its line -> put text that holds a colon in quotes (or does the line above lack its colon?)",
        ),
        ('trial:\n  title: "Care\n', "2:10 a quote is opened here and never closed"),
        ("trial:\n  title: @care\n", "2:10 text cannot begin with `@` -> put the text in quotes"),
        ("trial:\n  title: %care\n", "2:10 text cannot begin with `%` -> put the text in quotes"),
        ("trial: {id: x\ndata: {}\n", "2:5 `}` or a comma is missing -> or text that holds a colon or comma has no quotes"),
        ("trial:\n  id: x\n title: y\n", "3:2 this does not line up with the lines above -> give keys of one block the same indentation"),
        ("trial:\n  id x\n  title: y\n", "3:8 this colon is one too many in its line -> put text that holds a colon in quotes (or does the line above lack its colon?)"),
        ("trial: *base\n", "1:8 `*base` is used and nowhere set with `&base`"),
        ("trial: {}\n---\ntrial: {}\n", "2:1 a second document begins here -> one file holds one trial: remove the `---`"),
        ("", "1:1 this file is empty"),
        ("# nothing\n", "1:1 this file is empty"),
        ("- trial\n", "1:1 settings are a block of keys, as `trial:`"),
        ("trial: {id: a\x00b}\n", "1:14 a character stands here that YAML does not allow -> delete it and type it again"),
        ("trial: {title: !!python/name:os.system x}\n", "1:16 the tag `tag:yaml.org,2002:python/name:os.system` has no meaning here -> remove it"),
        ("trial: &a {title: *a}\n", "1:8 this block holds itself"),
        ("? [a, b]\n: x\n", "1:3 a key is a word, not a list or a block"),
        ("base: &b {level: 0.9}\nestimates: {<<: *b}\n", "2:13 merge keys (<<) are not read -> write the keys out, or use a second file over this one"),
    ],
)  # fmt: skip
def test_what_is_no_yaml_is_shown_where_it_is(told, text, said):
    assert said in told(text)


def test_a_key_that_stands_twice_names_both_lines(told):
    assert told("report:\n  small_cell: 11\n  style: annals\n  small_cell: 20\n") == [
        "4:3 `small_cell` stands here twice: on line 2 and again here -> keep one"
    ]


def test_an_alias_stands_for_what_its_anchor_holds(loaded, whole_trial):
    settings = loaded(whole_trial, "outcomes: {admissions: &count {covariates: [age]}, ed_visits: *count}")

    assert settings["outcomes"]["ed_visits"]["covariates"] == ["age"]


def test_a_block_with_all_its_keys_left_out_is_its_default(loaded, whole_trial):
    assert loaded(whole_trial, "report:\nestimates:\n")["report"]["small_cell"] == 11


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(loaded, whole_trial):
    settings = loaded("\ufeff" + whole_trial.replace("\n", "\r\n"))

    assert settings["trial"]["title"] == "A tiny trial"
