"""`python -m armwise.settings FILE ...`: what stands before Snakemake in `make results`."""

import subprocess
import sys


def said_of(*files: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "armwise.settings", *files], capture_output=True, text=True)


def test_sound_settings_are_passed_in_silence(write, whole_trial):
    result = said_of(*write(whole_trial))

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_broken_file_is_told_with_its_line(write):
    result = said_of(*write("trial: {id: x\ndata: {}\n"))

    assert result.returncode == 1
    assert result.stderr.startswith(
        "1 problem in config.yaml\n\nconfig.yaml:2:5: `}` or a comma is missing\n"
    )
