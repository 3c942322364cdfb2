"""The gate: a broken check that is to stop the run stops it, in plain words and without any value."""

import pytest

from armwise.estimates.gate import CheckFailed, refuse_stopped

HEADER = "source,check,level,severity,column,rows\n"


def table(tmp_path, *rows):
    path = tmp_path / "checks.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    return path


def test_broken_checks_of_other_severities_pass(tmp_path):
    refuse_stopped(
        table(
            tmp_path,
            "claims,value_untyped,structural,set_aside,from_date,5",
            "claims,events_after_death,logical,stop,from_date,0",
            "claims,events_after_data,logical,warn,from_date,7",
        )
    )


def test_the_message_names_source_column_check_rows_fix_and_the_table(tmp_path):
    path = table(
        tmp_path,
        "enrollment,two_arms_on_one_day,logical,stop,arm,2",
        "enrollment,arm_shares,analytical,stop,,1",
    )
    with pytest.raises(CheckFailed) as stopped:
        refuse_stopped(path)
    assert str(stopped.value) == (
        "The run stops, because the data break checks that are to stop it:\n"
        "  enrollment, column arm: one person was randomized to two arms on one day: 2 rows"
        " (two_arms_on_one_day)\n"
        "  enrollment: arm sizes disagree with the stated probabilities (P < 0.001): 1 strata (arm_shares)\n"
        "Correct the data, or say what is to become of such rows: `checks: {two_arms_on_one_day: set_aside}`."
        f" All checks: {path}"
    )
