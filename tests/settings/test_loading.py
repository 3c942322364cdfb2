"""What comes out: files laid over each other, defaults filled in, nothing but plain values."""

import json
import subprocess
import sys

import pytest
from resolved import as_written

from armwise.settings import load


def test_a_later_file_is_laid_over_an_earlier_one(loaded, whole_trial):
    settings = loaded(whole_trial, "follow_up: {windows: {18mo: {months: 18}}, gap_days: 30}")

    assert list(settings["follow_up"]["windows"]) == ["6mo", "12mo", "18mo"]
    assert settings["follow_up"]["gap_days"] == 30


def test_a_list_is_replaced_not_lengthened(loaded, whole_trial):
    settings = loaded(whole_trial, "estimates: {covariates: [age, sex]}", "estimates: {covariates: [sex]}")

    assert settings["estimates"]["covariates"] == ["sex"]


def test_an_empty_value_takes_a_key_away(loaded, whole_trial):
    settings = loaded(whole_trial, "follow_up: {windows: {6mo: }}\nbaseline: {age: ~}")

    assert list(settings["follow_up"]["windows"]) == ["12mo"]
    assert list(settings["baseline"]) == ["sex"]


def test_a_problem_is_placed_in_the_file_that_caused_it(told):
    assert told("report: {style: nemj}") == [
        "1:17 `nemj` is none of annals, jama, nejm, bmj -> did you mean `nejm`?"
    ]


@pytest.mark.parametrize(
    ("window", "label"),
    [
        ("{months: 6}", "6 months"),
        ("{months: 1}", "1 month"),
        ("{from_month: 6, to_month: 12}", "Months 7 to 12"),
        ("{from_month: 6, to_month: 7}", "Month 7"),
        ("{until: 2019-06-30}", "Until 2019-06-30"),
        ("{months: 6, label: Half a year}", "Half a year"),
    ],
)
def test_a_window_has_a_label(loaded, whole_trial, window, label):
    settings = loaded(whole_trial, f"follow_up: {{windows: {{late: {window}}}}}")

    assert settings["follow_up"]["windows"]["late"]["label"] == label


def test_labels_are_the_names_in_words(loaded, whole_trial):
    settings = loaded(whole_trial, "outcomes: {avoidable_ed_visits: {event: ed_visit, measure: count}}")

    assert settings["outcomes"]["avoidable_ed_visits"]["label"] == "Avoidable ED visits"
    assert settings["baseline"]["sex"] == {
        "label": "Sex",
        "type": "category",
        "column": "sex",
        "spline": False,
    }


def test_claims_are_observed_while_covered_and_registries_always(loaded, whole_trial):
    data = loaded(whole_trial)["data"]

    assert data["utilization"]["observed_while"] == "covered"
    assert data["vaccinations"]["observed_while"] == "always"


def test_only_declared_sources_are_there(loaded, whole_trial):
    assert list(loaded(whole_trial)["data"]) == ["enrollment", "coverage", "utilization", "vaccinations"]


def test_the_analysis_that_counts_is_adjusted_when_there_are_covariates(loaded, whole_trial):
    assert loaded(whole_trial)["roles"]["analysis"] == "unadjusted"
    assert loaded(whole_trial, "estimates: {covariates: [age]}")["roles"]["analysis"] == "adjusted"


def test_a_trial_of_persons_has_the_whole_study_as_its_window(loaded, persons):
    settings = loaded(persons)

    assert settings["follow_up"]["windows"] == {"study": {"label": "Whole study"}}
    assert settings["roles"]["primary"] == {"outcome": "got", "window": "study"}


def test_a_by_date_outcome_has_the_window_of_its_date(loaded, whole_trial):
    settings = loaded(
        whole_trial,
        "outcomes: {vaccine: {event: covid_dose, measure: by_date, date: 2021-09-30}}\n"
        "roles: {primary: {outcome: vaccine, window: }}",
    )

    assert settings["roles"]["primary"]["window"] == "by_2021-09-30"


def test_columns_may_differ_by_window_and_be_joined(loaded, persons):
    settings = loaded(
        persons,
        "data: {participants: {columns: {stratum: [month, tier]}}}\n"
        "follow_up: {windows: {1yr: {}, 2yr: {}}}\n"
        "outcomes: {got: {column: {1yr: got_17, 2yr: got_18}}}\n"
        "roles: {primary: {window: 2yr}}",
    )

    assert settings["data"]["participants"]["columns"] == {"stratum": ["month", "tier"]}
    assert settings["outcomes"]["got"]["column"] == {"1yr": "got_17", "2yr": "got_18"}


@pytest.mark.parametrize("trial", ["whole_trial", "persons"])
def test_resolved_settings_are_plain_and_read_back_the_same(loaded, request, trial):
    settings = loaded(request.getfixturevalue(trial))

    assert loaded(json.dumps(as_written(settings))) == settings


@pytest.mark.parametrize("path", ["config.yaml", "trials/thornton_hiv/config.yaml"])
def test_the_settings_of_the_repository_are_sound_and_short(repository, path):
    assert load([str(repository / path)])["trial"]["id"]
    assert len((repository / path).read_text(encoding="utf-8").splitlines()) < 60


def test_reading_settings_imports_nothing_heavy():
    heavy = (
        "{'ibis', 'duckdb', 'pandas', 'numpy', 'pyarrow', 'matplotlib', 'statsmodels', 'typer', 'snakemake'}"
    )
    code = f"import sys, armwise.settings; print(sorted({heavy} & set(sys.modules)))"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
