"""Claim versions, replacements, voids, denials and repeated lines (RULES 17)."""

import pyarrow as pa
import pytest
from tables import same

from armwise.events.claims import lines_in_force


def in_force(engine, lines):
    return lines_in_force(engine, lines, lines)


def test_of_two_versions_the_later_adjudication_stands(engine, claims):
    lines = claims("""
        claim_id | claim_version | adjudicated_on | principal_diagnosis | from_date
        A        | 1             | 2018-03-01     | M545                | 2018-01-05
        A        | 2             | 2018-04-01     | I509                | 2018-01-05
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id | claim_version | principal_diagnosis
        A        | 2             | I509
    """,
    )


def test_a_replacement_replaces_all_lines(engine, claims):
    lines = claims("""
        claim_id | line_number | original_claim_id | bill_type | adjudicated_on | revenue_code
        A        | 1           |                   | 0131      | 2018-03-01     | 0450
        A        | 2           |                   | 0131      | 2018-03-01     | 0300
        B        | 1           | A                 | 0137      | 2018-04-01     | 0250
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id | line_number | revenue_code
        B        | 1           | 0250
    """,
    )


def test_a_chain_of_replacements_is_followed_to_its_first_claim(engine, claims):
    lines = claims("""
        claim_id | original_claim_id | adjudicated_on
        A        |                   | 2018-01-05
        B        | A                 | 2018-02-05
        C        | B                 | 2018-03-05
        D        | A                 | 2018-04-05
        E        | D                 | 2018-05-05
        F        | E                 | 2018-06-05
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id
        F
    """,
    )


@pytest.mark.parametrize("adjudicated", ["2018-04-01", "          "])
def test_a_void_cancels_its_chain(engine, claims, adjudicated):
    lines = claims(f"""
        claim_id | original_claim_id | bill_type | adjudicated_on
        A        |                   | 0111      | 2018-02-01
        B        | A                 | 0117      | 2018-03-01
        C        | A                 | 0118      | {adjudicated}
        D        |                   | 0111      | 2018-03-01
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id
        D
    """,
    )


def test_what_was_billed_anew_after_a_void_stands(engine, claims):
    lines = claims("""
        claim_id | original_claim_id | bill_type | adjudicated_on
        A        |                   | 0111      | 2018-02-01
        B        | A                 | 0118      | 2018-03-01
        C        | A                 | 0117      | 2018-04-01
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id
        C
    """,
    )


def test_a_void_of_a_claim_that_was_never_sent_leaves_nothing(engine, claims):
    lines = claims("""
        claim_id | original_claim_id | bill_type | adjudicated_on
        B        | UNKNOWN           | 0118      | 2018-03-01
        C        |                   | 0131      | 2018-03-01
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id
        C
    """,
    )


def test_denied_lines_do_not_count_even_of_the_latest_version(engine, claims):
    lines = claims("""
        claim_id | line_number | claim_version | claim_status | adjudicated_on
        A        | 1           | 1             | paid         | 2018-02-01
        B        | 1           | 1             | denied       | 2018-02-01
        C        | 1           | 1             | paid         | 2018-02-01
        C        | 1           | 2             | denied       | 2018-03-01
        C        | 2           | 2             | paid         | 2018-03-01
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id | line_number
        A        | 1
        C        | 2
    """,
    )


def test_a_line_sent_twice_counts_once(engine, claims):
    lines = claims("""
        claim_id | line_number | revenue_code
        A        | 1           | 0450
        A        | 1           | 0450
        A        | 2           | 0300
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id | line_number | revenue_code
        A        | 1           | 0450
        A        | 2           | 0300
    """,
    )


def test_without_dates_the_higher_version_stands_then_what_arrived_later(engine, claims):
    lines = claims("""
        claim_id | claim_version | original_claim_id
        A        | 2             |
        A        | 1             |
        B        | 1             |
        C        | 1             | B
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id | claim_version
        A        | 2
        C        | 1
    """,
    )


def test_a_replacement_that_was_denied_replaces_nothing(engine, claims):
    lines = claims("""
        claim_id | original_claim_id | bill_type | adjudicated_on | claim_status
        A        |                   | 0131      | 2018-03-01     | paid
        B        | A                 | 0137      | 2018-04-01     | denied
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id
        A
    """,
    )


