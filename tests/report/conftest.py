"""The made-up trial as it is shown."""

from pathlib import Path

import pytest
from made_up import SETTINGS, ard, failed_primary, three_arms
from rendered import render


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the made-up trial's results."""
    return render(tmp_path_factory.mktemp("made_up") / "first")


ODD_TITLE = SETTINGS | {"trial": SETTINGS["trial"] | {"title": "A <script>alert(1)</script> & co"}}
VARIANTS = {
    "failed": lambda: (failed_primary(), SETTINGS),
    "three arms": three_arms,
    "nothing": lambda: ([row for row in ard() if row["analysis_set"] == "extract"], ODD_TITLE),
}


@pytest.fixture(scope="session", params=list(VARIANTS))
def variant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A trial that failed, has several arms, or has no results at all: its name and its folder."""
    rows, blocks = VARIANTS[request.param]()
    return request.param, render(tmp_path_factory.mktemp("variant") / "results", rows, blocks)
