"""Run a process and say what it used."""

import os
import subprocess
import threading
import time
from pathlib import Path
from typing import NamedTuple

EVERY = 0.2  # seconds between two looks at the folder of spilled data


class Used(NamedTuple):
    """What a process and those that it started used: memory is of the largest, spill the most at once."""

    seconds: float
    cpu: float
    memory_gb: float
    spilled_gb: float


def used_by(command: list[str], folder: Path, spills_to: Path) -> Used:
    """Run `command` in `folder`, silent unless it fails."""
    watch, stop = Spill(spills_to), threading.Event()
    watching = threading.Thread(target=watch.until, args=[stop])
    watching.start()
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        said = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    stop.set()
    watching.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{said.decode()[-4000:]}")
    return Used(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20, watch.most / 2**30)


class Spill:
    """The most that ever stood in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.most = 0

    def until(self, stop: threading.Event) -> None:
        """Look again and again until told to stop."""
        while not stop.wait(EVERY):
            self.most = max(self.most, size_of(self.folder))


def size_of(folder: Path) -> int:
    """Return the bytes of the files in a folder, of which some may vanish meanwhile."""
    total = 0
    for path in folder.rglob("*") if folder.exists() else []:
        try:
            total += path.stat().st_blocks * 512
        except FileNotFoundError:
            continue
    return total
