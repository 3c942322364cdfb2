"""A source may have several layouts: what is wrong in one is said at its line and column."""

import pytest


def test_a_layout_takes_what_it_leaves_out_from_nowhere(loaded, whole_trial):
    over = """\
data:
  utilization: {delimiter: "|", also: [{path: professional.csv, date_format: "%m/%d/%Y"}]}
"""
    (also,) = loaded(whole_trial, over)["data"]["utilization"]["also"]
    assert (also["delimiter"], also["date_format"], also["missing"]) == (",", "%m/%d/%Y", ["", "NA"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{date_format: '%m/%d/%Y'}", "1:29 `path` is missing in `data.utilization.also.0`"),
        ("{path: p.csv, delimeter: '|'}", "1:43 unknown key `delimeter` in `data.utilization.also.0`"),
        (
            "{path: p.csv, complete_through: 2020-03-31}",
            "1:43 unknown key `complete_through` in `data.utilization.also.0` "
            "-> it belongs under `data.utilization`",
        ),
        (
            "{path: p.csv, database: {table: claims}}",
            "1:43 unknown key `database` in `data.utilization.also.0` -> it belongs under `data.utilization`",
        ),
        (
            "{path: p.csv, columns: {claim: ICN}}",
            "1:53 there is no column in the contract of `utilization`: `claim`",
        ),
        ("{path: claims.csv}", "1:36 `claims.csv` has a layout of its own above"),
        ("{path: p.txt, format: fixed_width}", "1:51 a fixed-width file needs its `fields`"),
        ("{path: '${PLAN}/p.csv'}", "1:36 the environment variable PLAN is not set"),
    ],
)
def test_what_is_wrong_in_a_layout_is_said_at_its_place(told, text, problem):
    (said,) = told(f"data: {{utilization: {{also: [{text}]}}}}")
    assert said.startswith(problem)
