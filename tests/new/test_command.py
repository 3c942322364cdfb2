"""`armwise new`: what becomes of a folder of extracts, and what its user is told."""

import gzip
from pathlib import Path

import pytest

from armwise.settings.loading import load

SPANS = "".join(f"A{n:04},01/{n % 28 + 1:02}/2018,12/31/2019\n" for n in range(40))


@pytest.fixture(scope="module")
def guessed(plan, tmp_path_factory):
    """Return the settings that are written for the plan's folder, read back, and their text."""
    from typer.testing import CliRunner

    from armwise.cli import app

    out = tmp_path_factory.mktemp("out") / "plan.yaml"
    result = CliRunner().invoke(app, ["new", str(plan), "--out", str(out)])
    assert result.exit_code == 0, result.output
    return load([str(out)]), out.read_text(encoding="utf-8"), result.stdout


def test_every_file_is_taken_for_what_it_is(guessed, plan):
    data = guessed[0]["data"]
    assert {source: Path(data[source]["path"]).name for source in data} == {
        "enrollment": "RANDOMIZATION.csv",
        "coverage": "ELIG_SPANS_*.txt",
        "utilization": "clm_dtl_*.csv.gz",
        "vaccinations": "imms.csv",
        "contacts": "TOUCHES.tsv",
        "deaths": "mort.dat",
    }


def test_every_column_is_taken_for_what_it_is(guessed):
    columns = {source: settings["columns"] for source, settings in guessed[0]["data"].items()}
    assert columns["enrollment"] == {
        "enrollment_id": "STUDY_ID",
        "person_id": "MBR_NBR",
        "randomized_on": "RAND_DT",
        "arm": "GRP_CD",
        "stratum": "STRATA",
        "assignment_probability": "ASSGN_PROB",
        "birth_date": "DOB",
    }
    assert columns["coverage"] == {
        "person_id": "MEMBER_NBR",
        "coverage_start": "EFF_DT",
        "coverage_end": "TERM_DT",
    }
    assert columns["utilization"] == {
        "claim_id": "CLM_NBR",
        "claim_version": "CLM_VER",
        "line_number": "LN_NBR",
        "person_id": "MBR_ID",
        "from_date": "SVC_FROM_DT",
        "through_date": "SVC_THRU_DT",
        "admission_date": "ADM_DT",
        "discharge_date": "DSCH_DT",
        "discharge_status": "DSCH_STAT_CD",
        "bill_type": "BILL_TYPE_CD",
        "revenue_code": "REV_CD",
        "procedure_code": "PROC_CD",
        "place_of_service": "POS_CD",
        "principal_diagnosis": "DX1",
        "other_diagnoses": ["DX2", "DX3"],
        "facility_id": "BILL_PROV_ID",
        "original_claim_id": "ORIG_CLM_NBR",
        "adjudicated_on": "PAID_DT",
        "claim_status": "CLM_STAT",
        "paid_amount": "PAID_AMT",
        "point_of_origin": "ADM_SRC",
    }
    assert columns["vaccinations"] == {"person_id": "CIN", "given_on": "SHOT_DT", "cvx": "VAX_CODE"}
    assert columns["contacts"] == {
        "person_id": "MBR_NBR",
        "enrollment_id": "ENROLLMENT_ID",
        "contacted_on": "CONTACT_DATE",
        "kind": "CONTACT_TYPE",
    }
    assert columns["deaths"] == {"person_id": "MBR_NBR", "died_on": "DOD"}


def test_delimiters_dates_and_values_are_told_from_the_rows(guessed):
    data = guessed[0]["data"]
    assert {source: data[source]["delimiter"] for source in data} == {
        "enrollment": ",",
        "coverage": "|",
        "utilization": ";",
        "vaccinations": ",",
        "contacts": "\t",
        "deaths": ",",
    }
    assert {source: data[source]["date_format"] for source in data} == {
        "enrollment": "%m/%d/%Y",
        "coverage": "%d%b%Y",
        "utilization": "%Y%m%d",
        "vaccinations": "%Y-%m-%d",
        "contacts": "%m/%d/%Y",
        "deaths": "%Y-%m-%d",
    }
    assert data["enrollment"]["values"] == {
        "arm": {"C": "control", "CM": "cm"},
        "sex": {"F": "Female", "M": "Male"},
    }
    assert data["coverage"]["values"] == {"coverage_end": {"31DEC2299": "31Dec9999"}}
    assert data["utilization"]["values"] == {"claim_status": {"P": "paid", "D": "denied"}}
    assert data["contacts"]["values"] == {"kind": {"ATTEMPT": "attempt"}}


