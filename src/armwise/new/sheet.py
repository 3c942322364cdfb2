"""The text of a settings file, line by line, each setting with a comment that says what speaks for it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from armwise.settings.unfilled import TO_FILL_IN

LOOK = "LOOK: "  # begins a comment on a guess that may well be wrong
WIDTH = 110
PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./ *%-]*|[0-9]+(?![eE][0-9])[A-Za-z][A-Za-z0-9_]*")
NOT_PLAIN = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}

Value = str | int | float | date | list[str] | dict[str, object] | None


@dataclass
class Sheet:
    """Lines of YAML that are written one after the other."""

    lines: list[str] = field(default_factory=list)
    marks: list[tuple[int, str, str]] = field(default_factory=list)  # line, setting, what to do about it
    _path: list[str] = field(default_factory=list)
    _deeper: int = 0
    _item: str = ""  # the number of the item of a list that begins with the next setting

    @contextmanager
    def deeper(self, by: int) -> Iterator[None]:
        """Write what comes inside so many levels deeper."""
        self._deeper += by
        yield
        self._deeper -= by

    @contextmanager
    def item(self, number: int) -> Iterator[None]:
        """Write what comes inside as an item of a list: its settings at the depth of the list's head."""
        self._item = str(number)
        with self.deeper(2):
            yield

    def put(self, depth: int, key: str, value: Value = None, note: str = "") -> None:
        """Write a setting, or the head of a block where it has no value, with a comment behind it.

        A comment that makes the line too long stands above it, except beside a value to be filled in, where
        messages show it.
        """
        level = depth + self._deeper
        if self._item:
            self._path[level - 1 :] = [self._item]
        self._path[level:] = [key]
        start = "  " * (level - 1) + "- " if self._item else "  " * level
        self._item = ""
        text = f"{start}{scalar(key)}:{'' if value is None else ' ' + shown(value)}"
        whole = f"{text} # {note}" if note else text
        if note and len(whole) > WIDTH and not is_unfilled(value):
            self.say(depth, note)
            whole = text
        self.lines.append(whole)
        self._mark(note, is_unfilled(value))

    def doubt(self, depth: int, note: str) -> None:
        """Write a comment on the block above that says what may well be wrong."""
        self._path[depth + self._deeper :] = []
        self._mark(LOOK + note, False)
        self.say(depth, LOOK + note)

    def say(self, depth: int, note: str) -> None:
        """Write a comment on lines of its own."""
        start = "  " * (depth + self._deeper) + "# "
        line = start
        for word in note.split(" "):
            if len(line) + len(word) > WIDTH and line != start:
                self.lines.append(line.rstrip())
                line = start
            line += word + " "
        self.lines.append(line.rstrip())

    def gap(self) -> None:
        """Write an empty line."""
        self.lines.append("")

    def text(self) -> str:
        """Return the whole file."""
        return "\n".join(self.lines) + "\n"

    def _mark(self, note: str, unfilled: bool) -> None:
        if unfilled or LOOK in note:
            said = note.rpartition(LOOK)[2]
            self.marks.append(
                (len(self.lines), ".".join(self._path), f"{TO_FILL_IN}: {said}" if unfilled else said)
            )


def is_unfilled(value: Value) -> bool:
    """Say whether a value, or one inside of it, is to be filled in."""
    inside = value.values() if isinstance(value, dict) else ()
    return value == TO_FILL_IN or any(is_unfilled(each) for each in inside)  # type: ignore[arg-type]


def shown(value: Value) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(str(key))}: {shown(each)}" for key, each in value.items()) + "}"  # type: ignore[arg-type]
    if isinstance(value, list):
        return "[" + ", ".join(scalar(each) for each in value) + "]"
    if isinstance(value, date):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else scalar(str(value))


def scalar(text: str) -> str:
    """Return a text as it stands in YAML: in quotes where it would be read as something else."""
    if PLAIN.fullmatch(text) and text.lower() not in NOT_PLAIN and not text.endswith(" "):
        return text
    return json.dumps(text, ensure_ascii=False)
