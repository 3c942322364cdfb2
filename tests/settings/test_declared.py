"""Events and sources of one's own: any name that means nothing else, and only columns that there are."""

import json

from resolved import as_written

JAIL = """\
data:
  records:
    jail: {path: jail.csv, complete_through: "2020-03-31", columns: {occurred_on: BOOKED}}
"""
INTAKES = """\
events:
  declared:
    jail_intake: {source: jail, where: {status: booked}, attributes: {charge: CHARGE}}
outcomes:
  jail_intakes: {event: jail_intake, where: {charge: [F, M]}, measure: count}
"""
WANTED = """\
events:
  declared:
    program: {source: utilization, where: {procedure_code: ["H00*", 0450]}}
"""


def test_a_source_of_ones_own_stands_beside_the_others(loaded, whole_trial):
    data = loaded(whole_trial, JAIL)["data"]

    assert "records" not in data
    assert data["jail"]["path"] == "jail.csv"
    assert {name: source["contract"] for name, source in data.items()} == {
        "enrollment": "enrollment",
        "coverage": "coverage",
        "utilization": "utilization",
        "vaccinations": "vaccinations",
        "jail": "records",
    }


def test_an_event_of_ones_own_is_counted_like_any_other(loaded, whole_trial):
    settings = loaded(whole_trial, JAIL, INTAKES)

    assert settings["events"]["declared"]["jail_intake"] == {
        "source": "jail",
        "where": [{"status": ["booked"]}],
        "unless": [],
        "one_per": "record",
        "starts_on": "occurred_on",
        "ends_on": "ended_on",
        "attributes": {"charge": "CHARGE"},
    }
    assert loaded(json.dumps(as_written(settings))) == settings


def test_of_claims_an_event_is_one_per_person_and_day(loaded, whole_trial):
    program = loaded(whole_trial, WANTED)["events"]["declared"]["program"]

    assert (program["one_per"], program["starts_on"], program["ends_on"]) == (
        "person_day",
        "from_date",
        "through_date",
    )
    assert program["where"] == [{"procedure_code": ["H00*", "0450"]}]


def test_a_name_that_armwise_gives_itself_is_refused(told):
    assert told("data: {records: {deaths: {path: d.csv}}}") == [
        "1:18 `deaths` is a source with a contract of its own -> "
        "give it as `data.deaths`, or choose another name"
    ]
    assert told(JAIL + "events: {declared: {ed_visit: {source: jail}}}") == [
        "4:21 `ed_visit` is an event that armwise derives itself -> choose another name"
    ]
    assert told(JAIL + "events: {declared: {encounters: {source: jail}}}") == [
        "4:21 the name `encounters` is taken already -> choose another name"
    ]


def test_a_source_that_is_not_declared_is_refused(told):
    assert told(JAIL + "events: {declared: {intake: {source: jial}}}") == [
        "4:38 there is no source `jial` -> did you mean `jail`?"
    ]
    assert told("events: {declared: {gap: {source: coverage}}}") == [
        "1:35 `coverage` holds nothing that happened on a day -> there are: utilization, vaccinations"
    ]


def test_a_column_that_the_contract_lacks_is_refused_and_any_column_of_ones_own_is_not(told):
    assert told(JAIL + INTAKES.replace("outcomes:", "outcomes: {}\nx:"))[0].startswith("8:1 unknown key `x`")
    assert told("events: {declared: {p: {source: utilization, where: {proc_code: H0020}}}}") == [
        "1:54 there is no column in the contract of `utilization` called `proc_code` "
        "-> did you mean `procedure_code`?"
    ]
    assert told("events: {declared: {p: {source: utilization, starts_on: paid_amount}}}") == [
        "1:57 there is no day in the contract of `utilization` called `paid_amount` -> "
        "there are: from_date, through_date, admission_date, discharge_date"
    ]
    assert told(JAIL + INTAKES) == []


def test_columns_of_ones_own_source_are_those_that_its_events_name(told):
    assert told(JAIL.replace("BOOKED", "BOOKED, status: STATE") + INTAKES) == []
    assert told(JAIL.replace("BOOKED", "BOOKED, place: WHERE") + INTAKES) == [
        "3:91 there is no column in the contract of `jail`: `place` -> there are: person_id, occurred_on, "
        "ended_on, record_id, status, CHARGE"
    ]


def test_an_attribute_that_the_event_does_not_keep_is_refused(told):
    assert told(JAIL + INTAKES.replace("{charge: [F, M]}", "{felony: true}")) == [
        "8:46 there is no attribute of jail_intake called `felony` -> there is: charge"
    ]


def test_a_source_that_events_are_counted_from_is_complete_through_a_day(told):
    assert told((JAIL + INTAKES).replace('complete_through: "2020-03-31", ', "")) == [
        "3:5 `complete_through` is missing in `data.records.jail`: a window could end after the data do -> "
        'give the last day that the extract holds whole, as complete_through: "2020-03-31"'
    ]


def test_an_attribute_may_be_one_of_several_values(told):
    admissions = (
        "outcomes: {admissions: {event: inpatient_stay, where: {avoidable: [true, yes]}, measure: count}}"
    )

    assert told(admissions) == ["1:74 `avoidable` is true or false, not `yes` -> write true"]


def test_a_star_stands_for_the_rest_of_a_value(told):
    assert told('events: {declared: {p: {source: utilization, where: {revenue_code: "*45"}}}}') == [
        "1:53 `*45`: a `*` stands for the rest of a value, behind its beginning -> as 045* for 0450 to 0459"
    ]


def test_a_value_that_an_attribute_never_has_is_refused(told):
    where = "where: {kind: [primary_care, primary]}"
    visits = f"outcomes: {{visits: {{event: outpatient_visit, {where}, measure: count}}}}"

    assert told(visits) == ["1:75 there is no kind `primary` -> did you mean `primary_care`?"]


def test_a_season_is_two_years_that_follow_each_other(told):
    flu = "outcomes: {flu: {event: influenza_dose, where: {season: SEASON}, measure: count}}"

    assert told(flu.replace("SEASON", "2018-19")) == []
    assert told(flu.replace("SEASON", "1999-00")) == []
    assert told(flu.replace("SEASON", "2018-20")) == ["1:57 `2018-20` is no season -> written as 2018-19"]
    assert told(flu.replace("SEASON", "2018")) == ["1:57 `2018` is no season -> written as 2018-19"]
