"""A whole trial in few lines; tests lay a tiny file over it and read what is said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from armwise.settings import SettingsError, load

TRIAL = """\
trial:
  id: tiny
  title: A tiny trial
  arms: {control: Usual care, offered: Offered}
  reference: control
data:
  enrollment: {path: enrollment.csv}
  coverage: {path: coverage.csv}
  utilization: {path: claims.csv, complete_through: "2020-03-31"}
  vaccinations: {path: doses.csv, complete_through: "2021-12-31"}
baseline:
  age: {type: number}
  sex: {type: category}
follow_up:
  windows: {6mo: {months: 6}, 12mo: {months: 12}}
outcomes:
  admissions: {event: inpatient_stay, measure: count}
  ed_visits: {event: ed_visit, measure: count}
roles:
  primary: {outcome: admissions, window: 12mo}
"""

PERSONS = """\
trial:
  id: persons
  title: A trial with one row per person
  arms: {control: Usual care, offered: Offered}
  reference: control
data:
  participants: {path: rows.csv}
baseline:
  age: {type: number}
outcomes:
  got: {column: got, measure: binary}
roles:
  primary: {outcome: got}
"""


@pytest.fixture
def whole_trial() -> str:
    """Return the settings of a trial that comes as extracts."""
    return TRIAL


@pytest.fixture
def persons() -> str:
    """Return the settings of a trial that comes as one row per person."""
    return PERSONS


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Write texts to files in an empty working folder and return their names: config.yaml is the last."""
    monkeypatch.chdir(tmp_path)

    def written(*texts: str) -> list[str]:
        names = [f"base{n}.yaml" for n in range(1, len(texts))] + ["config.yaml"]
        for name, text in zip(names, texts, strict=True):
            Path(name).write_text(text, encoding="utf-8")
        return names

    return written


@pytest.fixture
def told(write: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Lay a text over a whole trial and return each problem as "LINE:COL what is wrong -> fix"."""

    def tell(text: str, over: str | None = TRIAL, environment: dict[str, str] | None = None) -> list[str]:
        files = write(over, text) if over else write(text)
        try:
            load(files, environment or {"PLAN_DATABASE": "postgresql:///plan"})
        except SettingsError as error:
            return [
                f"{p.place.line}:{p.place.column} {p.wrong}{f' -> {p.fix}' if p.fix else ''}"
                for p in error.problems
            ]
        return []

    return tell


@pytest.fixture
def loaded(write: Callable[..., list[str]]) -> Callable[..., dict]:
    """Lay texts over each other and return the settings."""

    def load_texts(*texts: str) -> dict:
        return load(write(*texts), {})

    return load_texts


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the folder of the repository."""
    return Path(__file__).parents[2]
