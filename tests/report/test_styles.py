"""One line of the outcome table and the key sentence as each journal prints them."""

import pytest
from made_up import SETTINGS, published

from armwise.report.page.words import key_sentences
from armwise.report.styles import STYLES, THIN
from armwise.report.tables.catalogue import TABLES
from armwise.report.trial import Trial

PRINTED = {
    "annals": (
        ["812", "28.0", "667", "24.9", "0.89 (0.80 to 0.99)", "−3.1 (−6.1 to −0.1)", "0.021"],
        "3,120",
    ),
    "jama": (["812", "28.0", "667", "24.9", "0.89 (0.80-0.99)", "−3.1 (−6.1 to −0.1)", ".02"], "3120"),
    "nejm": (["812", "28.0", "667", "24.9", "0.89 (0.80 to 0.99)", "−3.1 (−6.1 to −0.1)", "0.02"], "3,120"),
    "bmj": (["812", "28.0", "667", "24.9", "0.89 (0.80 to 0.99)", "−3.1 (−6.1 to −0.1)", "0.021"], "3120"),
}
INTERVALS = {
    "annals": "(95% CI, 0.80 to 0.99)",
    "jama": "(95% CI, 0.80-0.99)",
    "nejm": "(95% CI, 0.80 to 0.99)",
    "bmj": "(95% CI 0.80 to 0.99)",
}


def in_style(name: str) -> Trial:
    return Trial(**SETTINGS | {"report": SETTINGS["report"] | {"style": name}})


@pytest.mark.parametrize("style", STYLES)
def test_a_line_of_the_outcome_table(style: str) -> None:
    lines = TABLES["outcomes"](published(), in_style(style)).lines
    cells, n = PRINTED[style]
    assert [cell.text for cell in lines[2].cells] == cells
    assert lines[-1].cells[0].text.endswith(f"/{n}")


@pytest.mark.parametrize("style", STYLES)
def test_the_interval_of_the_key_sentence(style: str) -> None:
    ((_, numbers), *_) = key_sentences(published(), in_style(style))
    assert INTERVALS[style] in numbers


def test_large_numbers_have_a_thin_space_at_jama_and_none_below_ten_thousand() -> None:
    assert STYLES["jama"].thousands == THIN
    assert (STYLES["jama"].thousands_from, STYLES["annals"].thousands_from) == (10_000, 1_000)
