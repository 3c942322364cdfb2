"""A folder of a plan's extracts, and the command that looks at it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from plan_files import write_plan
from typer.testing import CliRunner, Result

from armwise.cli import app


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the example's extracts as another plan would send them; not to be changed."""
    folder = tmp_path_factory.mktemp("extracts") / "plan_2020"
    folder.mkdir()
    write_plan(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder `extracts` in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "extracts").mkdir()
    return Path("extracts")


@pytest.fixture
def new() -> Callable[..., Result]:
    """Run `armwise new` with some options."""
    return lambda *options: CliRunner().invoke(app, ["new", *map(str, options)])


@pytest.fixture
def check() -> Callable[..., Result]:
    """Run `armwise check` on the settings that were written."""
    return lambda *options: CliRunner().invoke(app, ["check", *options])
