"""One problem of the settings, where it is, and how it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """A position in a file; `line` and `column` count from 1, `text` is the whole line."""

    rank: int  # the how-manieth of the files read, so that problems come in the order of the files
    line: int
    column: int
    file: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong, where, and what would put it right (`fix`, may be empty)."""

    place: Place
    wrong: str
    fix: str = ""

    def __str__(self) -> str:
        """Return the position and what is wrong, the line with a caret, and the fix."""
        lines = [f"{self.place}: {self.wrong}", *_pointed_at(self.place)]
        return "\n".join([*lines, f"  {self.fix}"] if self.fix else lines)


def _pointed_at(place: Place) -> list[str]:
    if not place.text.strip():
        return []
    number = f"{place.line:>5}"
    caret = " " * (place.column - 1) + "^"
    return [f"{number} | {place.text.replace(chr(9), ' ')}", f"{' ' * len(number)} | {caret}"]


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds every reason, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(f"{self._counted()}\n\n" + "\n\n".join(str(p) for p in self.problems))

    def _counted(self) -> str:
        files = ", ".join(dict.fromkeys(p.place.file for p in self.problems))
        n = len(self.problems)
        return f"{n} {'problem' if n == 1 else 'problems'} in {files}"