def test_the_trial_is_the_examples(guessed):
    config = guessed[0]
    assert config["trial"]["id"] == "plan_2020"
    assert config["trial"]["arms"] == {"control": "Control", "cm": "CM"}
    assert config["trial"]["reference"] == "control"
    assert {name: (each["type"], each["column"]) for name, each in config["baseline"].items()} == {
        "age": ("number", "age"),
        "sex": ("category", "GENDER_CD"),
        "race_ethnicity": ("category", "RACE_ETH"),
        "language": ("category", "PREF_LANG"),
        "risk_tier": ("category", "RISK_TIER"),
    }
    assert list(config["follow_up"]["windows"]) == ["6mo", "12mo"]
    assert list(config["outcomes"]) == [
        "admissions",
        "avoidable_admissions",
        "ed_visits",
        "avoidable_ed_visits",
        "covid_vaccine",
    ]
    assert config["estimates"]["uptake"]["event"] == "contact"
    assert config["roles"]["primary"] == {"outcome": "admissions", "window": "12mo"}


def test_complete_through_is_the_end_of_the_last_whole_month(guessed):
    data = guessed[0]["data"]
    assert data["utilization"]["complete_through"] == "2020-03-31"
    assert data["coverage"]["complete_through"] == "2020-03-31"
    assert data["vaccinations"]["complete_through"] == "2021-12-31"


def test_the_settings_say_what_speaks_for_them(guessed):
    text = guessed[1]
    assert "randomized_on: RAND_DT # all are dates as %m/%d/%Y" in text
    assert "bill_type: BILL_TYPE_CD # all look like types of bill; " in text
    assert "# not used: LAST_NM" in text


def test_no_value_of_a_person_is_written_or_shown(guessed, plan):
    text = guessed[1] + guessed[2]
    first = (plan / "RANDOMIZATION.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    assert first[2].startswith("Surname")
    for value in (*first[:3], first[7]):  # ids, name, birth date
        assert value not in text


def test_what_is_written_is_accepted_at_once(guessed, plan, tmp_path, monkeypatch, check):
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(guessed[1], encoding="utf-8")

    result = check("--config", "plan.yaml")

    assert result.exit_code == 0, result.output
    assert "arms: control " in result.stdout


def test_what_could_not_be_guessed_is_refused_where_it_is_to_be_filled_in(folder, new, check):
    (folder / "elig_spans.csv").write_text("MBR_NBR,EFF_DT,TERM_DT\n" + SPANS, encoding="utf-8")

    made = new(folder)

    assert made.exit_code == 0
    assert "To fill in:\n  config.yaml:" in made.stdout
    assert "data.enrollment: one row per randomization of one person" in made.stdout
    refused = check()
    assert refused.exit_code == 1
    assert "`reference` is still to be filled in" in refused.stderr
    assert "   10 |   reference: TO FILL IN # the arm that the others are compared with" in refused.stderr
    assert refused.stderr.startswith("5 problems")
    assert refused.stderr.count("is still to be filled in") == 5


def test_a_file_that_is_there_is_written_over_by_force_alone(folder, new):
    (folder / "elig_spans.csv").write_text("MBR_NBR,EFF_DT,TERM_DT\n" + SPANS, encoding="utf-8")
    Path("config.yaml").write_text("mine", encoding="utf-8")

    refused = new(folder)
    assert (refused.exit_code, Path("config.yaml").read_text(encoding="utf-8")) == (1, "mine")
    assert "config.yaml is there already" in refused.stderr

    assert new(folder, "--force").exit_code == 0
    assert "elig_spans.csv" in Path("config.yaml").read_text(encoding="utf-8")


def test_a_missing_folder_is_a_wrong_command(folder, new):
    result = new("nowhere")
    assert result.exit_code == 2
    assert "there is no folder nowhere" in result.stderr


def test_an_empty_folder_gives_no_settings(folder, new):
    result = new(folder)
    assert result.exit_code == 1
    assert result.stderr == "extracts: no file in it looks like an extract of a trial.\n"
    assert not Path("config.yaml").exists()


def test_a_folder_with_nothing_usable_says_why_of_each_file(folder, new):
    (folder / "notes.docx").write_bytes(b"PK")
    (folder / "weather.csv").write_text("station,rain\n" + "north,3\n" * 20, encoding="utf-8")
    (folder / "empty.csv").touch()
    (folder / "only_names.csv").write_text("MBR_NBR,EFF_DT,TERM_DT\n", encoding="utf-8")
    (folder / "packed.zip").write_bytes(b"PK")

    result = new(folder)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[1:] == [
        "not used              weather.csv (not recognized)",
        "not used              empty.csv (empty)",
        "not used              notes.docx (no kind of table that is read)",
        "not used              only_names.csv (has a header and no rows)",
        "not used              packed.zip (unpack it first)",
    ]


def test_unreadable_files_are_named_and_the_others_are_used(folder, new):
    (folder / "elig_spans.csv").write_text("MBR_NBR,EFF_DT,TERM_DT\n" + SPANS, encoding="utf-8")
    (folder / "cut.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n" * 10_000)[:50])
    (folder / "no_gzip.csv.gz").write_text("a,b\n1,2\n", encoding="utf-8")
    (folder / "no_parquet.parquet").write_text("a,b\n", encoding="utf-8")
    (folder / "binary.csv").write_bytes(b"a,b\n\0\1\2")

    result = new(folder)

    assert result.exit_code == 0
    for name in ("cut.csv.gz", "no_gzip.csv.gz", "no_parquet.parquet", "binary.csv"):
        assert f"not used              {name} (" in result.stdout
    assert "Traceback" not in result.output


