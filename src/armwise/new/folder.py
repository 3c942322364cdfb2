"""The files of a folder: which can be read, how they are written, and which belong together."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from itertools import takewhile
from pathlib import Path
from typing import Any

from armwise.extracts.errors import ExtractError
from armwise.extracts.files import kind_of
from armwise.extracts.formats.text import read_bytes
from armwise.new.looks import DATES, is_number, is_written

TABLES = {"csv", "txt", "tsv", "psv", "dat", "tab", "parquet", "pq", "dta"}
DELIMITERS = (",", "|", "\t", ";", "^", "~")
LOOKED_AT = 1 << 18  # bytes of a text file that its delimiter and encoding are told from


@dataclass(frozen=True)
class Written:
    """How a file is written, as the keys of a source say it; what differs from their defaults."""

    settings: tuple[tuple[str, str], ...] = ()
    evidence: str = ""


@dataclass(frozen=True)
class Unread:
    """A file that is left alone, and why."""

    name: str
    why: str


@dataclass
class Group:
    """Files with one header, written alike: `path` names them all, as the settings would."""

    path: str
    files: list[str]
    header: list[str]
    written: Written
    columns: dict[str, Any] = field(default_factory=dict)  # Profile by name; filled by `sampled`
    rows: int = 0  # rows of the sample
    missing: list[str] = field(default_factory=list)  # what stands for a missing value beyond the usual
    whole: bool = True  # whether the sample is all there is

    @property
    def name(self) -> str:
        """Return the name of the files without their folder."""
        return Path(self.path).name


def listed(folder: Path) -> tuple[list[Path], list[Unread]]:
    """Return the files that can be tables, and the others."""
    tables, others = [], []
    for path in sorted(folder.iterdir()):
        why = _why_not(path)
        if why:
            others.append(Unread(path.name, why))
        else:
            tables.append(path)
    return tables, others


def _why_not(path: Path) -> str:
    """Say why a file is not looked into; nothing for one that may be a table."""
    if path.is_dir():
        return "a folder: point `armwise new` at it by itself"
    if path.name.startswith((".", "~")):
        return "hidden"
    suffix = path.name.removesuffix(".gz").rpartition(".")[2].lower()
    if "." in path.name and suffix not in TABLES:
        return "unpack it first" if suffix in ("zip", "7z", "tar", "tgz") else "no kind of table that is read"
    try:
        return "" if path.stat().st_size else "empty"
    except OSError as error:
        return f"cannot be opened: {error.strerror}"


def how_written(path: str) -> Written:
    """Return how a file is written. Raises ExtractError when it is no table."""
    if kind_of(path, {}) != "csv":
        return Written()
    text, encoding = _text(path)
    delimiter, columns, lines = _delimiter(text)
    _refuse_without_names(text, delimiter, path)
    if delimiter == "," or columns == 1:
        return Written(encoding)
    said = f"splits the first {lines} lines into {columns} columns each"
    return Written((("delimiter", delimiter), *encoding), said)


def _text(path: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the first lines of a text file, and its encoding where that has to be said."""
    try:
        with read_bytes(path) as file:
            start = file.read(LOOKED_AT)
    except (OSError, EOFError) as error:
        raise ExtractError(f"{path}: cannot be opened, or is no gzip file: send it again.") from error
    if b"\0" in start:
        raise ExtractError(f"{path}: holds bytes that no text has.")
    whole_lines = start if len(start) < LOOKED_AT else start[: start.rfind(b"\n") + 1] or start
    return whole_lines.decode("utf-8-sig", errors="replace"), ()


def _delimiter(text: str) -> tuple[str, int, int]:
    """Return the delimiter that splits most lines like the first, into how many columns, and the lines."""
    lines = text.splitlines()[:50]
    best = (",", 1, len(lines))
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter) if row]
        alike = sum(width == widths[0] for width in widths) if widths else 0
        if widths and widths[0] > best[1] and alike >= 0.9 * len(widths):
            best = (delimiter, widths[0], alike)
    return best


def _refuse_without_names(text: str, delimiter: str, path: str) -> None:
    """Refuse a file whose first line holds values: they would be shown as the names of columns."""
    cells = [cell.strip() for cell in next(csv.reader(io.StringIO(text), delimiter=delimiter), [])]
    values = [cell for cell in cells if is_number(cell) or any(is_written(cell, each) for each in DATES)]
    if values:
        raise ExtractError(f"{path}: line 1 holds values, not the names of the columns: add a line of names.")


def grouped(files: Iterable[tuple[str, list[str], Written]]) -> list[Group]:
    """Return the files in groups of one header and one way to be written, each under one pattern.

    Files that no pattern holds together without catching a file of another group stand alone.
    """
    alike: dict[tuple[tuple[str, ...], Written, str], list[tuple[str, list[str], Written]]] = {}
    for path, header, written in files:
        alike.setdefault((tuple(header), written, Path(path).suffix), []).append((path, header, written))
    everything = [path for members in alike.values() for path, _, _ in members]
    return [group for members in alike.values() for group in _under_patterns(members, everything)]


def _under_patterns(members: list[tuple[str, list[str], Written]], everything: list[str]) -> list[Group]:
    paths = [path for path, _, _ in members]
    _, header, written = members[0]
    pattern = _pattern(paths)
    folder = str(Path(paths[0]).parent)
    caught = [path for path in everything if fnmatch(Path(path).name, Path(pattern).name)]
    if sorted(caught) == sorted(paths) and Path(pattern).parent == Path(folder):
        return [Group(pattern, sorted(paths), header, written)]
    return [Group(path, [path], header, written) for path in paths]


def _common_start(texts: list[str]) -> str:
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in alike)


def _pattern(paths: list[str]) -> str:
    """Return one pattern for several paths: what they have in common at both ends."""
    if len(paths) == 1:
        return paths[0]
    start = _common_start(paths)
    end = _common_start([path[len(start) :][::-1] for path in paths])[::-1]
    start = start.rstrip("0123456789") if end else start
    return f"{start}*{end}"
