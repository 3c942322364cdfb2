"""The pages of definitions are true: each case gives what its page says."""

from pathlib import Path

import ibis.expr.types as ir
import pytest
from definition_pages import Case, cases
from definition_steps import makes, sources_of
from ibis.backends.duckdb import Backend
from tables import rows, same

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
    waiting = dict(case.expected)
    while waiting:  # a step may make several of the tables, and the next one writes over what it held
        first = next(iter(waiting))
        made = makes(first, config)(engine, sources, config)
        for event in {first, *made} & set(waiting):
            expected = waiting.pop(event)
            same(engine, shown(event, made[event], expected), expected)


def shown(event: str, made: ir.Table, expected: str) -> ir.Table:
    """Return what a step made; of an account, the lines that the page shows."""
    if not event.startswith("account"):
        return made
    return made.filter(made.what.isin([row["what"] for row in rows(expected)]))


def test_there_are_pages():
    assert len(cases()) > 5
