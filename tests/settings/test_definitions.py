"""Rules for what events are, and for outcomes that ask for what a definition leaves out."""

import pytest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "events: {ed_visit: {definition: hedis}}",
            "1:33 `hedis` is none of armwise, yale, wa_rda, tuva, n3c",
        ),
        (
            "events: {ed_visit: {avoidable: nyu}}",
            "1:32 `nyu` needs a file that classifies visits -> name the file of the classification as "
            "events.ed_visit.nyu_file",
        ),
        (
            "outcomes: {ed_visits: {where: {nyu_unclassified: 1}}}",
            "1:32 `nyu_unclassified` needs a file that classifies visits -> name the file of the "
            "classification as events.ed_visit.nyu_file",
        ),
        (
            "outcomes: {admissions: {where: {kind: newborn}}}",
            "1:39 no stay is of the kind `newborn`: there are acute, psychiatric, detoxification, "
            "rehabilitation -> choose one of them, or add it to events.inpatient_stay.kinds",
        ),
        (
            "{events: {ed_visit: {admitted: left_out}}, outcomes: {ed_visits: {where: {admitted: true}}}}",
            "1:85 visits that end in admission are left out -> set events.ed_visit.admitted to apart "
            "or counted",
        ),
        (
            "events: {inpatient_stay: {kinds: [acute, acute]}}",
            "1:42 `acute` stands in this list twice -> keep one",
        ),
    ],
)
def test_a_definition_and_what_is_asked_of_it_agree(told, text, said):
    assert said in told(text)


def test_outcomes_leave_out_visits_with_admission_unless_they_ask(loaded, whole_trial):
    assert loaded(whole_trial)["outcomes"]["ed_visits"]["where"] == {"admitted": False}
    asked = loaded(whole_trial, "outcomes: {ed_visits: {where: {admitted: true}}}")
    assert asked["outcomes"]["ed_visits"]["where"] == {"admitted": True}
    counted = loaded(whole_trial, "events: {ed_visit: {admitted: counted}}")
    assert counted["outcomes"]["ed_visits"]["where"] == {}