@pytest.mark.parametrize("first", ["A0017,SMITH,F,02/03/1961", "A0017,SMITH,F,English"])
def test_a_file_without_names_of_columns_is_left_alone_and_its_first_row_is_not_shown(folder, new, first):
    rows = f"{first}\n" + "".join(f"A{n:04},JONES,F,English\n" for n in range(20))
    (folder / "elig_spans.csv").write_text("MBR_NBR,EFF_DT,TERM_DT\n" + SPANS, encoding="utf-8")
    (folder / "members.csv").write_text(rows, encoding="utf-8")

    result = new(folder)

    assert "members.csv (line 1 holds values, not the names of the columns" in result.stdout
    assert "SMITH" not in result.output + Path("config.yaml").read_text(encoding="utf-8")


def test_dates_whose_day_and_month_cannot_be_told_apart_are_to_be_looked_at(folder, new):
    rows = "".join(f"A{n:04},0{n % 9 + 1}/01/2018,01/01/2019\n" for n in range(40))
    (folder / "elig_spans.csv").write_text("MBR_NBR,EFF_DT,TERM_DT\n" + rows, encoding="utf-8")

    assert "no day above 12: its dates could as well be %d/%m/%Y as %m/%d/%Y" in new(folder).stdout


def test_another_file_tells_the_order_of_day_and_month(folder, new):
    rows = "".join(f"A{n:04},0{n % 9 + 1}/01/2018,01/01/2019\n" for n in range(40))
    shots = "".join(f"A{n:04},{n % 28 + 1:02}/02/2021,208\n" for n in range(40))
    (folder / "elig_spans.csv").write_text("MBR_NBR,EFF_DT,TERM_DT\n" + rows, encoding="utf-8")
    (folder / "vax.csv").write_text("MBR_NBR,SHOT_DT,CVX\n" + shots, encoding="utf-8")

    result = new(folder)

    assert "could as well" not in result.stdout
    assert Path("config.yaml").read_text(encoding="utf-8").count('date_format: "%d/%m/%Y"') == 2


def test_large_files_are_read_in_part_and_that_is_said(folder, new):
    (folder / "elig_spans.csv").write_text("MBR_NBR,EFF_DT,TERM_DT\n" + SPANS, encoding="utf-8")

    new(folder, "--rows", "20")

    assert "the first 20 rows of elig_spans.csv looked at" in Path("config.yaml").read_text(encoding="utf-8")


def test_help_shows_an_example(new):
    result = new("--help")
    assert "armwise new data/raw/plan --out plan.yaml" in result.stdout
    assert "1 when they could not be, 2 when the" in result.stdout


def test_other_things_that_happened_to_persons_become_records(folder, new, check):
    bookings = "".join(f"A{n:04},{n % 12 + 1}/28/2018,12/31/2018,{'FM'[n % 2]}\n" for n in range(40))
    (folder / "elig_spans.csv").write_text("MBR_NBR,EFF_DT,TERM_DT\n" + SPANS, encoding="utf-8")
    (folder / "jail.csv").write_text("MBR_NBR,BOOKED,RELEASED,SEVERITY\n" + bookings, encoding="utf-8")

    assert "records.jail" in new(folder).stdout

    Path("rest.yaml").write_text(
        "trial: {arms: {a: A, b: B}, reference: a}\ndata: {enrollment: {path: x.csv}}\n"
        "outcomes: {jail: {event: jail_event, measure: count}}\n"
        "roles: {primary: {outcome: jail, window: 6mo}}\n",
        encoding="utf-8",
    )
    config = load(["config.yaml", "rest.yaml"])
    assert config["data"]["jail"]["columns"] == {
        "person_id": "MBR_NBR",
        "occurred_on": "BOOKED",
        "ended_on": "RELEASED",
    }
    assert config["events"]["declared"]["jail_event"]["attributes"] == {"severity": "SEVERITY"}


