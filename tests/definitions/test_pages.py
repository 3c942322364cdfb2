"""The pages of definitions are true: each case gives what its page says."""

from pathlib import Path

import pytest
from definition_pages import Case, cases
from definition_steps import makes, sources_of
from ibis.backends.duckdb import Backend
from tables import same

from armwise.extracts.engine import connect
from armwise.settings import load

BASE = Path(__file__).with_name("base.yaml")


@pytest.fixture(scope="module")
def engine() -> Backend:
    return connect(threads=1)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_case_gives_what_its_page_says(engine: Backend, case: Case, tmp_path: Path):
    own = tmp_path / "case.yaml"
    own.write_text(case.settings or "{}\n", encoding="utf-8")
    config = load([str(BASE), str(own)], {})
    sources = sources_of(engine, case.sources, config)
    steps = {event: makes(event, config) for event in case.expected}
    done = {step: step(engine, sources, config) for step in set(steps.values())}
    for event, expected in case.expected.items():
        same(engine, done[steps[event]][event], expected)


def test_there_are_pages():
    assert len(cases()) > 5
