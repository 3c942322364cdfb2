"""The command `armwise new`: look at a folder, write settings, say what is left to do."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from armwise.new.guess import Guess, guessed
from armwise.new.sheet import Sheet
from armwise.new.write import written
from armwise.settings.unfilled import TO_FILL_IN

WIDE = 22  # letters of the names of sources on the screen


@dataclass(frozen=True)
class Written:
    """What came of it: the text of the settings (none where nothing is usable), and lines for the screen."""

    text: str
    lines: list[str]


def new(folder: Path, out: str, rows: int, today: date) -> Written:
    """Return settings for the extracts of a folder, from the first `rows` rows of each file."""
    guess = guessed(folder, rows, today)
    if not guess.sources:
        return Written("", [f"{folder}: no file in it looks like an extract of a trial.", *_not_used(guess)])
    sheet = written(guess)
    return Written(sheet.text(), [*_seen(guess), "", *_left_to_do(sheet, out)])


def _seen(guess: Guess) -> list[str]:
    named = {**guess.sources, **{f"records.{name}": found for name, found in guess.records.items()}}
    lines = [
        f"{source:{WIDE}}{each.group.path}"
        for source, found in named.items()
        for each in (found, *guess.also.get(source, []))
    ]
    return lines + _not_used(guess)


def _not_used(guess: Guess) -> list[str]:
    names = [f"{each.found.group.name} ({each.why})" for each in guess.further]
    names += [f"{group.name} (not recognized)" for group in guess.left]
    names += [f"{each.name} ({each.why})" for each in guess.unread]
    return [f"{'not used':{WIDE}}{name}" for name in names]


def _left_to_do(sheet: Sheet, out: str) -> list[str]:
    unfilled = [mark for mark in sheet.marks if mark[2].startswith(TO_FILL_IN)]
    doubtful = [mark for mark in sheet.marks if mark not in unfilled]
    lines = [f"Wrote {out}."]
    if unfilled:
        lines += ["To fill in:", *(_placed(mark, out) for mark in unfilled)]
    if doubtful:
        lines += ["To look at:", *(_placed(mark, out) for mark in doubtful)]
    return [*lines, f"Then: armwise check --config {out}"]


def _placed(mark: tuple[int, str, str], out: str) -> str:
    line, setting, said = mark
    return f"  {out}:{line}: {setting}: {said.removeprefix(TO_FILL_IN + ': ')}"
