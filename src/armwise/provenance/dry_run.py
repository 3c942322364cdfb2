"""What a run would do now, read from Snakemake's own dry run: the package plans nothing itself."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

JOB = re.compile(r"^(?:local)?rule (\w+):$", re.MULTILINE)
WILDCARDS = re.compile(r"^ +wildcards: (.*)$", re.MULTILINE)
REASON = re.compile(r"^ +reason: (.*)$", re.MULTILINE)
UPDATED = re.compile(r"Updated input files: ([^;]*)")
TARGET = "all"


class RunRefused(RuntimeError):
    """Snakemake would not start; its words say why."""


@dataclass(frozen=True)
class Job:
    """One step that would run: its rule, the values of its wildcards, and Snakemake's reason."""

    rule: str
    of: str
    reason: str

    @property
    def is_first(self) -> bool:
        """Whether it runs for a reason of its own, not only because a step before it does."""
        return not self.reason.startswith("Input files updated by another job")

    @property
    def updated(self) -> list[str]:
        """The files that changed since the step last ran: extracts, or lines of code."""
        found = UPDATED.search(self.reason)
        return found[1].split(", ") if found else []


def scheduled(config: Sequence[str]) -> list[Job]:
    """Return the jobs that a run with these settings would do, in Snakemake's order; raise RunRefused."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "1", "--configfile", *config]
    # A dry run takes no lock, so that one may look while a run is under way.
    run = subprocess.run([*command, "--nolock"], capture_output=True, text=True, env=os.environ, check=False)
    if run.returncode != 0:
        raise RunRefused(last_words(run.stderr or run.stdout))
    return jobs_in(run.stdout + run.stderr)


def jobs_in(text: str) -> list[Job]:
    """Read the jobs out of what a dry run prints."""
    starts = [found.start() for found in JOB.finditer(text)] + [len(text)]
    blocks = [text[start:end] for start, end in pairwise(starts)]
    return [job for job in map(_job, blocks) if job.rule != TARGET]


def _job(block: str) -> Job:
    name, wildcards, reason = JOB.search(block), WILDCARDS.search(block), REASON.search(block)
    values = [part.split("=", 1)[1] for part in wildcards[1].split(", ")] if wildcards else []
    return Job(name[1] if name else "", " ".join(values), reason[1] if reason else "")


def last_words(text: str) -> str:
    """Return what Snakemake says of a problem without what it says of itself."""
    kept = [line for line in text.strip().splitlines() if not line.startswith(("Using ", "Assuming "))]
    return "\n".join(kept[-20:])
