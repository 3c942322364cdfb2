"""The page: what it says, and how a browser takes it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_up import CONTRAST, SETTINGS, ard, failed_primary, published, record, three_arms, trial

from armwise.report.page.methods import paragraphs
from armwise.report.page.words import cards, disclosure_statement, key_sentences
from armwise.report.trial import Trial

CHROMIUM = Path("/usr/bin/chromium")


def test_the_key_result_is_a_sentence_with_relative_and_absolute_effect() -> None:
    assert list(key_sentences(published(), trial())) == [
        (
            "Rates of hospital admissions were lower with case management than with usual care over 12 mo:",
            "24.9 vs 28.0 per 100 person-years; rate ratio 0.89 (95% CI, 0.80 to 0.99); "
            "difference −3.1 (95% CI, −6.1 to −0.1) per 100 person-years",
        )
    ]


def test_an_interval_that_holds_no_effect_is_no_clear_difference() -> None:
    roles = SETTINGS["roles"] | {"primary": {"outcome": "ed_visits", "window": "6mo"}}
    finding, numbers = next(key_sentences(published(), trial(roles=roles)))
    assert finding == "ED visits: no clear difference between case management and usual care over 6 mo:"
    assert "rate ratio 0.96 (95% CI, 0.89 to 1.03)" in numbers


def test_a_failed_primary_result_says_why() -> None:
    finding, numbers = next(key_sentences(published(failed_primary()), trial()))
    assert finding == (
        "Hospital admissions, over 12 mo: the effect of case management against usual care could not be "
        "estimated: no stratum tells case_management vs control apart: arm and strata coincide."
    )
    assert numbers == ""


def test_each_arm_has_its_sentence() -> None:
    rows, blocks = three_arms()
    findings = [text for text, _ in key_sentences(published(rows, public=True), Trial(**blocks))]
    assert findings == [
        "Flu shot was more frequent with letter than with no offer (whole study):",
        "Flu shot was more frequent with phone call & letter than with no offer (whole study):",
    ]


def test_the_first_screen_counts() -> None:
    assert list(cards(published(), trial())) == [
        ("6,000", "enrollments randomized"),
        ("5,580", "person-years observed"),
        ("1,479", "hospital admissions"),
        ("100.0%", "in the primary analysis"),
    ]


def test_the_report_says_what_was_hidden_or_why_nothing_was() -> None:
    said = disclosure_statement(published(), trial())
    assert "Counts from 1 to 10 are hidden" in said
    assert re.search(r"\d+ of \d+ results have hidden parts", said)
    public = SETTINGS["report"] | {"data_are_public": True, "data_citation": "Somebody 2020."}
    assert disclosure_statement(published(public=True), trial(report=public)) == (
        "No cell was hidden, because the data are published: Somebody 2020."
    )


def test_the_methods_are_those_of_the_models() -> None:
    text = " ".join(paragraphs(published(), trial()))
    assert "Counts were modelled by Poisson quasi-likelihood" in text
    assert "(CR1S)" in text
    assert "hospital admissions, 12 mo before" in text
    rows, blocks = three_arms()
    text = " ".join(paragraphs(published(rows, public=True), Trial(**blocks)))
    assert "Poisson" not in text
    assert "Binary outcomes were modelled by logistic regression, continuous outcomes" in text


def test_the_methods_name_every_kind_of_p_value_that_stands_in_the_report() -> None:
    rows = [row for row in ard() if row["measure"] not in ("loss_difference", "loss_interaction_p")]
    assert "of losses" not in " ".join(paragraphs(published(rows), trial()))
    tested = {"analysis_set": "losses", "p_value": 0.2, "estimate": 0.012}
    rows += [record("admissions", "12mo", CONTRAST, "loss_difference", "least_squares", **tested)]
    text = " ".join(paragraphs(published(rows), trial()))
    assert re.search(r"those of losses.* are not adjusted, and other effects have none", text)


def test_the_page_is_one_file_with_one_heading_and_no_reference_to_elsewhere(shown: Path) -> None:
    page = (shown / "report.html").read_text(encoding="utf-8")
    assert (shown / "report.html").stat().st_size < 3_000_000
    assert page.count("<h1>") == 1
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)
    assert not re.search(r"url\((?!data:)", page)
    assert page.index("Synthetic data.") < page.index("Key result</h2>")


def test_the_page_shows_the_tables_as_they_are(shown: Path) -> None:
    page = (shown / "report.html").read_text(encoding="utf-8")
    for path in (shown / "tables").glob("*.html"):
        assert path.read_text(encoding="utf-8") in page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


def open_page(browser: Any, path: Path, width: int) -> tuple[Any, list[str]]:
    """Open a file and note every console message, error and request that is not the page itself."""
    page, noted = browser.new_page(viewport={"width": width, "height": 800}), []
    page.on("console", lambda message: noted.append(message.text))
    page.on("pageerror", lambda error: noted.append(str(error)))
    page.on("request", lambda request: noted.append(request.url))
    page.goto(path.as_uri())
    return page, [text for text in noted if text != path.as_uri() and not text.startswith("data:")]


SECTIONS = [
    "result", "flow", "baseline", "time-at-risk", "outcomes", "selected", "sensitivity", "curves", "by-date",
    "time-to-event", "robustness", "subgroups", "uptake", "equity", "checks", "estimands", "methods",
    "disclosure", "provenance",
]  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_opens_the_page_without_a_complaint_or_a_request(
    browser: Any, shown: Path, width: int
) -> None:
    page, noted = open_page(browser, shown / "report.html", width)
    assert noted == []
    assert page.eval_on_selector_all("section", "all => all.map(s => s.id)") == SECTIONS
    links = page.eval_on_selector_all("nav a", "all => all.map(a => a.getAttribute('href'))")
    assert links == [f"#{name}" for name in SECTIONS]
    pictures = "all => all.map(i => i.complete && i.naturalWidth > 0 && i.alt.length > 20)"
    drawn = page.eval_on_selector_all("img", pictures)
    assert drawn == [True] * len([*(shown / "figures").glob("*.svg")])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    fonts = "document.fonts.check('16px \"Source Sans 3\"') && document.fonts.size"
    assert page.evaluate(fonts) == 2


@pytest.mark.browser
def test_tables_can_be_read_aloud(browser: Any, shown: Path) -> None:
    page, _ = open_page(browser, shown / "report.html", 1280)
    count = page.locator("table").count()
    assert count == len([*(shown / "tables").glob("*.html")])
    assert page.locator("table > caption").count() == count
    assert page.locator("thead th:not([scope]), tbody th:not([scope])").count() == 0


SAYS = {
    "failed": "could not be estimated",
    "three arms": "Phone call & letter",
    "nothing": "A <script>alert(1)</script> & co",  # the title, escaped in the source
}


@pytest.mark.browser
def test_a_trial_that_fails_or_has_many_arms_or_no_results_is_readable(
    browser: Any, variant: tuple[str, Path]
) -> None:
    name, folder = variant
    page, noted = open_page(browser, folder / "report.html", 390)
    assert noted == []
    text = page.locator("main").inner_text()
    assert SAYS[name] in text
    assert not re.search(r"\b(nan|None|undefined)\b", text)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


TWO = [{"outcome": "admissions", "window": "12mo"}, {"outcome": "ed_visits", "window": "12mo"}]


def test_several_primary_outcomes_lead_together_and_their_rule_is_said() -> None:
    roles = SETTINGS["roles"] | {"primary": TWO, "primary_rule": "all_must_succeed", "secondary": []}
    findings = [text for text, _ in key_sentences(published(), trial(roles=roles))]
    assert len(findings) == 3
    assert findings[0].startswith("Rates of hospital admissions were lower")
    assert "ED visits" in findings[1]
    assert findings[2] == (
        "The trial succeeds only if all 2 primary outcomes show an effect: 1 of them does."
    )
    words = " ".join(paragraphs(published(), trial(roles=roles)))
    assert "the trial succeeds only if all of them do" in words
    holm = SETTINGS["roles"] | {"primary": TWO, "primary_rule": "holm", "interactions": "hochberg"}
    words = " ".join(paragraphs(published(), trial(roles=holm)))
    assert "those of primary results are adjusted together by Holm's method" in words
    assert "those of tests of interaction are adjusted together by Hochberg's method" in words
