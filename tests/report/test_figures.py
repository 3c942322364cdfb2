"""Figures: the same bytes every time, in the project's own font, with words that say what they show."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_up import CONTRAST, SETTINGS, ard, failed_primary, published, three_arms, trial

from armwise.report.figures import curves, forest, love
from armwise.report.figures.catalogue import figure_of
from armwise.report.figures.draw import sheet
from armwise.report.figures.draw.axis import Axis, ticks
from armwise.report.figures.draw.curves import apart
from armwise.report.figures.names import figure_names
from armwise.report.figures.write import drawn
from armwise.report.trial import Trial

TWICE = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from rendered import render
render(Path({folder!r}))
"""


def test_the_same_bytes_in_another_process_folder_time_zone_and_hash_seed(
    shown: Path, tmp_path: Path
) -> None:
    here = Path(__file__).parents[1]
    script = TWICE.format(tests=str(here), folder=str(tmp_path / "second"))
    elsewhere = os.environ | {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path, env=elsewhere)
    files = sorted(path.relative_to(shown) for path in shown.rglob("*") if path.is_file())
    assert len(files) > 40
    changed = [str(f) for f in files if (shown / f).read_bytes() != (tmp_path / "second" / f).read_bytes()]
    assert changed == []


def test_which_figures_there_are_follows_from_the_settings() -> None:
    s = SETTINGS
    assert figure_names(s["outcomes"], s["baseline"], ["language"], s["roles"]) == [
        "flow",
        "forest",
        "love",
        "cumulative_admissions",
        "cumulative_avoidable_admissions",
        "cumulative_ed_visits",
        "by_date_covid_vaccine",
        "subgroups",
    ]
    blocks = three_arms()[1]
    assert figure_names(blocks["outcomes"], {}, [], blocks["roles"]) == ["flow", "forest"]


def test_alt_text_says_the_finding() -> None:
    results, settings = published(), trial()
    assert figure_of("cumulative_admissions", results, settings).alt == (
        "Hospital admissions by arm after 12 months: 28.0 with usual care and 24.9 with case management "
        "per 100 enrollments."
    )
    assert figure_of("forest", results, settings).alt == (
        "Ratio (95% CI) of the primary result: 0.89 (0.80 to 0.99). 3 of the 7 intervals drawn exclude 1."
    )
    assert "3,120 randomized to usual care" in figure_of("flow", results, settings).alt


def test_captions_explain_the_mark_where_it_is_drawn() -> None:
    explained = "[c] confidential: a count from 1 to 10"
    assert explained in figure_of("subgroups", published(), trial()).caption
    assert explained not in figure_of("forest", published(), trial()).caption


def test_a_hidden_point_is_not_drawn_and_its_count_is_the_mark() -> None:
    rows = ard()
    for row in rows:
        if (
            row["outcome"] == "covid_vaccine"
            and row["window"] == "2021-02-01"
            and row["contrast"] == "control"
        ):
            row["estimate"], row["events"] = 4 / 3120, 4.0
    shown = curves.by_date(published(rows), trial(), "covid_vaccine")
    control = next(curve for curve in shown.curves if curve.arm == "control")
    hidden = [point for point in control.points if point.y is None]
    assert [point.row.window for point in hidden] == ["2021-02-01"]
    assert control.counts_at([hidden[0].x], "events", trial()) == ["[c]"]


def test_a_failed_result_is_a_line_without_a_mark() -> None:
    plot = forest.outcomes_forest(published(failed_primary()), trial())
    primary = next(line for line in plot.lines if line.kind == "strong")
    assert (primary.right, primary.numbers) == ("not estimated", None)
    assert "The primary result was not estimated." in forest.finding(plot, trial())


def test_several_arms_are_named_in_the_lines_of_a_forest_plot() -> None:
    rows, blocks = three_arms()
    plot = forest.outcomes_forest(published(rows, public=True), Trial(**blocks))
    assert [line.label for line in plot.lines if line.numbers] == [
        "Whole study: Letter",
        "Whole study: Phone call & letter",
    ]


def test_every_figure_is_drawn_even_when_results_are_missing(variant: tuple[str, Path]) -> None:
    name, folder = variant
    drawn = {path.stem for path in (folder / "figures").glob("*.svg")}
    assert drawn >= ({"flow", "forest", "love"} if name == "three arms" else {"flow", "subgroups"})


def test_the_band_of_chance_is_that_of_two_means() -> None:
    shown = love.love(published(), trial())
    assert shown.band == pytest.approx(1.96 * (1 / 3120 + 1 / 2880) ** 0.5, rel=1e-4)
    assert {line.label for line in shown.lines} >= {"Age, y", "Sex: Female", "Diabetes"}
    assert "Race and ethnicity: Pacific Islander" not in {line.label for line in shown.lines}


def test_labels_at_the_ends_of_lines_do_not_overlap() -> None:
    assert apart([10.0, 200.0], 28) == [10.0, 200.0]
    placed = apart([100.0, 101.0, 99.0], 28)
    assert sorted(placed) == pytest.approx([72, 100, 128])
    assert placed[2] < placed[0] < placed[1]


def test_ticks_are_round_and_include_no_effect() -> None:
    assert [text for _, text in ticks(Axis(0, 150, 0.5, 2.0, relative=True))] == [
        "0.5",
        "0.8",
        "1",
        "1.25",
        "2",
    ]
    assert [text for _, text in ticks(Axis(0, 150, -7.3, 7.3, relative=False))] == [
        "−6",
        "−4",
        "−2",
        "0",
        "2",
        "4",
        "6",
    ]


def test_text_is_measured_and_broken_in_the_shipped_font() -> None:
    assert sheet.wrap("one two three", sheet.width("one two")) == ["one two", "three"]
    assert sheet.wrap("unbreakable", 1) == ["unbreakable"]


def test_without_its_font_no_figure_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet._fonts.cache_clear()
    monkeypatch.setattr(sheet, "DATA", ["../../fonts/Nowhere.ttf", "../../fonts/Nowhere.ttf"])
    with pytest.raises(FileNotFoundError):
        drawn("flow", published(), trial())
    monkeypatch.undo()
    sheet._fonts.cache_clear()


def test_every_contrast_of_the_settings_is_in_the_csv_of_the_forest_plot(shown: Path) -> None:
    text = (shown / "figures/forest.csv").read_text(encoding="utf-8")
    assert text.count(f"/{CONTRAST}/") == 7
