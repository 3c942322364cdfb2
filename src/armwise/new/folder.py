"""The files of a folder: which can be read, and which belong together."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from itertools import takewhile
from pathlib import Path
from typing import Any

from armwise.new.writing import Written, one_encoding

TABLES = {"csv", "txt", "tsv", "psv", "dat", "tab", "parquet", "pq", "dta"}
TABLES |= {"sas7bdat", "xpt", "xlsx", "xlsm"}


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
    def key(self) -> str:
        """Return what tells the group apart: its path, and its sheet."""
        return self.path + self.written.keys().get("sheet", "")

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


def grouped(files: Iterable[tuple[str, list[str], Written]]) -> list[Group]:
    """Return the files in groups of one header and one way to be written, each under one pattern.

    Files that no pattern holds together without catching a file of another group stand alone.
    """
    alike: dict[tuple[object, ...], list[tuple[str, list[str], Written]]] = {}
    for path, header, written in files:
        kind = (tuple(header), written.settings, Path(path).suffix.lower())
        alike.setdefault(kind, []).append((path, header, written))
    everything = [path for members in alike.values() for path, _, _ in members]
    return [group for members in alike.values() for group in _under_patterns(members, everything)]


def _under_patterns(members: list[tuple[str, list[str], Written]], everything: list[str]) -> list[Group]:
    paths = [path for path, _, _ in members]
    header = members[0][1]
    pattern, encoding = _pattern(paths), one_encoding([written for _, _, written in members])
    caught = [path for path in everything if fnmatch(Path(path).name, Path(pattern).name)]
    if encoding and sorted(caught) == sorted(paths) and Path(pattern).parent == Path(paths[0]).parent:
        together = replace(members[0][2], encoding=encoding)
        return [Group(pattern, sorted(paths), header, together)]
    return [Group(path, [path], header, written) for path, _, written in members]


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
