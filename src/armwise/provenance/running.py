"""Follow a run of Snakemake: how far it is, what failed and why. The package starts no step by itself."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from armwise.provenance.plan import duration

DONE = re.compile(r"^(\d+) of (\d+) steps \(\d+%\) done$")
FINISHED = re.compile(r"^Finished jobid: \d+ \(Rule: (\w+)\)$")
LOGFILE = re.compile(r"^Logfile (.+?)(?::| \(.*)$")
FAILED = re.compile(r"^Error in (?:local)?rule (\w+):$")
RULE = "=" * 20
LAST_WORDS = 12


@dataclass
class Progress:
    """What a run has said so far."""

    started: float = field(default_factory=time.monotonic)
    done: int = 0
    steps: int = 0
    last: str = ""
    failed: list[str] = field(default_factory=list)
    causes: dict[str, list[str]] = field(default_factory=dict)  # log file to its lines
    words: list[str] = field(default_factory=list)
    _log: str = ""

    def hear(self, line: str) -> bool:
        """Take in a line that Snakemake printed, and say whether the run came further."""
        self.words.append(line)
        if found := FAILED.match(line):
            self.failed.append(found[1])
        elif found := FINISHED.match(line):
            self.last = found[1]
        elif found := DONE.match(line):
            self.done, self.steps = int(found[1]), int(found[2])
            return True
        else:
            self._hear_log(line)
        return False

    def _hear_log(self, line: str) -> None:
        """Collect what stands between the two rules below the name of a failed step's log."""
        if found := LOGFILE.match(line):
            self._log = found[1]
            self.causes[self._log] = []
        elif line.startswith(RULE):
            self._log = self._log if self._log and not self.causes[self._log] else ""
        elif self._log:
            self.causes[self._log].append(line)

    def said(self, now: float) -> str:
        """Return "[ 12/96] effects, about 20 s left"; the time left from the steps' own pace."""
        passed = now - self.started
        left = passed * (self.steps - self.done) / self.done if self.done else 0.0
        about = f", about {duration(left)} left" if left >= 1 else ""
        return f"[{self.done:>{len(str(self.steps))}}/{self.steps}] {self.last}{about}"

    def trouble(self) -> Iterator[str]:
        """Yield what went wrong, its cause first."""
        for rule, (log, text) in zip(self.failed, self.causes.items(), strict=False):
            yield f"Step {rule} failed:"
            yield from (f"  {line}" for line in cause_first(text))
            yield f"  (its log: {log})"
        if not self.causes:
            yield from self.words[-LAST_WORDS:]


def cause_first(text: Sequence[str]) -> list[str]:
    """Return a log as it is, or the last line of a traceback before the rest of it."""
    lines = [line for line in text if line.strip()]
    if any(line.startswith("Traceback") for line in lines):
        return [lines[-1], *lines[:-1]]
    return lines


def run(config: Sequence[str], cores: str, show: Callable[[str], None]) -> tuple[int, Progress]:
    """Run Snakemake on these settings, show how far it is, and return its exit code and what it said.

    Interrupted, it waits until Snakemake has stopped its steps and taken away what they left half written.
    """
    command = [sys.executable, "-m", "snakemake", "--cores", cores, "--configfile", *config]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    progress = Progress()
    try:
        follow(process.stdout or (), progress, show)
    except KeyboardInterrupt:
        show("stopping ...")
        follow(process.stdout or (), progress, lambda _: None)  # the shell has told Snakemake, too
        process.wait()
        raise
    return process.wait(), progress


def follow(lines: Iterable[str], progress: Progress, show: Callable[[str], None]) -> None:
    """Take in every line; show each time that the run came further."""
    for line in lines:
        if progress.hear(line.rstrip("\n")):
            show(progress.said(time.monotonic()))


def key_result(report: str | Path) -> list[str]:
    """Return the sentences of the key result as the report shows them."""
    text = Path(report).read_text(encoding="utf-8")
    found = re.findall(r'<p class="key">(.*?)</p>', text, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", sentence)) for sentence in found]


def rows_read(manifest: Mapping[str, Any]) -> int:
    """Return how many rows of extracts a run has read."""
    return sum(row["rows_read"] for row in manifest.get("rows", []))
