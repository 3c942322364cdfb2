"""Numbers as each journal prints them."""

import pytest

from armwise.report.numbers import (
    fixed,
    interval,
    limits,
    p_phrase,
    p_value,
    percent,
    ratio,
    whole,
)
from armwise.report.styles import STYLES, THIN

ANNALS, JAMA, NEJM, BMJ = (STYLES[name] for name in ("annals", "jama", "nejm", "bmj"))


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0.845, 2, "0.85"),  # in binary it is 0.84499999...
        (2.675, 2, "2.68"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (-0.001, 2, "0.00"),
        (0.1 + 0.2, 1, "0.3"),
        (1234.5, 1, "1,234.5"),
        (999.95, 1, "1,000.0"),
        (-57972, 0, "−57,972"),
        (1e-13, 2, "0.00"),
        (None, 2, "—"),
        (float("nan"), 2, "—"),
        (float("inf"), 2, "—"),
    ],
)
def test_rounding_is_half_up_of_what_was_meant(value: float | None, digits: int, shown: str) -> None:
    assert fixed(value, digits, ANNALS) == shown


@pytest.mark.parametrize(
    ("p", "annals", "jama", "nejm", "bmj"),
    [
        (0.00004, "<0.001", "<.001", "<0.001", "<0.001"),
        (0.0009999, "<0.001", "<.001", "<0.001", "<0.001"),
        (0.001, "0.001", ".001", "0.001", "0.001"),
        (0.0213, "0.021", ".02", "0.02", "0.021"),
        (0.0449, "0.045", ".04", "0.04", "0.045"),
        (0.0495, "0.050", ".0495", "0.05", "0.050"),  # JAMA: not ".05", which would look nonsignificant
        (0.05, "0.050", ".05", "0.05", "0.050"),
        (0.149, "0.149", ".15", "0.15", "0.15"),
        (0.204, "0.20", ".20", "0.20", "0.20"),
        (0.85, "0.85", ".85", "0.85", "0.85"),
        (0.994, ">0.99", ">.99", ">0.99", ">0.99"),
        (1.0, ">0.99", ">.99", ">0.99", ">0.99"),
        (None, "—", "—", "—", "—"),
    ],
)
def test_p_values(p: float | None, annals: str, jama: str, nejm: str, bmj: str) -> None:
    assert [p_value(p, style) for style in (ANNALS, JAMA, NEJM, BMJ)] == [annals, jama, nejm, bmj]


def test_a_p_value_in_a_sentence_has_its_sign() -> None:
    assert p_phrase(0.0213, ANNALS) == "P = 0.021"
    assert p_phrase(0.00004, ANNALS) == "P < 0.001"


@pytest.mark.parametrize(
    ("value", "annals", "jama", "bmj"),
    [
        (0, "0", "0", "0"),
        (1234, "1,234", "1234", "1234"),
        (57972, "57,972", f"57{THIN}972", "57,972"),
        (1234567, "1,234,567", f"1{THIN}234{THIN}567", "1,234,567"),
    ],
)
def test_thousands(value: float, annals: str, jama: str, bmj: str) -> None:
    assert [whole(value, style) for style in (ANNALS, JAMA, BMJ)] == [annals, jama, bmj]


def test_percentages_and_ratios() -> None:
    assert percent(0.33945, ANNALS) == "33.9"
    assert percent(1.0, ANNALS) == "100.0"
    assert [ratio(x, ANNALS) for x in (0.0, 0.0234, 0.094, 0.095, 0.895, 2.0, 12.34)] == [
        "0.00", "0.023", "0.094", "0.10", "0.90", "2.00", "12.3",
    ]  # fmt: skip


def test_intervals() -> None:
    assert interval("0.81", "0.98", 0.95, ANNALS) == "95% CI, 0.81 to 0.98"
    assert interval("0.81", "0.98", 0.95, JAMA) == "95% CI, 0.81-0.98"
    assert interval("0.81", "0.98", 0.975, BMJ) == "97.5% CI 0.81 to 0.98"
    assert limits("−5.6", "−2.4", JAMA) == "−5.6 to −2.4"  # a dash beside a minus sign would mislead
