import pytest
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import connect


@pytest.fixture(scope="session")
def engine() -> Backend:
    return connect(threads=1)
