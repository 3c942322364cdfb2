"""Names of columns as plans write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armwise.new.spelling import alike, best_alike, phrases, words_of


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("MEMBER_NBR", ("member", "id")),
        ("MemberId", ("member", "id")),
        ("memberid", ("member", "id")),
        ("CIN", ("member", "id")),
        ("EFF_DT", ("start", "date")),
        ("TERM_DT", ("end", "date")),
        ("ORIG_CLM_NBR", ("original", "claim", "id")),
        ("ICN", ("claim", "id")),
        ("DX01", ("diagnosis", "1")),
        ("DATE_OF_DEATH", ("date", "death")),
        ("Immunizations", ("vaccine",)),
        ("FLOOFS", ("floofs",)),
    ],
)
def test_a_name_is_taken_apart_into_words_of_one_spelling(header, words):
    assert words_of(header) == words


@pytest.mark.parametrize(
    ("source", "column", "header"),
    [
        ("utilization", "bill_type", "TYPE_OF_BILL"),
        ("utilization", "bill_type", "TOB"),
        ("utilization", "from_date", "CLM_FROM_DT"),
        ("utilization", "through_date", "LDOS"),
        ("utilization", "principal_diagnosis", "ICD_DX_1"),
        ("utilization", "discharge_status", "PAT_STATUS_CD"),
        ("coverage", "coverage_end", "TermDate"),
        ("vaccinations", "cvx", "CVX_CODE"),
        ("deaths", "died_on", "DOD"),
        ("enrollment", "randomized_on", "RANDOMIZATION_DATE"),
    ],
)
def test_a_column_goes_by_the_names_that_plans_give_it(source, column, header):
    agreement = {name: best_alike(header, said) for name, said in phrases(source).items()}
    assert max(agreement, key=lambda name: agreement[name]) == column


@pytest.mark.parametrize(
    ("source", "column", "header"),
    [
        ("utilization", "discharge_date", "DISCHARGE_HOUR"),
        ("utilization", "admission_date", "ADMIT_DIAG"),
        ("utilization", "principal_diagnosis", "ADMIT_DIAG"),
        ("utilization", "paid_amount", "PAID_DT"),
        ("enrollment", "arm", "GROUP_NO"),
        ("enrollment", "stratum", "RISK_SCORE"),
    ],
)
def test_a_name_that_shares_a_word_only_is_not_taken(source, column, header):
    assert best_alike(header, phrases(source)[column]) == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_agreement_is_a_share_whatever_is_written(header, phrase):
    assert 0 <= alike(header, phrase) <= 1
