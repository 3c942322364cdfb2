"""How far a run is, and what failed: the cause first."""

from pathlib import Path

from armwise.provenance.running import Progress, cause_first, follow, key_result

FAILED = """
[Tue Nov 24 16:47:50 2026]
Finished jobid: 22 (Rule: fingerprint)
1 of 4 steps (25%) done
Error in rule ingest:
    jobid: 2
    log: logs/ingest.log (check log file(s) for error details)
Logfile logs/ingest.log:
================================================================================
people.csv: 60 of 120 rows break the contract
  column arm: not one of usual, offer
================================================================================
Exiting because a job execution failed. Look above for error messages
"""
LOCKED = """
LockException:
Error: Directory cannot be locked. Please make sure that no other Snakemake process is running here.
"""


def heard(text: str) -> tuple[Progress, list[str]]:
    progress, shown = Progress(started=0.0), []
    follow(text.splitlines(keepends=True), progress, shown.append)
    return progress, shown


def test_each_finished_step_is_shown_with_how_many_there_are() -> None:
    progress, shown = heard(FAILED)
    assert len(shown) == 1
    assert shown[0].startswith("[1/4] fingerprint")
    # One step of four took 10 s: three more take about 30 s.
    assert progress.said(now=10.0) == "[1/4] fingerprint, about 30 s left"


def test_the_log_of_the_step_that_failed_is_shown_and_nothing_of_snakemake() -> None:
    progress, _ = heard(FAILED)
    assert list(progress.trouble()) == [
        "Step ingest failed:",
        "  people.csv: 60 of 120 rows break the contract",
        "    column arm: not one of usual, offer",
        "  (its log: logs/ingest.log)",
    ]


def test_of_a_traceback_the_last_line_comes_first() -> None:
    text = ["Traceback (most recent call last):", '  File "a.py", line 1', "", "MemoryError: no more memory"]
    assert cause_first(text)[0] == "MemoryError: no more memory"


def test_a_run_that_does_not_start_says_why() -> None:
    progress, _ = heard(LOCKED)
    assert any("cannot be locked" in line for line in progress.trouble())


def test_the_key_result_is_read_from_the_report_as_a_reader_reads_it(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text('<p class="key">Fewer visits &amp; stays: <strong>0.83 (0.72 to 0.96).</strong></p>')
    assert key_result(report) == ["Fewer visits & stays: 0.83 (0.72 to 0.96)."]
