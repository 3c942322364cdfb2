"""Specification curves as a reader sees them: what is said, the tables, and the figure."""

from typing import Any

import pytest
from made_up import specification_results, trial

from armwise.report.figures import specifications as figure
from armwise.report.figures.catalogue import figure_of
from armwise.report.figures.write import drawn
from armwise.report.results import Results, Row
from armwise.report.specifications import curves, finding
from armwise.report.tables.specifications import specification_choices, specifications


def rows() -> list[Row]:
    return [Row(**row) for row in specification_results()]


def test_the_curve_is_said_in_words_and_without_a_p_value() -> None:
    (curve,) = curves(Results(rows()), trial())
    said = finding(curve, trial(), Results(rows()))
    assert said == (
        "Over 12 specifications the rate ratio ranges from 0.80 to 0.91, median 0.85; of the intervals 6 "
        "lie below no effect, 6 include no effect. The prespecified one, 0.83 (0.73 to 0.97), has 3 of them "
        "below it."
    )


def test_each_choice_has_its_median_range_and_number_of_clear_intervals() -> None:
    table = specification_choices(Results(rows()), trial())
    lines = {line.label: [cell.text for cell in line.cells] for line in table.lines}
    assert lines["Hospital admissions, rate ratio: all specifications"] == ["0.85", "0.80 to 0.91", "6 of 12"]
    assert lines["As planned"] == ["0.82", "0.80 to 0.85", "6 of 6"]
    assert lines["All covered days"] == ["0.88", "0.86 to 0.91", "0 of 6"]
    assert "Standard error" not in lines  # there is but one
    assert "Left out: over reference mean: not for this outcome, or not on this scale." in table.notes
    assert "P value of a curve" in " ".join(table.notes)


def test_every_specification_is_listed_and_the_prespecified_one_marked() -> None:
    table = specifications(Results(rows()), trial())
    assert len(table.lines) == 13
    (marked,) = [line for line in table.lines if line.kind == "strong"]
    assert marked.label == "4 (prespecified)"
    assert [cell.text for cell in marked.cells] == [
        "12 mo", "As planned", "As declared", "Poisson", "CR1S", "0.83 (0.73 to 0.97)",
    ]  # fmt: skip
    assert marked.cells[-1].key.endswith("poisson.adjusted.CR1S.prespecified")


def test_the_figure_draws_them_in_order_above_their_choices() -> None:
    (panel,) = figure.panels(Results(rows()), trial(), "admissions")
    estimates = [point.numbers[0] for point in panel.points]
    assert estimates == sorted(estimates)
    assert [point.planned for point in panel.points].index(True) == 3
    labels = [label for label, _ in panel.rows]
    assert labels[:6] == ["Window", "6 mo", "12 mo", "Follow-up", "As planned", "All covered days"]
    chosen = {labels[row] for row in panel.points[3].chosen}
    assert chosen == {"12 mo", "As planned", "As declared", "Poisson"}
    shown, csv = drawn("specifications_admissions", Results(rows()), trial())
    assert [row[5] for row in csv].count("true") == 1
    assert any("Prespecified: 0.83" in text.get_text() for text in shown.axes[0].texts)
    said = figure_of("specifications_admissions", Results(rows()), trial())
    assert "All share: standard error CR1S." in said.caption
    assert said.alt.startswith("Over 12 specifications")


@pytest.mark.parametrize("trouble", [{"hidden": True}, {"error": "the model did not converge"}])
def test_what_is_hidden_or_failed_is_said_and_not_drawn(trouble: dict[str, Any]) -> None:
    first, *others = rows()
    blank = Row(**(vars(first) | dict.fromkeys(("estimate", "ci_low", "ci_high")) | trouble))
    results = Results([blank, *others])
    (curve,) = curves(results, trial())
    words = "1 are not shown, to protect small cells." if blank.hidden else "1 could not be estimated."
    assert finding(curve, trial(), results).endswith(words)
    (panel,) = figure.panels(results, trial(), "admissions")
    assert len(panel.points) == 11


def test_without_any_result_there_is_nothing_to_draw() -> None:
    drawing, _ = drawn("specifications_admissions", Results([]), trial())
    assert drawing.axes[0].texts[0].get_text() == "No result to draw"
