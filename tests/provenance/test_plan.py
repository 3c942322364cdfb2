"""What would run and why, in words: read from a dry run, beside what changed since the last whole run."""

import pytest

from armwise.provenance.dry_run import Job, jobs_in
from armwise.provenance.plan import duration, lines, plan

DRY_RUN = """
Building DAG of jobs...
Job stats:
job        count
outcomes       1

[Tue Nov 24 16:46:11 2026]
rule ingest:
    input: data/raw/claims.csv, /there/src/armwise/extracts/ingest.py
    output: data/interim/t/extracts/utilization.parquet
    jobid: 5
    reason: Updated input files: data/raw/claims.csv, /there/src/armwise/extracts/ingest.py
    wildcards: source=utilization
[Tue Nov 24 16:46:11 2026]
localrule outcomes:
    output: data/interim/t/sensitivity/a/outcomes/6mo.parquet
    reason: Input files updated by another job: data/interim/t/cohort.parquet
    wildcards: analysis=a, window=6mo
[Tue Nov 24 16:46:11 2026]
rule cohort:
    reason: Params have changed since last execution
rule all:
    reason: Rules with neither input nor output files are always executed.
"""
BEFORE = {
    "settings": {"follow_up": {"windows": {"6mo": 6}}, "level": 0.95, "gone": 1},
    "steps": {
        "outcomes/6mo": {"seconds": 2.0},
        "outcomes/12mo": {"seconds": 4.0},
        "cohort/all": {"seconds": 3.0},
        "ingest/utilization": {"seconds": 10.0},
    },
}
SETTINGS = {"follow_up": {"windows": {"6mo": 6, "18mo": 18}}, "level": 0.99}


def test_a_dry_run_gives_jobs_with_the_values_of_their_wildcards_and_their_reason() -> None:
    found = jobs_in(DRY_RUN)
    assert [(job.rule, job.of) for job in found] == [
        ("ingest", "utilization"),
        ("outcomes", "a 6mo"),
        ("cohort", ""),
    ]
    assert found[0].updated == ["data/raw/claims.csv", "/there/src/armwise/extracts/ingest.py"]
    assert found[1].updated == []


def test_the_words_name_settings_extracts_and_code_that_changed() -> None:
    said = list(lines(plan(jobs_in(DRY_RUN), SETTINGS, BEFORE)))
    assert said[:6] == [
        "What changed since the last whole run",
        "  follow_up.windows.18mo is new: 18",
        "  gone is gone; it was 1",
        "  level: 0.95 -> 0.99",
        "  data/raw/claims.csv has changed",
        "  src/armwise/extracts/ingest.py has changed",
    ]


def test_time_is_that_of_the_last_run_and_for_a_new_window_that_of_its_like() -> None:
    """outcomes 6mo 2 s, as before; 18mo the mean of 2 and 4 s; of 4 steps 3 need not run."""
    found = plan([Job("outcomes", "6mo", ""), Job("outcomes", "18mo", "")], SETTINGS, BEFORE)
    assert found.seconds(found.jobs) == 2 + 3
    assert "2 steps would run, about 5 s of work; 2 stay as they are:" in list(lines(found))


def test_nothing_to_do_is_said_in_one_line() -> None:
    assert list(lines(plan([], SETTINGS, BEFORE))) == ["Nothing would run: the results are up to date."]


def test_without_a_whole_run_before_there_is_nothing_to_compare_with() -> None:
    said = list(lines(plan(jobs_in(DRY_RUN), SETTINGS, None)))
    assert said[0].startswith("No whole run to compare with")
    assert "3 steps would run:" in said


def test_steps_are_said_in_the_words_of_their_adapters(monkeypatch, tmp_path) -> None:
    (tmp_path / "workflow/scripts").mkdir(parents=True)
    (tmp_path / "workflow/scripts/outcomes.py").write_text('"""Count the events of one window. More."""\n')
    monkeypatch.chdir(tmp_path)
    jobs = [Job("outcomes", w, "") for w in ("6mo", "12mo")] + [Job("sensitivity_outcomes", "a 6mo", "")]
    said = list(lines(plan(jobs, SETTINGS, BEFORE)))
    assert "  Count the events of one window: 12mo, 6mo" in said
    assert "  Count the events of one window (sensitivity outcomes): a 6mo" in said


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "1 s"), (59.4, "59 s"), (200, "3 min 20 s")])
def test_durations_are_read_at_a_glance(seconds: float, text: str) -> None:
    assert duration(seconds) == text
