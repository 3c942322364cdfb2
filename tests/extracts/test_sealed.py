"""Assignments that the settings state in place of columns, and assignments that nobody may see yet."""

import pytest

from armwise.extracts.contracts import contract_of
from armwise.extracts.engine import connect
from armwise.extracts.errors import ExtractError
from armwise.extracts.ingest import Checking, ingest

SENT = """
    enrollment_id,person_id,randomized_on,arm
    E1,P1,2018-01-01,control
    E2,P2,2018-01-01,treated
    E3,P3,2018-01-01,unheard-of
    E4,P4,2018-13-01,treated
    E5,P5,2018-01-01,control,P5 is too much
"""
STATED = {"stratum": "all", "assignment_probability": {"control": "0.75", "treated": "0.25"}}


def read(plan, stated=None, sealed=()):
    contract = contract_of("enrollment", ["control", "treated"], {}, stated)
    laid = [plan.laid(plan.sends(SENT))]
    return ingest(connect(1), "enrollment", laid, 1.0, contract, plan.outputs, Checking(sealed=sealed))


def test_a_stratum_and_probabilities_that_the_settings_state_need_no_columns(plan):
    read(plan, STATED)
    assert [(row["arm"], row["stratum"], row["assignment_probability"]) for row in plan.kept] == [
        ("control", "all", 0.75),
        ("treated", "all", 0.25),
    ]


def test_without_them_the_columns_are_asked_for(plan):
    with pytest.raises(ExtractError, match="assignment_probability"):
        read(plan, {"stratum": "all"})


def test_of_sealed_columns_no_value_is_kept_and_their_rules_still_hold(plan):
    (tally,) = read(plan, STATED, ["arm", "assignment_probability"])
    assert [(row["enrollment_id"], row["arm"], row["assignment_probability"]) for row in plan.kept] == [
        ("E1", None, None),
        ("E2", None, None),
    ]
    assert [(column, value) for _, column, value, _ in plan.aside] == [
        ("arm", None),
        ("randomized_on", "2018-13-01"),
        ("(line)", None),
    ]
    assert tally.set_aside == 3
