"""A trial of three persons in files, and the command that checks it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from armwise.cli import app

SETTINGS = """\
trial:
  id: tiny
  title: A tiny trial
  arms: {control: Usual care, offered: Offered}
  reference: control
data:
  enrollment: {path: enrollment.csv}
  coverage: {path: coverage.csv}
  utilization: {path: claims.csv, complete_through: "2020-03-31"}
baseline:
  sex: {type: category}
follow_up:
  windows: {6mo: {months: 6}, 12mo: {months: 12}}
outcomes:
  admissions: {event: inpatient_stay, measure: count}
roles:
  primary: {outcome: admissions, window: 12mo}
"""
FILES = {
    "config.yaml": SETTINGS,
    "enrollment.csv": "enrollment_id,person_id,randomized_on,arm,stratum,assignment_probability,sex\n"
    "e1,p1,2018-01-31,control,1,0.5,F\n"
    "e2,p2,2018-12-01,offered,1,0.5,M\n"
    "e3,p3,2018-12-01,control,1,0.5,F\n",
    "coverage.csv": "person_id,coverage_start,coverage_end\np1,2017-01-01,\np2,2017-01-01,\np3,2017-01-01,\n",
    "claims.csv": "claim_id,person_id,from_date,through_date,bill_type,revenue_code,procedure_code,"
    "place_of_service,principal_diagnosis\n"
    "c1,p1,2018-03-01,2018-03-04,0111,0120,,,I509\n",
}


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the trial into an empty working folder."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def change(trial: Path) -> Callable[[str, str, str], None]:
    """Replace a text in one of the trial's files."""

    def changed(name: str, old: str, new: str) -> None:
        text = Path(name).read_text(encoding="utf-8")
        assert old in text
        Path(name).write_text(text.replace(old, new), encoding="utf-8")

    return changed


@pytest.fixture
def check() -> Callable[..., Result]:
    """Run `armwise check` with some options."""
    return lambda *options: CliRunner().invoke(app, ["check", *options])