def test_lines_without_a_number_all_stand(engine, claims):
    lines = claims(
        """
        claim_id | revenue_code | line_number
        A        | 0120         |
        A        | 0450         |
    """,
        line_number=pa.int64(),
    )
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id | revenue_code
        A        | 0120
        A        | 0450
    """,
    )


def test_two_people_with_one_claim_id_keep_a_line_each(engine, claims):
    lines = claims("""
        claim_id | person_id | revenue_code
        A        | P1        | 0120
        A        | P2        | 0120
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id | person_id
        A        | P1
        A        | P2
    """,
    )


@pytest.mark.parametrize("usual", [0, 1, 7])
def test_however_versions_are_numbered_the_latest_stands(engine, claims, usual):
    lines = claims(f"""
        claim_id | claim_version | adjudicated_on
        A        | {usual}       | 2018-02-01
        A        | {usual + 1}   | 2018-03-01
        B        | {usual}       | 2018-02-01
        C        | {usual}       | 2018-02-01
    """)
    same(
        engine,
        in_force(engine, lines),
        f"""
        claim_id | claim_version
        A        | {usual + 1}
        B        | {usual}
        C        | {usual}
    """,
    )


def test_a_claim_that_was_sent_again_for_another_person_does_not_stand(engine, claims):
    lines = claims("""
        claim_id | person_id | original_claim_id | bill_type | adjudicated_on
        A        | P1        |                   | 0131      | 2018-02-01
        B        | P2        | A                 | 0137      | 2018-03-01
        C        | P1        |                   | 0131      | 2018-02-01
    """)
    same(
        engine,
        lines_in_force(engine, lines, lines.filter(lines.person_id == "P1")),
        """
        claim_id
        C
    """,
    )


def test_a_later_version_without_a_wanted_line_leaves_nothing_of_the_first(engine, claims):
    lines = claims("""
        claim_id | claim_version | revenue_code | adjudicated_on
        A        | 1             | 0450         | 2018-02-01
        A        | 2             | 0300         | 2018-03-01
        B        | 1             | 0450         | 2018-02-01
    """)
    same(
        engine,
        lines_in_force(engine, lines, lines.filter(lines.revenue_code == "0450")),
        """
        claim_id
        B
    """,
    )


def test_a_reversal_under_the_number_of_its_claim_takes_it_back(engine, claims):
    lines = claims("""
        claim_id | claim_status | adjudicated_on | paid_amount
        A        | paid         | 2018-03-01     | 500
        A        | reversed     | 2018-04-01     | -500
        B        | paid         | 2018-03-01     | 90
    """)
    same(engine, in_force(engine, lines), "claim_id\nB")


def test_a_claim_that_was_reversed_and_paid_anew_stands(engine, claims):
    lines = claims("""
        claim_id | claim_status | adjudicated_on | line_number | principal_diagnosis
        A        | paid         | 2018-03-01     | 1           | M545
        A        | reversed     | 2018-04-01     | 1           | M545
        A        | paid         | 2018-04-02     | 1           | I509
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id | claim_status | principal_diagnosis
        A        | paid         | I509
    """,
    )


def test_a_reversal_as_a_later_version_takes_the_claim_back_until_a_version_after_it(engine, claims):
    lines = claims("""
        claim_id | claim_version | claim_status | adjudicated_on
        A        | 1             | paid         | 2018-03-01
        A        | 2             | reversed     | 2018-04-01
        B        | 1             | paid         | 2018-03-01
        B        | 2             | reversed     | 2018-04-01
        B        | 3             | paid         | 2018-04-01
    """)
    same(
        engine,
        in_force(engine, lines),
        """
        claim_id | claim_version
        B        | 3
    """,
    )


def test_a_professional_claim_is_taken_back_by_a_reversal_that_names_it(engine, claims):
    lines = claims("""
        claim_id | original_claim_id | claim_status | adjudicated_on | bill_type | procedure_code
        A        |                   | paid         | 2018-03-01     |           | 99283
        R        | A                 | reversed     | 2018-04-01     |           | 99283
    """)
    same(engine, in_force(engine, lines), "claim_id")