def test_a_trial_in_one_table_is_told_by_its_arms(folder, new):
    rows = "".join(f"{n},{'01'[n % 2]},{'01'[n % 3 % 2]},{n * 7 % 50}\n" for n in range(60))
    (folder / "persons.csv").write_text("id,treatment,got_result,visits\n" + rows, encoding="utf-8")

    result = new(folder)

    text = Path("config.yaml").read_text(encoding="utf-8")
    assert "participants          extracts/persons.csv" in result.stdout
    assert "arm: treatment # 2 different values" in text
    assert "# columns of 0 and 1: got_result\n# columns of numbers: visits\noutcomes: TO FILL IN" in text
    Path("rest.yaml").write_text(
        "outcomes: {got: {column: got_result, measure: binary}}\nroles: {primary: {outcome: got}}\n",
        encoding="utf-8",
    )
    config = load(["config.yaml", "rest.yaml"])
    assert (config["trial"]["arms"], config["trial"]["reference"]) == (
        {"control": "Control", "treatment": "Treatment"},
        "control",
    )


def test_characteristics_in_another_file_are_pointed_at(folder, new):
    arms = "".join(f"A{n:04},2018-01-0{n % 9 + 1},{'CT'[n % 2]}\n" for n in range(40))
    members = "".join(f"A{n:04},1960-01-0{n % 9 + 1},{'FM'[n % 2]}\n" for n in range(40))
    (folder / "lottery.csv").write_text("MBR_NBR,RAND_DT,ARM\n" + arms, encoding="utf-8")
    (folder / "members.csv").write_text("MBR_NBR,DOB,SEX\n" + members, encoding="utf-8")

    assert "members.csv has characteristics of persons (DOB, SEX)" in new(folder).stdout


def test_persons_that_two_files_write_in_another_way_are_pointed_at(folder, new):
    arms = "".join(f"A{n:04},2018-01-0{n % 9 + 1},{'CT'[n % 2]}\n" for n in range(40))
    spans = "".join(f"9{n:07},2018-01-01,2018-12-31\n" for n in range(40))
    (folder / "lottery.csv").write_text("MBR_NBR,RAND_DT,ARM\n" + arms, encoding="utf-8")
    (folder / "elig.csv").write_text("MBR_NBR,EFF_DT,TERM_DT\n" + spans, encoding="utf-8")

    said = new(folder).stdout
    assert "MBR_NBR has nobody of lottery.csv: ids are written with 8 digits here" in said
    assert "and with 1 letter, 4 digits there" in said


def test_a_crosswalk_is_told_by_the_persons_that_it_joins(folder, new, check):
    old = [f"{n:06}" for n in range(40)]
    arms = "".join(f"{id_},2018-01-0{n % 9 + 1},{'CT'[n % 2]}\n" for n, id_ in enumerate(old))
    deaths = "".join(f"H{id_},2019-01-0{n % 9 + 1}\n" for n, id_ in enumerate(old[::2]))
    (folder / "lottery.csv").write_text("MBR_NBR,RAND_DT,ARM\n" + arms, encoding="utf-8")
    (folder / "mort.csv").write_text("CIN,DOD\n" + deaths, encoding="utf-8")
    (folder / "ids.csv").write_text("NEW,OLD\n" + "".join(f"H{id_},{id_}\n" for id_ in old), encoding="utf-8")

    assert "ids are written with" not in new(folder).stdout

    text = Path("config.yaml").read_text(encoding="utf-8")
    assert "translates: [deaths]" in text
    assert "source_person_id: NEW #" in text
    assert "person_id: OLD #" in text


def test_a_log_of_contacts_that_ends_before_the_windows_is_to_be_filled_in(folder, new, plan):
    for file in plan.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    lines = (folder / "TOUCHES.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    early = [line for line in lines if line.split("\t")[2][-4:] not in ("2019", "2020")]
    (folder / "TOUCHES.tsv").write_text("".join(early), encoding="utf-8")

    assert "data.contacts.complete_through: the last contacts are of 2018-12-" in new(folder).stdout


def test_claims_without_coverage_ask_for_it(folder, new, check):
    rows = "".join(f"C{n},A{n:04},2018-01-{n % 28 + 1:02},0450,99283\n" for n in range(40))
    (folder / "claims.csv").write_text("CLM_NBR,MBR_NBR,SVC_DT,REV_CD,PROC_CD\n" + rows, encoding="utf-8")

    assert "data.coverage: spans of eligibility" in new(folder).stdout
    assert "observed while covered" not in check().stderr
