"""Which files a step depends on: the adapter and what it imports, no more."""

from pathlib import Path

import pytest

from armwise.provenance import code


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "armwise/__init__.py": "",
        "armwise/report/__init__.py": "",
        "armwise/report/page.py": "DATA = ['page.html']\nfrom armwise.report import numbers",
        "armwise/report/page.html": "<p>",
        "armwise/report/numbers.py": "import math",
        "armwise/report/figures.py": "import matplotlib",
        "adapter.py": "def late():\n    from armwise.report.page import render",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(code, "PACKAGE", tmp_path / "armwise")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_step_depends_on_its_adapter_what_it_imports_and_the_data_beside_it(package: Path) -> None:
    assert code.closure("adapter.py") == [
        "adapter.py",
        "armwise/__init__.py",
        "armwise/report/__init__.py",
        "armwise/report/numbers.py",
        "armwise/report/page.html",
        "armwise/report/page.py",
    ]


def test_a_module_that_nobody_imports_is_left_out(package: Path) -> None:
    assert not any("figures" in path for path in code.closure("adapter.py"))


def test_paths_outside_the_working_folder_stay_absolute(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (package / "elsewhere").mkdir()
    monkeypatch.chdir(package / "elsewhere")
    assert str(package / "armwise/report/page.py") in code.closure(package / "adapter.py")
