"""Where the project's own gate runs, a skipped test is a failed run."""

import os

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _skips_forbidden() and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Skipped tests are not allowed here (ARMWISE_ALLOW_SKIPS=0).", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _skips_forbidden() and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _skips_forbidden() -> bool:
    return os.environ.get("ARMWISE_ALLOW_SKIPS") == "0"
