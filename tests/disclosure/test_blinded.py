"""While a trial is blinded nothing shows how large an arm is."""

from armwise.disclosure.blinded import REASON, without_sizes

ROW = {
    "key": "k", "contrast": "offer", "measure": "rate", "estimate": 0.2, "std_error": 0.01, "ci_low": 0.18,
    "ci_high": 0.22, "df": 99, "n": 100, "n_informative": None, "clusters": 100, "events": 20,
    "person_years": 98.5, "hidden": False,
}  # fmt: skip


def shown(arms=("usual", "offer"), **changed):
    (row,), log = without_sizes([ROW | changed], [], arms)
    return row, log


def test_of_an_arm_the_rate_is_shown_and_nothing_that_grows_with_the_arm():
    row, log = shown()
    assert {name: value for name, value in row.items() if value is not None} == {
        "key": "k", "contrast": "offer", "measure": "rate", "estimate": 0.2, "hidden": True,
    }  # fmt: skip
    assert log == [
        {
            "key": "k",
            "columns": "std_error ci_low ci_high df n clusters events person_years",
            "reason": REASON,
        }
    ]


def test_counts_and_stated_probabilities_of_an_arm_are_hidden():
    for measure in ("count", "missing_outcome", "stated_probability"):
        assert shown(measure=measure)[0]["estimate"] is None


def test_what_is_counted_over_both_arms_of_a_contrast_is_the_whole_trial():
    row, log = shown(contrast="offer vs usual")
    assert (row, log) == (ROW | {"contrast": "offer vs usual"}, [])


def test_of_three_arms_the_pairs_would_give_each_arm_away():
    row, _ = shown(("usual", "offer", "more"), contrast="offer vs usual")
    assert row["n"] is row["events"] is row["person_years"] is None
    assert row["std_error"] == 0.01
    assert shown(("usual", "offer", "more"), contrast="all")[0] == ROW | {"contrast": "all"}
