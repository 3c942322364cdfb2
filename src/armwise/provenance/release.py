"""The results of one run as they lie in a folder: manifest, dataset, and what the tables print."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from armwise.provenance.content import file_hash

MANIFEST = "manifest.json"
DATASET = "ard.csv"


class IncompleteRelease(ValueError):
    """A folder holds no results of a whole run."""


@dataclass(frozen=True)
class Release:
    """What a run left in its results folder."""

    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def read(cls, folder: str | Path) -> "Release":
        """Read the manifest of a results folder; raise IncompleteRelease where it or the dataset lacks."""
        path = Path(folder)
        if not path.is_dir():
            raise IncompleteRelease(f"there is no folder {path}")
        for name in (MANIFEST, DATASET):
            if not (path / name).is_file():
                raise IncompleteRelease(f"{path} has no {name}: a run that finished leaves one")
        try:
            return cls(path, json.loads((path / MANIFEST).read_text(encoding="utf-8")))
        except ValueError:
            raise IncompleteRelease(f"{path / MANIFEST} is not the manifest of a run") from None

    @cached_property
    def results(self) -> dict[str, dict[str, str]]:
        """Every published result by its key: column to text, as `ard.csv` has it."""
        with (self.folder / DATASET).open(encoding="utf-8", newline="") as stream:
            return {row["key"]: row for row in csv.DictReader(stream)}

    @cached_property
    def printed(self) -> dict[str, dict[str, str]]:
        """The texts of the cells of all tables that rest on a result: its key, then place to text.

        A place is the table, the headings above the cell, the label of its line and that of its column.
        """
        found: dict[str, dict[str, str]] = {}
        for path in sorted((self.folder / "tables").glob("*.html")):
            for place, keys, text in _cells(path):
                for key in keys:
                    found.setdefault(key, {})[place] = text
        return found

    @cached_property
    def changed_since(self) -> list[str]:
        """Files that are not, or are no longer, what the manifest says that the run wrote; sorted."""
        named = self.manifest.get("outputs", {}).items()
        return sorted(name for name, known in named if not self._holds(name, known))

    def _holds(self, name: str, known: str) -> bool:
        path = self.folder / name
        return path.is_file() and file_hash(path) == known


def _cells(path: Path) -> Iterator[tuple[str, list[str], str]]:
    parser, headings = _Table(), _headings(path.with_suffix(".csv"))
    parser.feed(path.read_text(encoding="utf-8"))
    for line, column, keys, text in parser.cells:
        yield f"{path.stem}: {line}, {headings[column]}", keys.split(" | "), text


def _headings(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


class _Table(HTMLParser):
    """Collect the cells that name the results behind them."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, int, str, str]] = []
        self.group = self.label = self.text = ""
        self.heading = False
        self.key: str | None = None
        self.column = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag == "tr":
            self.heading, self.column = of.get("class") == "group", 0
        elif tag in ("th", "td"):
            self.text, self.key = "", of.get("data-key")
            self.column += tag == "td"

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "th" and self.heading:
            self.group, self.label = self.text, self.text
        elif tag == "th":
            self.label = f"{self.group}, {self.text}" if self.group else self.text
        elif tag == "td" and self.key:
            self.cells.append((self.label, self.column, self.key, self.text))
